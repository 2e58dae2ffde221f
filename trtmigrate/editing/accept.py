"""Make edits and read the result again; hold back the edits that it does not survive.

A problem that `read_again` finds is a bug of ours: it costs a rewrite, never a wrong program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import libcst as cst

from trtmigrate.editing.check import read_again
from trtmigrate.editing.edit import Proposal
from trtmigrate.editing.groups import Unit, units_of

MAX_TRIALS = 60  # readings of one file; beyond them all its edits are held back

Make = Callable[[Sequence[Proposal]], cst.Module]


@dataclass(frozen=True)
class Accepted:
    """The module with the edits that survived, those edits, and why the others did not."""

    module: cst.Module
    applied: tuple[Proposal, ...]
    refused: dict[int, str]  # by the `id` of the proposal


@dataclass(frozen=True)
class _Trial:
    module: cst.Module
    problems: tuple[str, ...]


def accepted(before: cst.Module, proposals: Sequence[Proposal], make: Make) -> Accepted:
    """Return the result of `make` for as many of the proposals as it can be accepted with."""
    trial = _tried(before, proposals, make)
    units = units_of(proposals)
    refused: dict[int, str] = {}
    trials = 1
    while trial.problems and units:
        reason = trial.problems[0]
        culprit: Unit | None = None
        for unit in units:
            rest = [p for other in units if other is not unit for p in other]
            without = _tried(before, rest, make)
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
    return Accepted(trial.module if applied else before, applied, refused)


def _tried(before: cst.Module, proposals: Sequence[Proposal], make: Make) -> _Trial:
    """Make the edits and read the result; an exception is a problem like any other."""
    if not proposals:
        return _Trial(before, ())
    try:
        after = make(proposals)
        problems = [
            p.message
            for p in read_again(before.code, after.code)
            if p.is_wrong and p.kind != "comment"
        ]
    except RecursionError:
        raise
    except Exception as error:
        return _Trial(before, (f"{type(error).__name__}: {error}",))
    return _Trial(after, tuple(problems))
