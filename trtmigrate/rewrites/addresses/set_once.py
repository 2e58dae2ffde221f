"""Find the place where addresses can be set once.

That is after the list is complete and before anything executes again and again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import libcst as cst

from trtmigrate.facts import CallUse, Facts
from trtmigrate.facts.changes import binds, changes_in, rebound_in, runs_between
from trtmigrate.facts.domain.values import Function
from trtmigrate.facts.executions import Execution, executions_of
from trtmigrate.facts.mentions import is_within, members_in, mentions_in
from trtmigrate.facts.reachability import (
    code_run_in,
    foreign_calls_in,
    is_closed,
    is_private,
    is_shared,
)
from trtmigrate.rewrites.addresses.held_addresses import (
    Held,
    held_by_attributes,
    held_by_variables,
    held_like,
)
from trtmigrate.rewrites.addresses.in_sight import all_in_sight
from trtmigrate.rewrites.addresses.named_executions import takes_names
from trtmigrate.rewrites.addresses.restored_attributes import attribute_behind, is_attribute
from trtmigrate.rewrites.addresses.set_in_init import find_place_in_init
from trtmigrate.syntax.nones import is_none_by_default
from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.tree import code, dotted

# What sets addresses or profiles otherwise: code that uses it sets its addresses again.
UNSETTLING = frozenset(
    [
        "set_shape_input",
        "set_optimization_profile_async",
        "active_optimization_profile",
        "set_tensor_address",
    ]
)

Place = tuple[Literal["before", "after"], cst.CSTNode]


def is_set_once(execution: Execution, facts: Facts) -> bool:
    """True if the addresses of an execution are set elsewhere, and not each time it executes."""
    found = held_by_attributes(facts, execution), held_by_variables(facts, execution)
    return any(
        held is not None
        and (are_set_already(execution, facts, held) or find_place(execution, facts, held))
        for held in found
    )


def find_place(execution: Execution, facts: Facts, held: Held) -> Place | None:
    """Return the statement before or after which the addresses can be set for good."""
    use = execution.use
    if _has_other_name(use, facts, held):
        return None
    names = (*held.lists, held.context)
    if all(is_attribute(name) for name in names):
        (bindings,) = held.lists or ("",)
        cls = facts.tree.class_of(use.node)
        if cls is None or not all(is_closed(facts, cls, name.split(".")[1]) for name in names):
            return None
        if any(is_shared(facts, cls, name.split(".")[1]) for name in names):
            return None
        area = cls
        if held.variables or held.text != bindings:
            return None
        if next(_unsettling(facts, area), None) is not None:
            return None
        if next(_others(facts, area, held), None) is not None:
            return None
        place = find_place_in_init(use, facts, (bindings, held.context))
        return ("after", place) if place is not None else None
    if all("." not in name for name in names):
        return _before_loop(use, facts, held)
    return None


def are_set_already(execution: Execution, facts: Facts, held: Held) -> bool:
    """True if an earlier execution set the same addresses and nothing changed them since."""
    use = execution.use
    if _has_other_name(use, facts, held):
        return False
    order = facts.tree.order
    same = [e for e in _same(use, facts, held) if order[e.call] < order[use.call]]
    if all(name.startswith("self.") for name in (*held.lists, held.context)):
        return bool(same) and find_place(execution, facts, held) is not None
    scope = facts.tree.scope(use.node)
    if "." in "".join(held.names) or not isinstance(scope, (cst.FunctionDef, cst.Module)):
        return False
    return any(_still_set(one, use, facts, held, scope) for one in same)


def _still_set(
    earlier: Execution, use: CallUse, facts: Facts, held: Held, scope: cst.CSTNode
) -> bool:
    place = _before_loop(earlier.use, facts, held)
    statement = place[1] if place is not None else facts.tree.statement(earlier.call)
    if statement is None or facts.tree.order[statement] >= facts.tree.order[use.node]:
        return False
    if place is None and not facts.tree.runs_once_with(earlier.call, statement):
        return False
    block = _block(facts, statement)
    if block is None or not any(up is block for up in facts.tree.ancestors(use.node)):
        return False
    return not any(
        runs_between(facts, change, statement, use.node) for change in _ends(facts, scope, held)
    )


def _ends(facts: Facts, area: cst.CSTNode, held: Held) -> Iterator[cst.CSTNode]:
    """Yield what may give the context other addresses."""
    own = facts.tree.function(area) if not isinstance(area, cst.FunctionDef) else area
    for node in (
        *rebound_in(facts, area, held.variables),
        *changes_in(facts, area, held.names),
        *_unsettling(facts, area),
        *(e.call for e in _others(facts, area, held)),
        *_foreign_calls(facts, area, held),
        *_new_addresses(facts, area, held),
    ):
        where = facts.tree.function(node)
        if where is own or where is None or not binds(facts, where, held.names):
            yield node


def _foreign_calls(facts: Facts, area: cst.CSTNode, held: Held) -> Iterator[cst.CSTNode]:
    """Yield the calls of code that may know the list or the context under a name of its own."""
    scope = area if isinstance(area, (cst.FunctionDef, cst.Module)) else home(area, facts.tree)
    if not all(is_private(facts, name, scope) for name in held.names):
        yield from foreign_calls_in(facts, area)


def _new_addresses(facts: Facts, area: cst.CSTNode, held: Held) -> Iterator[cst.CSTNode]:
    """Yield where other code may run in between, as a generator waits or a function calls itself,
    and the stores of attributes, where the list is made of the attributes of objects.
    """
    own = facts.tree.function(area)
    of_objects = held.text.startswith("[")
    for node in code_run_in(facts, area):
        if isinstance(node, (cst.Yield, cst.Await)) and is_within(facts, node, area):
            yield node
        elif isinstance(node, cst.Call) and own is not None:
            function = facts.value(node.func)
            if isinstance(function, Function) and function.node is own:
                yield area
        elif of_objects and isinstance(node, (cst.AssignTarget, cst.AugAssign)):
            if isinstance(node.target, cst.Attribute):
                yield node if is_within(facts, node, area) else area


def _unsettling(facts: Facts, area: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield what sets addresses or switches profiles otherwise."""
    return members_in(facts, area, UNSETTLING)


def _has_other_name(use: CallUse, facts: Facts, held: Held) -> bool:
    """True if list or context can be changed under another name or from another function."""
    if not all_in_sight(use, facts, held):
        return True
    own = facts.tree.function(use.node)
    of_self = any(name.startswith("self.") for name in held.lists)
    area: cst.CSTNode = own or facts.module
    if of_self:
        area = facts.tree.class_of(use.node) or area
    for name in held.names:
        for alias, node in _aliases(facts, area, name):
            if alias in held.names or attribute_behind(alias, node, facts) == name:
                continue
            if name == held.context or "." in alias or _is_filled(facts, area, alias):
                return True
    if of_self:
        return False
    for change in changes_in(facts, area, held.names):
        where = facts.tree.function(change)
        if where is not own and where is not None and not binds(facts, where, held.names):
            return True
    return False


def _aliases(facts: Facts, area: cst.CSTNode, name: str) -> Iterator[tuple[str, cst.CSTNode]]:
    """Yield other variables and attributes that are set to what `name` holds, and where."""
    for mention in mentions_in(facts, area, (name,)):
        node = facts.tree.parent(mention)
        if isinstance(node, cst.Assign) and node.value is mention:
            yield from ((code(t.target), node) for t in node.targets)
        elif isinstance(node, (cst.NamedExpr, cst.AnnAssign)) and node.value is mention:
            yield code(node.target), node


def _is_filled(facts: Facts, area: cst.CSTNode, name: str) -> bool:
    """True if a list is changed under this name, or under a further one."""
    rebound = set(rebound_in(facts, area, (name,)))
    filled = any(change not in rebound for change in changes_in(facts, area, (name,)))
    return filled or next(_aliases(facts, area, name), None) is not None


def _block(facts: Facts, statement: cst.CSTNode) -> cst.CSTNode | None:
    up = facts.tree.parent(statement)
    if isinstance(up, cst.SimpleStatementLine):
        up = facts.tree.parent(up)
    return up


def _before_loop(use: CallUse, facts: Facts, held: Held) -> Place | None:
    """Return the outermost loop around the call in which addresses and context stay the same."""
    engine = dotted(facts.engine_of(use)) or ""
    best: cst.CSTNode | None = None
    for loop in facts.tree.loops(use.node):
        ends = next(_ends(facts, loop, held), None)
        if ends is not None or next(changes_in(facts, loop, (engine,)), None) is not None:
            break
        best = loop
    if best is None or not facts.tree.block(best) or _may_be_missing(facts, use, held):
        return None
    return "before", best


def _may_be_missing(facts: Facts, use: CallUse, held: Held) -> bool:
    """True if a list is a parameter with the default None: a loop that never runs needs none."""
    function = facts.tree.function(use.node)
    return any(is_none_by_default(name, function) for name in held.lists)


def _same(use: CallUse, facts: Facts, held: Held) -> list[Execution]:
    """Return the executions of this scope, or class, that set the same addresses, in order."""
    area: cst.CSTNode = facts.tree.scope(use.node)
    if any(name.startswith("self.") for name in held.lists):
        area = facts.tree.class_of(use.node) or area
    found = [
        other
        for other in executions_of(facts)
        if takes_names(facts, other)
        and held_like(facts, other, held) == held
        and is_within(facts, other.call, area)
    ]
    return sorted(found, key=lambda other: facts.tree.order[other.call])


def _others(facts: Facts, area: cst.CSTNode, held: Held) -> Iterator[Execution]:
    """Yield the executions of the same context with other addresses within the area."""
    for other in executions_of(facts):
        context = other.context_name
        if context is not None and is_attribute(held.context):
            context = attribute_behind(context, other.call, facts)
        if context == held.context and is_within(facts, other.call, area):
            if held_like(facts, other, held) != held:
                yield other
