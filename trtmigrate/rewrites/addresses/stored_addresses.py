"""Store addresses on the context instead of in a list that is only filled and executed with."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Lookup
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.changes import changes_in
from trtmigrate.facts.domain.values import poly_of
from trtmigrate.facts.executions import Execution, executions_of
from trtmigrate.facts.mentions import members_in
from trtmigrate.facts.reads import Read
from trtmigrate.rewrites.addresses.filled_lists import Filled, find_stores, part_of
from trtmigrate.rewrites.addresses.held_memory import is_held_by_list
from trtmigrate.rewrites.addresses.left_out import (
    LEFT_OUT,
    UNKNOWN_NAME,
    may_leave_out,
    may_name_unknown,
)
from trtmigrate.rewrites.addresses.named_executions import sets_shape_inputs
from trtmigrate.rewrites.addresses.undisturbed import keeps_addresses
from trtmigrate.rewrites.profiles.active_profile import start_of_stored
from trtmigrate.rewrites.profiles.offsets import UNKNOWN_PROFILE
from trtmigrate.rewrites.tensor_names.name_of_binding import Named, look_up, name_at
from trtmigrate.syntax.scopes import comes_before
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import dotted, walk


def set_where_stored(
    execution: Execution, facts: Facts, execute: cst.BaseExpression
) -> Edit | None:
    """Return the edit in which each entry becomes an address by name where it is stored.

    None where the list is used otherwise.
    """
    use, bindings = execution.use, execution.listed
    if not isinstance(bindings, cst.Name) or sets_shape_inputs(facts):
        return None
    filled = find_stores(bindings, facts)
    if filled is None or not _context_is_fixed(use, filled.stores[0], facts):
        return None
    if not all(_always_runs(store, filled.made, facts) for store in filled.stores):
        return None  # an entry that stays empty would become the address of the last execution
    if is_held_by_list(filled, facts):
        return None
    if not _stay_set(filled, use, facts):
        return None
    if facts.tree.loops(use.call) != facts.tree.loops(filled.made):
        return None  # executed again and again with what was stored once, or the other way round
    replaced: dict[cst.CSTNode, cst.CSTNode] = {use.call: execute}
    lookups: list[Lookup] = []
    for store in filled.stores:
        named = _named(store, use, facts)
        if named is None:
            return None
        call = expression(
            "{}.set_tensor_address({}, {})", use.receiver.deep_clone(), named.node, store.value
        )
        replaced[store] = cst.Expr(call)
        lookups += named.lookups
    if may_leave_out(filled, facts):
        facts.trail.assume(LEFT_OUT)
    if may_name_unknown(filled, facts):
        facts.trail.assume(UNKNOWN_NAME)
    return Edit(replaced, remove=(filled.made,), lookups=tuple(lookups))


def _always_runs(store: cst.Assign, made: cst.Assign, facts: Facts) -> bool:
    """True if a statement runs whenever the list is made, or in every round of loops below it."""
    block = facts.tree.parent(facts.tree.parent(made) or made)
    for up in facts.tree.ancestors(store):
        if up is block:
            return True
        if isinstance(up, cst.For):
            if any(isinstance(node, (cst.Break, cst.Continue)) for node in walk(up)):
                return False
        elif isinstance(up, cst.BaseCompoundStatement) and not isinstance(up, cst.With):
            return False
    return False


def _stay_set(filled: Filled, use: CallUse, facts: Facts) -> bool:
    """True if the context keeps the addresses from the first store up to the execution."""
    first: cst.CSTNode = filled.stores[0]
    loops = [up for up in facts.tree.loops(first) if up not in facts.tree.loops(filled.made)]
    start = loops[-1] if loops else first
    context = dotted(use.receiver)
    return context is not None and keeps_addresses(context, start, use.call, facts)


def _context_is_fixed(use: Use, first: cst.Assign, facts: Facts) -> bool:
    """True if the context exists before the first store, stays the same and executes only once."""
    function = facts.tree.function(use.node)
    scope = function or facts.module
    context = dotted(use.receiver)
    if context is None:
        return False
    for change in changes_in(facts, scope, (context,)):
        statement = facts.tree.statement(change)
        if statement is None or not comes_before(statement, first, facts.tree):
            return False
    others = [
        one
        for one in executions_of(facts)
        if one.context_name == context and facts.tree.function(one.call) is function
    ]
    setters = members_in(facts, scope, ("set_tensor_address",))
    return len(others) == 1 and not any(facts.tree.scope(node) is scope for node in setters)


def _named(store: cst.Assign, use: Use, facts: Facts) -> Named | None:
    """Return the name of the tensor whose address a statement stores."""
    index = part_of(store)
    if not isinstance(index, cst.BaseExpression):
        return None
    read = _read_in(store, facts)
    if read is None and not facts.several_profiles:
        return None
    if facts.several_profiles and start_of_stored(index, store, use, facts) is None:
        return None
    there = Use(
        node=index,
        member=use.member,
        context="load",
        read=read or use.read,
        receiver=use.receiver,
        engine=use.engine,
    )
    name = facts.name_for(index, there) if read is not None else None
    if name is not None:
        return Named(name)
    poly = poly_of(facts.value(index))
    if poly is None or any(a.role == "index" for a in poly.atoms):
        return None
    if facts.several_profiles:
        named = look_up(index, there, facts)
        if named.certain:
            return named
        facts.trail.forget(UNKNOWN_PROFILE)
        return None
    return None if any(a.role == "other" for a in poly.atoms) else name_at(index, there, facts)


def _read_in(statement: cst.CSTNode, facts: Facts) -> Read | None:
    """Return any read of a member in a statement: it knows the variables there."""
    inside = set(walk(statement))
    return next((read for node, read in facts.reads.items() if node in inside), None)
