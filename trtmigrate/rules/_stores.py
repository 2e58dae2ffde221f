"""A list of addresses that is only filled entry by entry and executed with: each entry becomes an
address by name where it is stored, and the list goes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import libcst as cst

from trtmigrate.edits import Edit, Lookup
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.reads import Read
from trtmigrate.facts.tree import code, dotted, walk, walk_scope
from trtmigrate.facts.values import poly_of
from trtmigrate.rules._active import is_of_active
from trtmigrate.rules._call import Named, look_up, name_at
from trtmigrate.rules._changes import changes_in
from trtmigrate.rules._executions import executions, sets_shape_inputs
from trtmigrate.rules._scope import comes_before
from trtmigrate.templates import expression


@dataclass(frozen=True)
class _Filled:
    """The assignment that makes an empty list, and the statements that store into it, in order."""

    made: cst.Assign
    stores: tuple[cst.Assign, ...]


def by_stores(
    use: Use, facts: Facts, bindings: cst.BaseExpression, execute: cst.BaseExpression
) -> Edit | None:
    """The edit that stores addresses on the context instead of in a list; None where the list is
    used otherwise.
    """
    if not isinstance(bindings, cst.Name) or use.call is None or sets_shape_inputs(facts):
        return None
    filled = _filled(bindings, facts)
    if filled is None or not _context_is_fixed(use, filled.stores[0], facts):
        return None
    if facts.tree.loops(use.call) != facts.tree.loops(filled.made):
        return None  # executed again and again with what was stored once, or the other way round
    replaced: dict[cst.CSTNode, cst.CSTNode] = {use.call: execute}
    lookups: list[Lookup] = []
    for store in filled.stores:
        named = _named(store, use, facts)
        if named is None:
            return None
        assert use.receiver is not None
        call = expression(
            "{}.set_tensor_address({}, {})", use.receiver.deep_clone(), named.node, store.value
        )
        replaced[store] = cst.Expr(call)
        lookups += named.lookups
    return Edit(replaced, remove=(filled.made,), lookups=tuple(lookups))


def _filled(bindings: cst.Name, facts: Facts) -> _Filled | None:
    """How a list comes about that nothing but stores and the one execution uses."""
    function = facts.tree.function(bindings)
    made: cst.Assign | None = None
    stores: list[cst.Assign] = []
    order = facts.tree.order
    for node in walk(function or facts.module):
        if not isinstance(node, cst.Name) or node.value != bindings.value or node is bindings:
            continue
        parent = facts.tree.parent(node)
        if isinstance(parent, cst.Attribute) and parent.attr is node:
            continue
        if isinstance(parent, cst.Arg) and parent.keyword is node:
            continue
        statement = facts.tree.small_statement(node)
        if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
            return None
        target = statement.targets[0].target
        if target is node and made is None and _is_empty(statement.value):
            made = statement
        elif isinstance(target, cst.Subscript) and target.value is node and _has_index(target):
            stores.append(statement)
        else:
            return None
    if made is None or not stores:
        return None
    if not comes_before(made, bindings, facts) or order[stores[0]] < order[made]:
        return None
    if any(
        facts.tree.function(s) is not function or order[s] > order[bindings]
        for s in (made, *stores)
    ):
        return None
    return _Filled(made, tuple(stores))


def _is_empty(node: cst.BaseExpression) -> bool:
    """`[None] * n`, `[0] * n` and the same as a comprehension."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Multiply):
        inner = node.left if isinstance(node.left, cst.List) else node.right
        return isinstance(inner, cst.List) and [code(e.value) for e in inner.elements] in (
            ["None"],
            ["0"],
        )
    return isinstance(node, cst.ListComp) and code(node.elt) in ("None", "0")


def _has_index(target: cst.Subscript) -> bool:
    return len(target.slice) == 1 and isinstance(target.slice[0].slice, cst.Index)


def _context_is_fixed(use: Use, first: cst.Assign, facts: Facts) -> bool:
    """Whether the context is there before the first store, the same, and executes once only."""
    assert use.receiver is not None
    function = facts.tree.function(use.node)
    scope = function or facts.module
    context = dotted(use.receiver)
    if context is None:
        return False
    for change in changes_in(facts, scope, (context,)):
        statement = facts.tree.statement(change)
        if statement is None or not comes_before(statement, first, facts):
            return False
    others = [
        e
        for e in executions(facts)
        if e.context == context and facts.tree.function(e.call) is function
    ]
    set_elsewhere = any(
        isinstance(n, cst.Attribute) and n.attr.value == "set_tensor_address"
        for n in walk_scope(scope)
    )
    return len(others) == 1 and not set_elsewhere


def _named(store: cst.Assign, use: Use, facts: Facts) -> Named | None:
    """The name of the tensor whose address a statement stores."""
    target = store.targets[0].target
    assert isinstance(target, cst.Subscript) and isinstance(target.slice[0].slice, cst.Index)
    index = target.slice[0].slice.value
    read = _read_in(store, facts)
    if read is None and not facts.several_profiles:
        return None
    if facts.several_profiles and is_of_active(index, store, use, facts) is False:
        return None
    there = replace(use, node=index, call=None, read=read or use.read)
    name = facts.name_for(index, there) if read is not None else None
    if name is not None:
        return Named(name)
    poly = poly_of(facts.value(index))
    if poly is None or any(a.role == "index" for a in poly.atoms):
        return None
    if facts.several_profiles:
        named = look_up(index, there, facts)
        return named if named.certain else None
    return None if any(a.role == "other" for a in poly.atoms) else name_at(index, there, facts)


def _read_in(statement: cst.CSTNode, facts: Facts) -> Read | None:
    """Any read of a member in a statement: it knows the variables there."""
    inside = set(walk(statement))
    return next((read for node, read in facts.reads.items() if node in inside), None)
