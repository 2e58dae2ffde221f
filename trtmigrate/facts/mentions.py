"""Find the places where a variable, an attribute or a member is mentioned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from trtmigrate.facts.memo import once_per_file
from trtmigrate.syntax.tree import code, dotted

if TYPE_CHECKING:
    from trtmigrate.facts import Facts

Index = Mapping[str, list[cst.Name | cst.Attribute]]


def mentions_in(
    facts: Facts, area: cst.CSTNode, names: Iterable[str]
) -> Iterator[cst.Name | cst.Attribute]:
    """Yield the nodes within an area that read or set `x` or `self.x`, in the order of the source.

    The name of a member (`x` in `self.x`) is not a mention of a variable `x`.
    """
    index = _mentions(facts)
    yield from _within(facts, area, [index.get(name, ()) for name in set(names)])


def members_in(facts: Facts, area: cst.CSTNode, members: Iterable[str]) -> Iterator[cst.Attribute]:
    """Yield the nodes `object.member` within an area, in the order of the source."""
    index = _members(facts)
    found = [index.get(member, ()) for member in set(members)]
    for node in _within(facts, area, found):
        assert isinstance(node, cst.Attribute)
        yield node


def is_within(facts: Facts, node: cst.CSTNode, area: cst.CSTNode) -> bool:
    """True if `node` is `area` or a part of it."""
    return area is facts.module or facts.tree.is_within(node, area)


def _within(
    facts: Facts, area: cst.CSTNode, lists: Iterable[Sequence[cst.Name | cst.Attribute]]
) -> list[cst.Name | cst.Attribute]:
    found = [node for nodes in lists for node in facts.tree.part(nodes, area)]
    return sorted(found, key=lambda node: facts.tree.order[node])


@once_per_file
def _mentions(facts: Facts) -> Index:
    found: dict[str, list[cst.Name | cst.Attribute]] = defaultdict(list)
    for node in facts.tree.order:
        if type(node) is cst.Attribute:
            found[dotted(node) or code(node)].append(node)
        elif type(node) is cst.Name:
            parent = facts.tree.parent(node)
            if type(parent) is not cst.Attribute or parent.attr is not node:
                found[node.value].append(node)
    return found


@once_per_file
def _members(facts: Facts) -> Index:
    found: dict[str, list[cst.Name | cst.Attribute]] = defaultdict(list)
    for node in facts.tree.of_kind(cst.Attribute):
        found[node.attr.value].append(node)
    return found
