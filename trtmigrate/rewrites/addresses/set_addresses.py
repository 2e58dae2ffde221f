"""Set the addresses of an execution by name instead of handing over a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Edit, Lookup, Statement
from trtmigrate.editing.free_names import free_name
from trtmigrate.facts import CallUse, Facts
from trtmigrate.facts.executions import Execution
from trtmigrate.rewrites.addresses.active_addresses import ActiveAddresses, find_active_addresses
from trtmigrate.rewrites.addresses.address_statements import Setting, copy_setting, write_setting
from trtmigrate.rewrites.addresses.deferred_executions import find_lambda, write_function
from trtmigrate.rewrites.addresses.held_addresses import (
    Held,
    held_by_attributes,
    held_by_variables,
)
from trtmigrate.rewrites.addresses.order_of_effects import may_change_before
from trtmigrate.rewrites.addresses.set_once import Place, are_set_already, find_place
from trtmigrate.rewrites.addresses.stored_addresses import set_where_stored
from trtmigrate.rewrites.addresses.timing import find_start_of_timing
from trtmigrate.rewrites.addresses.waiting import find_place_to_wait
from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import dotted, walk

FROM_ACTIVE = (
    "the position of the first address of the active profile does not show in the code, so the "
    "context is asked which profile is active"
)

NOT_FOLLOWED = (
    "the list is filled in a loop, and it does not show whether it has the addresses of all "
    "profiles or of one: pass those of the active profile to set_tensor_address"
)


def set_addresses_before(
    execution: Execution,
    facts: Facts,
    execute: cst.BaseExpression,
    wait: Sequence[Statement] = (),
) -> tuple[Edit, bool] | None:
    """Replace the call by `execute` and set the addresses before it, or once where they are
    complete; then `wait` for the execution.

    None if there is no place to wait, or if the list is filled in a loop over one profile that may
    have gone over all. The flag is False if the code does not show which entries of
    a list belong to the active profile.
    """
    own = find_active_addresses(facts, execution)
    if own.shortened:
        return None
    deferred = find_lambda(execution, facts)
    if deferred is not None and not own.remove:
        setting = write_setting(execution.use, facts, own)
        edit = write_function(execution.use, facts, deferred, setting, execute, wait)
        return edit, setting.certain
    if not wait:
        return _set_addresses(execution, facts, execute, own)
    place = find_place_to_wait(execution, facts)
    if place is None:
        return None
    if place.after:
        edit, certain = _set_addresses(execution, facts, execute, own)
        after = (*edit.after.get(place.statement, ()), *wait)
        return replace(edit, after={**edit.after, place.statement: after}), certain
    result = cst.Name(
        free_name(facts.tree.names(home(execution.call, facts.tree)), "succeeded", "done")
    )
    edit, certain = _set_addresses(execution, facts, result, own)
    assigned = cst.Assign([cst.AssignTarget(result)], execute)
    before = (*edit.before.get(place.statement, ()), assigned, *wait)
    return replace(edit, before={**edit.before, place.statement: before}), certain


def _set_addresses(
    execution: Execution, facts: Facts, execute: cst.BaseExpression, own: ActiveAddresses
) -> tuple[Edit, bool]:
    use = execution.use
    held = kept = None
    if not own.remove:
        held, kept = held_by_variables(facts, execution), held_by_attributes(facts, execution)
    if any(known and are_set_already(execution, facts, known) for known in (kept, held)):
        return Edit({use.call: execute}), True
    stored = set_where_stored(execution, facts, execute)
    if stored is not None:
        return stored, True
    once = find_place(execution, facts, kept) if kept is not None else None
    there = _moved_to(use, facts, once)
    if once is not None and kept is not None:
        there, own = _of_self(there, facts, kept), ActiveAddresses(cst.parse_expression(kept.text))
    elif held is not None:
        once = find_place(execution, facts, held)
        there = _moved_to(use, facts, once)
    setting = write_setting(there, facts, own)
    if not any(up is use.call for up in facts.tree.ancestors(own.addresses)):
        setting = copy_setting(setting)
    if once is not None:
        if once[0] == "before":
            once = ("before", find_start_of_timing(once[1], execution, facts))
        return _set_once(use, execute, setting, once), setting.certain
    return _set_each_time(execution, facts, execute, setting, own), setting.certain


def _set_once(use: CallUse, execute: cst.BaseExpression, setting: Setting, once: Place) -> Edit:
    where, anchor = once
    table = {anchor: setting.statements}
    lookups = tuple(Lookup(one.node, one.engine, one.index, anchor) for one in setting.lookups)
    before = table if where == "before" else {}
    after = table if where == "after" else {}
    return Edit(
        {use.call: execute}, before, after, lookups=lookups, imports_tensorrt=setting.imports
    )


def _set_each_time(
    execution: Execution,
    facts: Facts,
    execute: cst.BaseExpression,
    setting: Setting,
    own: ActiveAddresses,
) -> Edit:
    call = execution.call
    statement = facts.tree.statement(call)
    if statement is not None and _can_precede(execution, facts, statement):
        return Edit(
            {call: execute},
            before={find_start_of_timing(statement, execution, facts): setting.statements},
            remove=own.remove,
            lookups=setting.lookups,
            imports_tensorrt=setting.imports,
        )
    both = expression("all({}) and {}", setting.expression, execute)
    return Edit({call: both}, imports_tensorrt=setting.imports)


def _of_self(use: CallUse, facts: Facts, kept: Held) -> CallUse:
    """Return the use as if the method had not taken the context out of the object."""
    context = cst.parse_expression(kept.context)
    engine = facts.engine_of(use)
    if use.engine is None and not (dotted(engine) or "").startswith("self."):
        engine = cst.Attribute(context, cst.Name("engine"))
    return replace(use, receiver=context, engine=engine)


def _moved_to(use: CallUse, facts: Facts, once: Place | None) -> CallUse:
    """Return the use as if it stood where the addresses are set: in `__init__`, the engine may have
    another name.
    """
    if once is None or once[0] != "after":
        return use
    function = facts.tree.function(once[1])
    engine = facts.engine_at_end(use, function) if function is not None else None
    return replace(use, node=once[1], engine=engine)


def _can_precede(execution: Execution, facts: Facts, statement: cst.CSTNode) -> bool:
    """True if the addresses can be set in front of the statement that executes."""
    use = execution.use
    if may_change_before(execution, statement, facts):
        return False
    names = {
        n.value
        for e in (execution.listed, use.receiver)
        for n in walk(e)
        if isinstance(n, cst.Name)
    }
    bound_here = {
        n.value
        for up in facts.tree.ancestors(use.call)
        if isinstance(up, cst.BaseComp)
        for clause in walk(up)
        if isinstance(clause, cst.CompFor)
        for n in walk(clause.target)
        if isinstance(n, cst.Name)
    }
    again = not names & bound_here
    return facts.tree.runs_once_with(use.call, statement, again)
