"""Tell what a program does with the index of a binding."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Items, Ref
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.syntax.scopes import home, is_target
from trtmigrate.syntax.tree import walk

_DEPTH = 4  # variables and lists that an index is followed through
_LIST_METHODS = ("insert", "pop")  # that take a position
_LISTS = (Ref("builtins.list"), Ref("builtins.tuple"))


def is_only_position(node: cst.BaseExpression, facts: Facts, depth: int = _DEPTH) -> bool:
    """True if an index only serves as a position: in a list, or in a call of TensorRT.

    False if it is compared, printed, returned, stored in an object or given to other code, which
    may find out that it is -1.
    """
    if depth == 0:
        return False
    parent = facts.tree.parent(node)
    if isinstance(parent, (cst.Index, cst.Slice)):
        return True
    if isinstance(parent, cst.BinaryOperation):
        return is_only_position(parent, facts, depth)
    if isinstance(parent, cst.IfExp) and parent.test is not node:
        return is_only_position(parent, facts, depth)
    if isinstance(parent, cst.Arg):
        return _is_position_in_call(parent, facts, depth)
    if isinstance(parent, cst.NamedExpr) and parent.value is node:
        return is_only_position(parent, facts, depth) and _is_variable_position(
            parent.target, facts, depth
        )
    if isinstance(parent, cst.Assign) and parent.value is node:
        return all(_is_variable_position(t.target, facts, depth) for t in parent.targets)
    if isinstance(parent, cst.AnnAssign) and parent.value is node:
        return _is_variable_position(parent.target, facts, depth)
    if isinstance(parent, cst.Element):
        return _is_position_in_tuple(parent, facts, depth)
    if isinstance(parent, (cst.ListComp, cst.GeneratorExp)) and parent.elt is node:
        return holds_only_positions(parent, facts, depth)
    return False


def _is_position_in_call(arg: cst.Arg, facts: Facts, depth: int) -> bool:
    call = facts.tree.parent(arg)
    if not isinstance(call, cst.Call) or arg.star:
        return False
    if facts.value(call.func) == Ref("builtins.int"):
        return is_only_position(call, facts, depth)
    if not isinstance(call.func, cst.Attribute):
        return False
    owner = call.func.value
    if isinstance(facts.value(owner), Items) and call.func.attr.value in _LIST_METHODS:
        return call.args[0] is arg
    return facts.kind(owner) is not None


def _is_variable_position(target: cst.CSTNode, facts: Facts, depth: int) -> bool:
    """True if all that reads a variable takes it as a position."""
    if not isinstance(target, cst.Name):
        return False
    return all(is_only_position(read, facts, depth - 1) for read in _reads(target, facts))


def _reads(target: cst.Name, facts: Facts) -> Iterator[cst.BaseExpression]:
    """Yield the places that read a variable."""
    scope = home(target, facts.tree)
    for node in mentions_in(facts, scope, (target.value,)):
        parent = facts.tree.parent(node)
        is_keyword = isinstance(parent, cst.Arg) and parent.keyword is node
        if not (is_keyword or isinstance(parent, cst.Param) or is_target(node, facts.tree)):
            yield node


def _is_position_in_tuple(element: cst.Element, facts: Facts, depth: int) -> bool:
    """`a, b = engine.get_binding_index("x"), engine.get_binding_index("y")`."""
    values = facts.tree.parent(element)
    statement = facts.tree.parent(values) if values is not None else None
    if not isinstance(values, cst.Tuple) or not isinstance(statement, cst.Assign):
        return False
    at = [e is element for e in values.elements].index(True)
    for target in statement.targets:
        into = target.target
        if not isinstance(into, cst.Tuple) or len(into.elements) != len(values.elements):
            return False
        if not _is_variable_position(into.elements[at].value, facts, depth):
            return False
    return True


def holds_only_positions(made: cst.BaseExpression, facts: Facts, depth: int = _DEPTH) -> bool:
    """True if every index in a new list or iterator only serves as a position."""
    parent = facts.tree.parent(made)
    call = facts.tree.parent(parent) if isinstance(parent, cst.Arg) else None
    if isinstance(call, cst.Call) and facts.value(call.func) in _LISTS:
        return holds_only_positions(call, facts, depth)
    if not isinstance(parent, cst.Assign) or len(parent.targets) != 1:
        return False
    target = parent.targets[0].target
    if isinstance(target, cst.Tuple):
        return all(_is_variable_position(e.value, facts, depth) for e in target.elements)
    if not isinstance(target, cst.Name):
        return False
    return all(_gives_positions(read, facts, depth) for read in _reads(target, facts))


def _gives_positions(read: cst.BaseExpression, facts: Facts, depth: int) -> bool:
    """`indexes[0]` as a position, or `for index in indexes` over positions."""
    parent = facts.tree.parent(read)
    if isinstance(parent, cst.Subscript) and parent.value is read:
        return is_only_position(parent, facts, depth - 1)
    if isinstance(parent, (cst.For, cst.CompFor)) and parent.iter is read:
        targets = [n for n in walk(parent.target) if isinstance(n, cst.Name)]
        return len(targets) == 1 and _is_variable_position(targets[0], facts, depth)
    return False
