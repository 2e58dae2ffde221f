"""Make edits and read the result again; hold back the edits that it does not survive.

A problem that `read_again` finds is a bug of ours: it costs a rewrite, never a wrong program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from trtmigrate.editing.check import read_again
from trtmigrate.editing.comment_rescue import with_lost_comments
from trtmigrate.editing.edit import Proposal
from trtmigrate.editing.groups import Unit, units_of

MAX_TRIALS = 60  # readings of one file; beyond them all its edits are held back


@dataclass(frozen=True)
class Made:
    """A text with edits, and the comments that went with the statements that they removed."""

    text: str
    dropped: tuple[str, ...] = ()


Make = Callable[[Sequence[Proposal]], Made]
Claims = Callable[[str], Iterable[str]]  # what is wrong with a result, as ends of a sentence


@dataclass(frozen=True)
class Accepted:
    """The text with the edits that survived, those edits, and why the others did not."""

    text: str
    applied: tuple[Proposal, ...]
    refused: dict[int, str]  # by the `id` of the proposal


@dataclass(frozen=True)
class _Trial:
    text: str
    problems: tuple[str, ...]


def accepted(
    before: str, proposals: Sequence[Proposal], make: Make, broken_claims: Claims = lambda text: ()
) -> Accepted:
    """Return the result of `make` for as many of the proposals as it can be accepted with.

    `broken_claims` tells what is wrong with a result beyond its names and comments.
    """
    trial = _tried(before, proposals, make, broken_claims)
    units = units_of(proposals)
    refused: dict[int, str] = {}
    trials = 1
    while trial.problems and units:
        reason = trial.problems[0]
        culprit: Unit | None = None
        for unit in units:
            rest = [p for other in units if other is not unit for p in other]
            without = _tried(before, rest, make, broken_claims)
            trials += 1
            if len(without.problems) < len(trial.problems):
                culprit, trial = unit, without
                break
            if trials >= MAX_TRIALS:
                break
        gone = units if culprit is None else [culprit]
        refused |= {id(p): reason for unit in gone for p in unit}
        units = [unit for unit in units if unit not in gone]
        if culprit is None:
            trial = _Trial(before, ())
    applied = tuple(p for p in proposals if p.edit is not None and id(p) not in refused)
    return Accepted(trial.text if applied else before, applied, refused)


def _tried(before: str, proposals: Sequence[Proposal], make: Make, broken_claims: Claims) -> _Trial:
    """Make the edits and read the result; an exception is a problem like any other."""
    if not proposals:
        return _Trial(before, ())
    try:
        made = make(proposals)
        after = with_lost_comments(before, made.text, made.dropped)
        found = read_again(before, after, dropped=made.dropped)
        problems = [problem.message for problem in found if problem.is_wrong]
        if not any(problem.kind == "syntax" for problem in found):
            problems += broken_claims(after)
    except RecursionError:
        raise
    except Exception as error:
        return _Trial(before, (f"{type(error).__name__}: {error}",))
    return _Trial(after, tuple(problems))
