"""Tell what may change the object that a variable or attribute holds, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from trtmigrate.facts.domain.values import Function, Ref
from trtmigrate.facts.memo import once_per_file
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.syntax.effects import MUTATING_METHODS, leaves_arguments
from trtmigrate.syntax.tree import assigned, walk

if TYPE_CHECKING:
    from trtmigrate.facts import Facts

_SETS_ADDRESSES = (
    "execute",
    "set_tensor_address",
    "set_input_shape",
    "set_binding_shape",
    "set_optimization_profile_async",
    "active_optimization_profile",
)


def changes_in(facts: Facts, area: cst.CSTNode, names: Iterable[str]) -> Iterator[cst.CSTNode]:
    """Yield the nodes that may change what one of the names holds."""
    for node in mentions_in(facts, area, names):
        if _is_change(facts, node):
            yield node


def rebound_in(facts: Facts, area: cst.CSTNode, names: Iterable[str]) -> Iterator[cst.CSTNode]:
    """Yield the nodes that make one of the names hold another object."""
    for node in changes_in(facts, area, names):
        parent = facts.tree.parent(node)
        if not isinstance(parent, (cst.Subscript, cst.Attribute, cst.Arg)):
            yield node


def runs_between(facts: Facts, node: cst.CSTNode, start: cst.CSTNode, end: cst.CSTNode) -> bool:
    """True if `node` may run after `start` has begun and before `end` runs.

    `end` stands behind `start` in the same scope.
    """
    if facts.tree.function(node) is not facts.tree.function(end):
        return True  # in a function that may be called meanwhile
    order = facts.tree.order
    if order[start] < order[node] < order[end]:
        return True
    again = set(facts.tree.loops(end)) - set(facts.tree.loops(start))
    return bool(again & set(facts.tree.loops(node)))


def binds(facts: Facts, function: cst.FunctionDef, names: Iterable[str]) -> bool:
    """True if a function has a variable of its own under one of these names."""
    return not _variables(facts, function).isdisjoint(names)


@once_per_file
def _variables(facts: Facts, function: cst.FunctionDef) -> frozenset[str]:
    """Return the names of the variables and parameters of a function."""
    own = set(assigned(function)) | {p.name.value for p in function.params.params}
    declared = {
        item.name.value
        for node in walk(function)
        if isinstance(node, (cst.Global, cst.Nonlocal))
        for item in node.names
    }
    return frozenset(own - declared)


@once_per_file
def _is_change(facts: Facts, node: cst.CSTNode) -> bool:
    """True if the mention `node` may change what the name holds."""
    return _changes(facts, node, frozenset())


def _changes(facts: Facts, node: cst.CSTNode, called: frozenset[cst.FunctionDef]) -> bool:
    parent = facts.tree.parent(node)
    if isinstance(parent, (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.For, cst.NamedExpr)):
        return parent.target is node
    if isinstance(parent, (cst.AsName, cst.Del)):
        return True
    if isinstance(parent, cst.Element):
        return facts.is_target(parent)
    if isinstance(parent, cst.Subscript) and parent.value is node:
        outer = facts.tree.parent(parent)
        if isinstance(outer, (cst.AssignTarget, cst.AugAssign, cst.Del)):
            return True
        return isinstance(outer, cst.Element) and facts.is_target(outer)
    if isinstance(parent, cst.Attribute) and parent.value is node:
        outer = facts.tree.parent(parent)
        called_at_once = isinstance(outer, cst.Call) and outer.func is parent
        return parent.attr.value in MUTATING_METHODS and called_at_once
    if isinstance(parent, cst.Arg) and parent.keyword is not node:
        call = facts.tree.parent(parent)
        return isinstance(call, cst.Call) and _may_change_argument(facts, call, called)
    return False


def _may_change_argument(facts: Facts, call: cst.Call, called: frozenset[cst.FunctionDef]) -> bool:
    """True if the called function may change an argument; `called` are the functions around."""
    value = facts.value(call.func)
    if isinstance(value, Ref) and leaves_arguments(value.name):
        return False
    if isinstance(call.func, cst.Attribute) and facts.kind(call.func.value) is not None:
        return False  # a method of a TensorRT object reads
    function = value.node if isinstance(value, Function) else None
    if not isinstance(function, cst.FunctionDef) or function in called:
        return not isinstance(function, cst.FunctionDef)
    names = [p.name.value for p in function.params.params]
    for node in mentions_in(facts, function.body, names):
        parent = facts.tree.parent(node)
        fills = isinstance(parent, (cst.Subscript, cst.Attribute, cst.Arg))
        if fills and _changes(facts, node, called | {function}):
            return True
    return any(
        isinstance(n, cst.Attribute) and n.attr.value.startswith(_SETS_ADDRESSES)
        for n in walk(function.body)
    )
