"""What may change the object that a variable or attribute holds, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Function, Ref
from trtmigrate.syntax.effects import MUTATING_METHODS, leaves_arguments
from trtmigrate.syntax.tree import assigned, code, walk

_SETS_ADDRESSES = (
    "execute",
    "set_tensor_address",
    "set_input_shape",
    "set_binding_shape",
    "set_optimization_profile_async",
    "active_optimization_profile",
)


def changes(facts: Facts, area: cst.CSTNode, names: Iterable[str]) -> bool:
    return next(changes_in(facts, area, names), None) is not None


def changes_in(facts: Facts, area: cst.CSTNode, names: Iterable[str]) -> Iterator[cst.CSTNode]:
    """Nodes that may change what one of the names holds."""
    wanted = {name for name in names if name}
    for node in walk(area):
        if isinstance(node, (cst.Name, cst.Attribute)) and code(node) in wanted:
            parent = facts.tree.parent(node)
            if (
                isinstance(node, cst.Name)
                and isinstance(parent, cst.Attribute)
                and parent.attr is node
            ):
                continue
            if _is_changed(facts, node, parent):
                yield node


def rebound_in(facts: Facts, area: cst.CSTNode, names: Iterable[str]) -> Iterator[cst.CSTNode]:
    """Nodes that make one of the names hold something else; what it holds may be changed
    otherwise.
    """
    for node in changes_in(facts, area, names):
        parent = facts.tree.parent(node)
        if not isinstance(parent, (cst.Subscript, cst.Attribute, cst.Arg)):
            yield node


def runs_between(facts: Facts, node: cst.CSTNode, start: cst.CSTNode, end: cst.CSTNode) -> bool:
    """Whether `node` may run after `start` has begun and before `end` runs, which stands behind
    it in the same scope.
    """
    if facts.tree.function(node) is not facts.tree.function(end):
        return True  # in a function that may be called meanwhile
    order = facts.tree.order
    if order[start] < order[node] < order[end]:
        return True
    again = set(facts.tree.loops(end)) - set(facts.tree.loops(start))
    return bool(again & set(facts.tree.loops(node)))


def binds(function: cst.FunctionDef, names: Iterable[str]) -> bool:
    """Whether a function has variables of its own under one of these names."""
    own = set(assigned(function)) | {p.name.value for p in function.params.params}
    declared = {
        item.name.value
        for node in walk(function)
        if isinstance(node, (cst.Global, cst.Nonlocal))
        for item in node.names
    }
    return any(name in own and name not in declared for name in names)


def _is_changed(facts: Facts, node: cst.CSTNode, parent: cst.CSTNode | None) -> bool:
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
        return (
            parent.attr.value in MUTATING_METHODS
            and isinstance(outer, cst.Call)
            and outer.func is parent
        )
    if isinstance(parent, cst.Arg) and parent.keyword is not node:
        call = facts.tree.parent(parent)
        return isinstance(call, cst.Call) and _may_change_argument(facts, call)
    return False


def _may_change_argument(facts: Facts, call: cst.Call) -> bool:
    """Whether a called function may fill the list that it is given."""
    value = facts.value(call.func)
    if isinstance(value, Ref) and leaves_arguments(value.name):
        return False
    if isinstance(call.func, cst.Attribute) and facts.kind(call.func.value) is not None:
        return False  # a method of a TensorRT object reads
    if isinstance(value, Function) and isinstance(value.node, cst.FunctionDef):
        names = [p.name.value for p in value.node.params.params]
        rebound = set(rebound_in(facts, value.node.body, names))
        if any(n not in rebound for n in changes_in(facts, value.node.body, names)):
            return True
        return any(
            isinstance(n, cst.Attribute) and n.attr.value.startswith(_SETS_ADDRESSES)
            for n in walk(value.node.body)
        )
    return True
