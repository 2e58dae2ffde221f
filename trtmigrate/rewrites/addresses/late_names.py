"""Tell whether a variable still holds the same object when a function that reads it is called.

A method that is passed on keeps its object. A function that takes its place reads the variable when
it is called.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.changes import rebound_in, runs_between
from trtmigrate.syntax.scopes import binders, home, loads, seen_from_within

_THREAD = frozenset({"start", "join"})


def is_same_when_called(
    name: str, node: cst.CSTNode, statement: cst.BaseSmallStatement, facts: Facts
) -> bool:
    """True if `name`, a variable or `self.attribute`, holds the same object at `node` and whenever
    what the statement makes of `node` is called.
    """
    places = _places_bound(name, node, facts)
    if len(places) == 1 and not facts.tree.loops(places[0]):
        return True
    return bool(places) and _is_called_before(places, statement, facts)


def _places_bound(name: str, node: cst.CSTNode, facts: Facts) -> list[cst.CSTNode]:
    """Return the places that bind a variable, or an attribute and its object."""
    root = name.partition(".")[0]
    scope = home(node, facts.tree)
    if not binders(root, scope, facts.tree):
        scope = facts.module
    places = binders(root, scope, facts.tree)
    places += [node for node in facts.tree.named_in(scope, root) if _is_deleted(node, facts)]
    if root == name:
        return places
    area = facts.tree.class_of(node) or facts.module
    attributes = list(rebound_in(facts, area, (name,)))
    return attributes if len(places) == 1 and not facts.tree.loops(places[0]) else []


def _is_deleted(node: cst.CSTNode, facts: Facts) -> bool:
    """True for `x` in `del x` and `del x, y`."""
    return any(isinstance(up, cst.Del) for up in facts.tree.ancestors(node)) and not isinstance(
        facts.tree.parent(node), (cst.Attribute, cst.Subscript, cst.Index)
    )


def _is_called_before(
    places: list[cst.CSTNode], statement: cst.BaseSmallStatement, facts: Facts
) -> bool:
    """True if what a statement assigns is only called, and before the variable is bound anew."""
    target = statement.targets[0].target if isinstance(statement, cst.Assign) else None
    scope = home(statement, facts.tree)
    if not isinstance(target, cst.Name) or len(binders(target.value, scope, facts.tree)) != 1:
        return False
    if seen_from_within(target.value, scope, facts.tree):
        return False
    reads = loads(target.value, scope, facts.tree)
    order, around = facts.tree.order, facts.tree.loops(statement)
    if any(order[read] < order[statement] for read in reads):
        return False
    if any(set(around) - set(facts.tree.loops(read)) for read in reads):
        return False  # read after the loop
    if any(runs_between(facts, place, statement, read) for place in places for read in reads):
        return False
    return all(_is_called(read, facts) for read in reads) or _is_joined(reads, facts)


def _is_called(read: cst.CSTNode, facts: Facts) -> bool:
    call = facts.tree.parent(read)
    return isinstance(call, cst.Call) and call.func is read


def _is_joined(reads: list[cst.Name], facts: Facts) -> bool:
    """True if a thread is only started and waited for."""
    methods = [
        up.attr.value for up in map(facts.tree.parent, reads) if isinstance(up, cst.Attribute)
    ]
    return len(methods) == len(reads) and set(methods) == _THREAD and methods[-1] == "join"
