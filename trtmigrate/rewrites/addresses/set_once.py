"""Where addresses can be set once: after the list is complete and before anything uses it again and
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import libcst as cst

from trtmigrate.facts import CallUse, Facts
from trtmigrate.rewrites.addresses.active_addresses import own_addresses
from trtmigrate.rewrites.addresses.changes import (
    MUTATORS,
    binds,
    changes,
    changes_in,
    rebound_in,
    runs_between,
)
from trtmigrate.rewrites.addresses.executions import Execution, executions
from trtmigrate.rewrites.addresses.restored_attributes import is_attribute, restored
from trtmigrate.syntax.tree import code, dotted, walk

# What sets addresses or profiles otherwise: code that uses it sets its addresses again.
_UNSETTLING = frozenset(
    [
        "set_shape_input",
        "set_optimization_profile_async",
        "active_optimization_profile",
        "set_tensor_address",
    ]
)

Place = tuple[Literal["before", "after"], cst.CSTNode]


@dataclass(frozen=True)
class Held:
    """What the addresses of an execution depend on."""

    text: str  # equal where they are the same
    context: str
    variables: frozenset[str]  # of which the value counts
    lists: frozenset[str]  # of which the contents count too

    @property
    def names(self) -> tuple[str, ...]:
        return (*sorted(self.lists), self.context)


def held_by(
    use: CallUse, bindings: cst.BaseExpression, start: cst.BaseExpression | None
) -> Held | None:
    """None where it may be other addresses, or another context, every time."""
    context = dotted(use.receiver) if use.receiver is not None else None
    if context is None:
        return None
    if dotted(bindings) is not None:
        variables, lists = set[str](), {code(bindings)}
    else:
        fixed = _fixed_names(bindings)
        if fixed is None:
            return None
        variables, lists = fixed
    text = code(bindings)
    if start is not None:
        text += f" from {code(start)}"
        variables |= {code(n) for n in walk(start) if isinstance(n, (cst.Name, cst.Attribute))}
        variables.discard(context)
    return Held(text, context, frozenset(variables), frozenset(lists))


def restored_by(
    use: CallUse, bindings: cst.BaseExpression, start: cst.BaseExpression | None, facts: Facts
) -> Held | None:
    """The same under the names that the object has for list and context, where the execution uses
    local variables for them.
    """
    context, listed = dotted(use.receiver or use.node), dotted(bindings)
    if context is None or listed is None or start is not None:
        return None
    names = restored(context, use.node, facts), restored(listed, use.node, facts)
    if names == (context, listed) or not all(is_attribute(name) for name in names):
        return None
    return Held(names[1], names[0], frozenset(), frozenset([names[1]]))


def set_once_at(use: CallUse, facts: Facts, held: Held) -> Place | None:
    """The statement before or after which the addresses can be set for good."""
    if _has_other_name(use, facts, held):
        return None
    names = (*held.lists, held.context)
    if all(is_attribute(name) for name in names):
        (bindings,) = held.lists or ("",)
        area = facts.tree.class_of(use.node) or facts.module
        if held.variables or held.text != bindings or list(_unsettling(area)):
            return None
        return _in_init(use, facts, held, (bindings, held.context))
    if all("." not in name for name in names):
        return _before_loop(use, facts, held)
    return None


def already_set(use: CallUse, facts: Facts, held: Held) -> bool:
    """Whether an earlier execution set the same addresses, and nothing changed them since."""
    if _has_other_name(use, facts, held):
        return False
    order = facts.tree.order
    same = [e for e in _same(use, facts, held) if order[e.call] < order[use.call]]
    if all(name.startswith("self.") for name in (*held.lists, held.context)):
        return bool(same) and set_once_at(use, facts, held) is not None
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
    """What may make the addresses of the context other ones."""
    own = facts.tree.function(area) if not isinstance(area, cst.FunctionDef) else area
    for node in (
        *rebound_in(facts, area, held.variables),
        *changes_in(facts, area, held.names),
        *_unsettling(area),
        *(e.call for e in _others(facts, area, held)),
    ):
        where = facts.tree.function(node)
        if where is own or where is None or not binds(where, held.names):
            yield node


def _unsettling(area: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for node in walk(area):
        if isinstance(node, cst.Attribute) and node.attr.value in _UNSETTLING:
            yield node


def _fixed_names(bindings: cst.BaseExpression) -> tuple[set[str], set[str]] | None:
    """The variables that a literal list of addresses reads, and the lists that a comprehension goes
    over; None where it may be another list every time.
    """
    own: set[str] = set()
    lists: set[str] = set()
    if isinstance(bindings, cst.ListComp):
        clause = bindings.for_in
        if clause.inner_for_in or clause.ifs or not isinstance(clause.iter, cst.Name):
            return None
        own = {n.value for n in walk(clause.target) if isinstance(n, cst.Name)}
        lists = {clause.iter.value}
    elif not isinstance(bindings, (cst.List, cst.Tuple)):
        return None
    names: set[str] = set()
    for node in walk(bindings):
        if isinstance(node, cst.Call) and code(node.func) != "int":
            return None
        if isinstance(node, (cst.Attribute, cst.Subscript)) and code(node).split(".")[0] not in own:
            return None
        if isinstance(node, cst.Name) and node.value not in own | lists | {"int"}:
            names.add(node.value)
    members = {n.attr.value for n in walk(bindings) if isinstance(n, cst.Attribute)}
    return names - members, lists


def _has_other_name(use: CallUse, facts: Facts, held: Held) -> bool:
    """Whether list or context can also be reached otherwise: as another variable, or from another
    function.
    """
    own = facts.tree.function(use.node)
    of_self = any(name.startswith("self.") for name in held.lists)
    area: cst.CSTNode = own or facts.module
    if of_self:
        area = facts.tree.class_of(use.node) or area
    for name in held.names:
        for alias, node in _aliases(area, name):
            if alias in held.names or restored(alias, node, facts) == name:
                continue
            if name == held.context or "." in alias or _is_filled(facts, area, alias):
                return True
    if of_self:
        return False
    for change in changes_in(facts, area, held.names):
        where = facts.tree.function(change)
        if where is not own and where is not None and not binds(where, held.names):
            return True
    return False


def _aliases(area: cst.CSTNode, name: str) -> Iterator[tuple[str, cst.CSTNode]]:
    """Other variables and attributes that are set to what `name` holds, and where."""
    for node in walk(area):
        if isinstance(node, cst.Assign) and code(node.value) == name:
            yield from ((code(t.target), node) for t in node.targets)
        elif isinstance(node, (cst.NamedExpr, cst.AnnAssign)) and node.value is not None:
            if code(node.value) == name:
                yield code(node.target), node


def _is_filled(facts: Facts, area: cst.CSTNode, name: str) -> bool:
    """Whether a list is changed under this name, or under a further one."""
    rebound = set(rebound_in(facts, area, (name,)))
    filled = any(change not in rebound for change in changes_in(facts, area, (name,)))
    return filled or next(_aliases(area, name), None) is not None


def _block(facts: Facts, statement: cst.CSTNode) -> cst.CSTNode | None:
    up = facts.tree.parent(statement)
    if isinstance(up, cst.SimpleStatementLine):
        up = facts.tree.parent(up)
    return up


def _before_loop(use: CallUse, facts: Facts, held: Held) -> Place | None:
    """The outermost loop around the call in which neither the addresses nor the context change: no
    variable that holds one is set, no list that holds them filled.
    """
    engine = dotted(facts.engine_of(use)) or ""
    best: cst.CSTNode | None = None
    for loop in facts.tree.loops(use.node):
        if next(_ends(facts, loop, held), None) is not None or changes(facts, loop, (engine,)):
            break
        best = loop
    if best is None or not facts.tree.block(best):
        return None
    return "before", best


def _in_init(use: CallUse, facts: Facts, held: Held, names: tuple[str, str]) -> Place | None:
    """The statement of `__init__` after which list, context and engine stay as they are."""
    cls = facts.tree.class_of(use.node)
    if cls is None:
        return None
    init = next(
        (s for s in cls.body.body if isinstance(s, cst.FunctionDef) and s.name.value == "__init__"),
        None,
    )
    if init is None or facts.tree.function(use.node) is init or not _self_is(use, facts):
        return None
    engine = dotted(facts.engine_of(use)) or ""
    wanted = (
        {*names, engine} if engine.startswith("self.") and engine.count(".") == 1 else set(names)
    )
    if next(_others(facts, cls, held), None) is not None:
        return None
    last: cst.CSTNode | None = None
    seen = set()
    every: list[cst.CSTNode] = []
    for name in sorted(wanted):
        changes = list(changes_in(facts, cls, (name,)))
        aliases = [c for c in changes if facts.tree.function(c) is not init]
        if aliases or not changes:
            return None
        for change in [*changes, *_changes_of_source(facts, init, changes)]:
            top = _top_level(facts, change, init)
            if top is None:
                return None
            if last is None or facts.tree.order[top] > facts.tree.order[last]:
                last = top
            seen.add(name)
            every.append(change)
    if seen != wanted or last is None or _changed_elsewhere(facts, cls, names):
        return None
    return "after", _within_body(facts, last, every)


def _within_body(facts: Facts, statement: cst.CSTNode, changes: list[cst.CSTNode]) -> cst.CSTNode:
    """The last statement with a change in the body of a `try` or `with` that has them all: what the
    block releases at its end is needed for the addresses, too.
    """
    while isinstance(statement, (cst.Try, cst.With)):
        within = [c for c in changes if statement in facts.tree.ancestors(c)]
        body = statement.body
        if not all(body in facts.tree.ancestors(c) for c in within):
            break
        lines = [s for c in within for s in body.body if s in facts.tree.ancestors(c)]
        if not isinstance(body, cst.IndentedBlock) or not lines:
            break
        line = max(lines, key=lambda s: facts.tree.order[s])
        statement = line
        if isinstance(line, cst.SimpleStatementLine):
            return line.body[-1]
    return statement


def _self_is(use: CallUse, facts: Facts) -> bool:
    function = facts.tree.function(use.node)
    return (
        function is not None
        and bool(function.params.params)
        and function.params.params[0].name.value == "self"
    )


def _top_level(facts: Facts, node: cst.CSTNode, init: cst.FunctionDef) -> cst.CSTNode | None:
    """The statement of the body of `init` that holds `node`, if it always runs."""
    body = init.body
    below: cst.CSTNode = node
    for up in facts.tree.ancestors(node):
        if up is body:
            return (
                below.body[0]
                if isinstance(below, cst.SimpleStatementLine) and len(below.body) == 1
                else below
            )
        if isinstance(up, cst.FunctionDef):
            return None
        below = up
    return None


def _changed_elsewhere(facts: Facts, cls: cst.ClassDef, names: tuple[str, str]) -> bool:
    """Whether code outside the class assigns or fills the attributes, or executes with them."""
    attrs = {name.split(".")[1] for name in names}
    inside = set(walk(cls))
    for node in walk(facts.module):
        if node in inside or not isinstance(node, cst.Attribute) or node.attr.value not in attrs:
            continue
        parent = facts.tree.parent(node)
        if isinstance(parent, (cst.AssignTarget, cst.AugAssign)):
            return True
        if isinstance(parent, cst.Subscript) and isinstance(
            facts.tree.parent(parent), cst.AssignTarget
        ):
            return True
        if isinstance(parent, cst.Attribute) and parent.attr.value in MUTATORS:
            return True
        if isinstance(parent, cst.Attribute) and parent.attr.value.startswith("execute"):
            if code(node.value) != "self":
                return True
    return False


def _changes_of_source(
    facts: Facts, init: cst.FunctionDef, changes: list[cst.CSTNode]
) -> Iterator[cst.CSTNode]:
    """In `self.bindings = bindings` the list is also changed under its local name."""
    for change in changes:
        statement = facts.tree.small_statement(change)
        if isinstance(statement, cst.Assign) and isinstance(statement.value, cst.Name):
            yield from changes_in(facts, init, (statement.value.value,))


def _same(use: CallUse, facts: Facts, held: Held) -> list[Execution]:
    """The executions of this scope (of this class, for attributes) that set the same addresses, in
    order.
    """
    area: cst.CSTNode = facts.tree.scope(use.node)
    if any(name.startswith("self.") for name in held.lists):
        area = facts.tree.class_of(use.node) or area
    found = [
        other
        for other in executions(facts)
        if other.by_name
        and _addresses(other, facts, held) == held
        and _within(other.call, area, facts)
    ]
    return sorted(found, key=lambda other: facts.tree.order[other.call])


def _others(facts: Facts, area: cst.CSTNode, held: Held) -> Iterator[Execution]:
    """The executions of the same context with other addresses within the area."""
    for other in executions(facts):
        context = other.context
        if is_attribute(held.context):
            context = restored(context, other.call, facts)
        if context == held.context and _within(other.call, area, facts):
            if _addresses(other, facts, held) != held:
                yield other


def _within(node: cst.CSTNode, area: cst.CSTNode, facts: Facts) -> bool:
    return any(up is area for up in facts.tree.ancestors(node))


def _addresses(one: Execution, facts: Facts, like: Held) -> Held | None:
    """What the addresses of another execution depend on, in the terms of the first."""
    start = own_addresses(one.use, facts, one.bindings).start
    of_self = restored_by(one.use, one.bindings, start, facts)
    if of_self is not None and is_attribute(like.context):
        return of_self
    return held_by(one.use, one.bindings, start)
