"""Which ignore comments suppress nothing (TRT010).

Such a comment is no node of the program that a rule could look at: whether it suppresses anything
is known only when all rules have had their say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts
from trtmigrate.findings import Finding, Safety
from trtmigrate.options import Options
from trtmigrate.rules import all_rules
from trtmigrate.rules.proposals import proposals_of
from trtmigrate.sources.config import unknown_codes
from trtmigrate.sources.suppress import Ignore, Suppressions
from trtmigrate.syntax.spans import spans_of
from trtmigrate.syntax.tree import Tree

_Place = tuple[int, str]  # the line and the code of something that a rule found
IDLE_IGNORE = "TRT010"
TARGETS = ("10", "11", "8.6")  # a project may be looked at for several


def idle_ignores(
    ignored: Suppressions, proposals: Sequence[Proposal], tree: Tree, options: Options
) -> Iterator[Finding]:
    """Yield a finding for each comment with a code that is unknown or suppresses nothing.

    `proposals` are all that the rules found for the target of the options.
    """
    if not ignored.ignores or not options.wants(IDLE_IGNORE):
        return
    asked = ((ignore, code) for ignore in ignored.ignores for code in _asked(ignore))
    idle = _without(asked, _places(proposals, tree))
    for target in TARGETS:
        if idle and target != options.target:  # rare: these comments are mostly there for a reason
            renames = dict(options.renames)
            others = Facts(tree.module, target, options.outside, renames=renames)
            idle = _without(idle, _places(list(proposals_of(others)), others.tree))
    for ignore in ignored.ignores:
        codes = [code for other, code in idle if other is ignore]
        if (codes or not ignore.codes) and IDLE_IGNORE not in ignore.codes:
            yield _finding(ignore, codes)


def _asked(ignore: Ignore) -> Iterator[str]:
    yield from (code for code in ignore.codes if code != IDLE_IGNORE)


def _without(asked: Iterable[tuple[Ignore, str]], places: set[_Place]) -> list[tuple[Ignore, str]]:
    """Return the codes that suppress nothing of what was found."""
    return [
        (ignore, code)
        for ignore, code in asked
        if not any(line in ignore.lines and name.startswith(code) for line, name in places)
    ]


def _places(proposals: Sequence[Proposal], tree: Tree) -> set[_Place]:
    spans = spans_of(tree, [proposal.node for proposal in proposals])
    return {(spans[proposal.node][0], proposal.code) for proposal in proposals}


def _finding(ignore: Ignore, codes: Collection[str]) -> Finding:
    return Finding(
        IDLE_IGNORE,
        ignore.line,
        ignore.column,
        ignore.line,
        ignore.end_column,
        "",
        _message(codes),
        Safety.MANUAL,
    )


def _message(codes: Collection[str]) -> str:
    unknown = unknown_codes([code for code in codes if code], [rule.code for rule in all_rules()])
    parts = [
        f"no rule has the code {code}: remove it, or take one that trtmigrate rules lists"
        for code in unknown
    ]
    known = [code for code in codes if code and code not in unknown]
    if known:
        these = f"{', '.join(known)}, which {'finds' if len(known) == 1 else 'find'} nothing here"
        parts.append(f"remove {these}")
    if not parts:
        parts.append("the comment suppresses nothing; remove it")
    return "; ".join(parts)
