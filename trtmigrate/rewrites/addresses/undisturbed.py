"""Tell whether a context keeps the addresses that were set, from one statement to another."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Function
from trtmigrate.facts.reachability import is_of_library
from trtmigrate.syntax.tree import dotted, walk

_SETTING = ("execute", "enqueue", "set_tensor_address")  # how members begin that set addresses


def keeps_addresses(context: str, start: cst.CSTNode, execution: cst.Call, facts: Facts) -> bool:
    """True if nothing that runs from the statement `start` up to an execution can give the context
    other addresses: no function that executes or sets addresses, no code that cannot be seen and
    that gets the context or the object which holds it, and no other task.
    """
    seen: set[cst.CSTNode] = set()
    return not any(
        _disturbs(node, context, facts, seen) for node in _between(start, execution, facts)
    )


def _between(start: cst.CSTNode, execution: cst.Call, facts: Facts) -> Iterator[cst.CSTNode]:
    """Yield what runs from a statement up to an execution; of both what belongs to them, too."""
    order = facts.tree.order
    end = facts.tree.statement(execution) or execution
    last = max(order[node] for node in walk(end) if node in order)
    scope = facts.tree.function(execution) or facts.module
    for node in walk(scope):
        if node is not execution and node in order and order[start] <= order[node] <= last:
            yield node


def _disturbs(node: cst.CSTNode, context: str, facts: Facts, seen: set[cst.CSTNode]) -> bool:
    if isinstance(node, (cst.Await, cst.Yield)):
        return True
    if not isinstance(node, cst.Call):
        return False
    function = facts.value(node.func)
    if isinstance(function, Function):
        return _may_set(function.node, facts, seen)
    return not is_of_library(facts, node, function) and _gets_context(node, context, facts)


def _may_set(function: cst.CSTNode, facts: Facts, seen: set[cst.CSTNode]) -> bool:
    """True if a function, or a function that it calls, executes or sets addresses."""
    if function in seen:
        return False
    seen.add(function)
    for node in walk(function):
        if isinstance(node, cst.Attribute) and node.attr.value.startswith(_SETTING):
            return True
        if not isinstance(node, cst.Call):
            continue
        called = facts.value(node.func)
        if isinstance(called, Function):
            if _may_set(called.node, facts, seen):
                return True
        elif not is_of_library(facts, node, called) and _gets_context(node, "self", facts):
            return True
    return False


def _gets_context(call: cst.Call, context: str, facts: Facts) -> bool:
    """True if a call gets a context, or the object that holds it."""
    holders = {context, context.rpartition(".")[0]} - {""}
    for node in walk(call):
        if dotted(node) in holders:
            parent = facts.tree.parent(node)
            if not isinstance(parent, cst.Attribute) or facts.tree.parent(parent) is call:
                return True
    return False
