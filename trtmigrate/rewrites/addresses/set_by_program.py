"""Execute with addresses that the program sets by name itself."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import CallUse, Facts
from trtmigrate.facts.domain.values import Address, Const, Instance, Items
from trtmigrate.facts.mentions import members_in
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import dotted

SETTERS = frozenset(["set_tensor_address", "set_output_allocator"])
NO_LIST = "this call has no list of addresses: pass the address of each tensor, in a list"


def sets_addresses_itself(use: CallUse, facts: Facts) -> bool:
    """True if the function around an execution, or its class, sets addresses of the same context.

    In the function itself that has to be above the execution, or in a loop around it.
    """
    function = facts.tree.function(use.node)
    area = facts.tree.class_of(use.node) or function or facts.module
    return any(
        _is_same_context(node.value, use.receiver, facts)
        and _comes_first(node, use, function, facts)
        for node in members_in(facts, area, SETTERS)
    )


def _comes_first(
    node: cst.CSTNode, use: CallUse, function: cst.FunctionDef | None, facts: Facts
) -> bool:
    if facts.tree.function(node) is not function:
        return True
    before = facts.tree.order[node] < facts.tree.order[use.node]
    return before or bool(set(facts.tree.loops(node)) & set(facts.tree.loops(use.node)))


def _is_same_context(one: cst.BaseExpression, other: cst.BaseExpression, facts: Facts) -> bool:
    a, b = facts.value(one), facts.value(other)
    if isinstance(a, Instance) and isinstance(b, Instance) and a.origin and b.origin:
        return a.cls == b.cls and a.origin == b.origin
    return one.deep_equals(other)


def is_no_list(node: cst.BaseExpression, facts: Facts) -> bool:
    """True for `None` and for an empty list."""
    value = facts.value(node)
    return value == Const(None) or (isinstance(value, Items) and value.items == ())


def is_single_address(node: cst.BaseExpression, facts: Facts) -> bool:
    """True for the address of a tensor that stands where a list of addresses is expected."""
    asks = isinstance(node, cst.Call) and (dotted(node.func) or "").endswith(".data_ptr")
    return asks or calls_function(node, "int") or isinstance(facts.value(node), Address)


def execute_by_name(use: CallUse, stream: cst.Arg) -> cst.BaseExpression:
    """Return the call of `execute_async_v3`, with a keyword if the stream had one."""
    keyword = "stream_handle=" if stream.keyword is not None else ""
    return expression(f"{{}}.execute_async_v3({keyword}{{}})", use.receiver, stream.value)
