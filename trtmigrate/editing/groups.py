"""Edits that need each other: applied together, or not at all.

A proposal names its group. A group is whole if every edit of it is wanted and allowed and no
finding of it is left to a person. A proposal can also need other groups, or the edit at a certain
place: it is not made without them, while they can do without it. What is held back says which line
it waits for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import libcst as cst

from trtmigrate.editing.edit import Proposal

Unit = tuple[Proposal, ...]


@dataclass(frozen=True)
class OfObject:
    """The edits of a group that are about one object.

    A finding that is left to a person holds these back, and not the whole group.
    """

    group: str
    origin: Hashable


def units_of(proposals: Iterable[Proposal]) -> list[Unit]:
    """Return the proposals with an edit, those together that belong to one group or need it, in
    order.
    """
    edits = [proposal for proposal in proposals if proposal.edit is not None]
    joined: dict[Hashable, Hashable] = {}

    def root(key: Hashable) -> Hashable:
        while key in joined:
            key = joined[key]
        return key

    for proposal in edits:
        joined.setdefault(edit_at(proposal.node), root(_group(proposal)))
    for proposal in edits:
        for need in proposal.needs:
            own, other = root(_group(proposal)), root(need)
            if own != other:
                joined[own] = other
    units: dict[Hashable, list[Proposal]] = defaultdict(list)
    for proposal in edits:
        units[root(_group(proposal))].append(proposal)
    return [tuple(unit) for unit in units.values()]


def edit_at(node: cst.CSTNode) -> Hashable:
    """Return what a proposal needs that needs the edit of the finding at `node`, if it has one."""
    return ("edit at", node)


def _group(proposal: Proposal) -> Hashable:
    return proposal.group if proposal.group is not None else id(proposal)


def split_groups(
    found: Sequence[Proposal], may_edit: Callable[[Proposal], bool]
) -> tuple[list[Proposal], dict[int, Proposal]]:
    """Return the proposals whose edits can be made, and what each other edit waits for.

    `found` are all proposals, `may_edit` tells whether an edit is wanted and allowed. The second
    result maps the `id` of a proposal to a proposal that is not applied: one of its own group, or
    of a group that it needs.
    """
    order = {id(proposal): number for number, proposal in enumerate(found)}
    missing: dict[Hashable, Proposal] = {}
    chosen: list[Proposal] = []
    for proposal in found:
        if proposal.edit is not None and may_edit(proposal):
            chosen.append(proposal)
        elif not proposal.advice and not proposal.remains:
            of_object = [key for key in proposal.needs if isinstance(key, OfObject)]
            for key in (*_keys(proposal), *of_object):
                missing.setdefault(key, proposal)
    waiting: dict[int, Proposal] = {}
    place = {id(proposal): number for number, proposal in enumerate(found)}
    before = -1
    while len(waiting) != before:  # what waits may be needed in its turn
        before = len(waiting)
        for proposal in chosen:
            lacks = [key for key in proposal.needs if key in missing]
            lacks.sort(key=lambda key: place[id(missing[key])])  # a set has no order of its own
            if proposal.group in missing:
                lacks.insert(0, proposal.group)
            if lacks and id(proposal) not in waiting:
                # Of what it needs the first, whatever the order of a set is.
                lack = min(lacks, key=lambda k: (k != proposal.group, order[id(missing[k])]))
                waiting[id(proposal)] = missing[lack]
                keys = _keys(proposal)
                if isinstance(lack, OfObject):
                    keys.remove(proposal.group)
                for key in keys:
                    missing.setdefault(key, missing[lack])
    return [proposal for proposal in chosen if id(proposal) not in waiting], waiting


def _keys(proposal: Proposal) -> list[Hashable]:
    """Return what others may need of a proposal."""
    group = [] if proposal.group is None else [proposal.group]
    return [*group, edit_at(proposal.node)]
