"""Edits that need each other: applied together, or not at all.

A proposal names its group. A group is whole if every edit of it is wanted and allowed and no
finding of it is left to a person. What is held back says which line it waits for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from trtmigrate.editing.edit import Proposal

Unit = tuple[Proposal, ...]


def units_of(proposals: Iterable[Proposal]) -> list[Unit]:
    """Return the proposals with an edit, those of one group together, in order."""
    units: dict[Hashable, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        if proposal.edit is not None:
            units[proposal.group if proposal.group is not None else id(proposal)].append(proposal)
    return [tuple(unit) for unit in units.values()]


def split_groups(
    found: Sequence[Proposal], may_edit: Callable[[Proposal], bool]
) -> tuple[list[Proposal], dict[int, Proposal]]:
    """Return the proposals whose edits can be made, and what each other edit waits for.

    `found` are all proposals, `may_edit` tells whether an edit is wanted and allowed. The second
    result maps the `id` of a proposal to the member of its group that is not applied.
    """
    missing: dict[Hashable, Proposal] = {}
    for proposal in found:
        if proposal.group is not None and not proposal.advice and not proposal.remains:
            if proposal.edit is None or not may_edit(proposal):
                missing.setdefault(proposal.group, proposal)
    chosen: list[Proposal] = []
    waiting: dict[int, Proposal] = {}
    for proposal in found:
        if proposal.edit is None or not may_edit(proposal):
            continue
        if proposal.group in missing:
            waiting[id(proposal)] = missing[proposal.group]
        else:
            chosen.append(proposal)
    return chosen, waiting
