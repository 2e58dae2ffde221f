"""Where a mask of creation flags goes: whether it only reaches `Builder.create_network`."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.callers import find_calls
from trtmigrate.facts.domain.values import Function
from trtmigrate.rewrites.removal.calls import calls_method
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.tree import walk


def only_creates_networks(mask: cst.CSTNode, facts: Facts) -> bool:
    """True if each reader of a mask, through variables, parameters and functions of the module,
    gives it to `create_network`, and there is such a reader.
    """
    seen: set[object] = set()
    return _goes_to_network(mask, facts, seen) and "network" in seen


def is_read_elsewhere(mask: cst.CSTNode, facts: Facts) -> bool:
    """True if code that creates no network reads a mask."""
    return not _goes_to_network(mask, facts, set())


def _goes_to_network(node: cst.CSTNode, facts: Facts, seen: set[object]) -> bool:
    """True if the value of an expression goes nowhere but into `create_network`."""
    tree = facts.tree
    here = node
    for up in tree.ancestors(node):
        if isinstance(up, cst.BinaryOperation) and isinstance(up.operator, (cst.BitOr, cst.Add)):
            here = up
            continue
        if isinstance(up, cst.IfExp) and here is not up.test:
            here = up
            continue
        if isinstance(up, cst.Arg):
            return _takes_flags(up, facts, seen)
        if isinstance(up, cst.AssignTarget):
            return True  # it is overwritten here
        if isinstance(up, cst.Assign):
            return all(_is_read_for_network(t.target, facts, seen) for t in up.targets)
        if isinstance(up, (cst.AnnAssign, cst.AugAssign)):
            return _is_read_for_network(up.target, facts, seen)
        if isinstance(up, cst.Param):
            return _is_read_for_network(up.name, facts, seen)
        if isinstance(up, cst.Return):
            return _is_returned_to_network(up, facts, seen)
        return isinstance(up, (cst.Del, cst.Global, cst.Nonlocal))
    return False


def _takes_flags(arg: cst.Arg, facts: Facts, seen: set[object]) -> bool:
    """True if the call of an argument creates a network, or is of a function that only does so
    with it.
    """
    call = facts.tree.parent(arg)
    if not isinstance(call, cst.Call):
        return False
    if calls_method(call, "create_network"):
        assert isinstance(call.func, cst.Attribute)
        if facts.kind(call.func.value) in ("Builder", None):
            seen.add("network")
            return True
    if calls_function(call, "int"):
        return _goes_to_network(call, facts, seen)
    called = facts.value(call.func)
    function = called.node if isinstance(called, Function) else None
    if not isinstance(function, cst.FunctionDef) or arg.star:
        return False
    parameters = [*function.params.posonly_params, *function.params.params]
    if facts.tree.class_of(function) is not None and isinstance(call.func, cst.Attribute):
        parameters = parameters[1:]
    if arg.keyword is not None:
        parameters += function.params.kwonly_params
        found = [p for p in parameters if p.name.value == arg.keyword.value]
    else:
        place = list(call.args).index(arg)
        found = parameters[place : place + 1]
    return bool(found) and _is_read_for_network(found[0].name, facts, seen)


def _is_read_for_network(target: cst.BaseExpression, facts: Facts, seen: set[object]) -> bool:
    """True if each read of a variable or attribute goes to a network.

    A variable of the module is read by every function; an attribute by every method of the module.
    """
    if not isinstance(target, (cst.Name, cst.Attribute)):
        return False
    name = target.value if isinstance(target, cst.Name) else target.attr.value
    is_local = isinstance(target, cst.Name)
    scope = home(target, facts.tree) if is_local else facts.module
    if isinstance(facts.tree.parent(target), cst.Param):
        scope = facts.tree.function(target) or facts.module
    key = (scope, is_local, name)
    if key in seen:
        return True
    seen.add(key)
    for node in walk(scope):
        if node is target or not isinstance(node, cst.Name) or node.value != name:
            continue
        parent = facts.tree.parent(node)
        if isinstance(parent, cst.Attribute) and parent.attr is node:
            if is_local or parent is target:
                continue
            node = parent
        elif (
            isinstance(parent, (cst.Arg, cst.Param))
            and node
            in (
                getattr(parent, "keyword", None),
                getattr(parent, "name", None),
            )
        ) or not is_local:
            continue
        if not _goes_to_network(node, facts, seen):
            return False
    return True


def _is_returned_to_network(statement: cst.Return, facts: Facts, seen: set[object]) -> bool:
    function = home(statement, facts.tree)
    if not isinstance(function, cst.FunctionDef):
        return False
    calls = find_calls(function, facts)
    return bool(calls) and all(_goes_to_network(call, facts, seen) for call in calls)
