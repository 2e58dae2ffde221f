"""Where addresses can be set once: after the list is complete and before anything uses it again and
again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.facts.tree import assigned, code, dotted, walk
from trtmigrate.facts.values import Function, Ref

_MUTATORS = frozenset(
    [
        "append",
        "extend",
        "insert",
        "pop",
        "clear",
        "remove",
        "sort",
        "reverse",
        "update",
        "setdefault",
    ]
)
_HARMLESS = frozenset(
    [
        "len",
        "int",
        "print",
        "list",
        "tuple",
        "enumerate",
        "zip",
        "sum",
        "isinstance",
        "range",
        "sorted",
        "id",
        "str",
        "repr",
    ]
)
_SETS_ADDRESSES = ("execute", "set_tensor_address", "set_input_shape", "set_binding_shape")
# What sets addresses or profiles otherwise; code that uses it keeps its addresses next to the call.
_UNSETTLING = frozenset(
    [
        "set_shape_input",
        "set_optimization_profile_async",
        "active_optimization_profile",
        "set_tensor_address",
    ]
)

Place = tuple[Literal["before", "after"], cst.CSTNode]


def set_once_at(use: Use, facts: Facts, bindings: cst.BaseExpression) -> Place | None:
    """The statement before or after which the addresses can be set for good."""
    context = use.receiver
    if context is None or dotted(context) is None or _unsettled(use, facts):
        return None
    names = (code(bindings), code(context))
    if dotted(bindings) is None:
        fixed = _fixed_names(bindings)
        if fixed is None or "." in names[1] or _has_other_name(use, facts, names):
            return None
        return _before_loop(use, facts, names, *fixed)
    if _has_other_name(use, facts, names):
        return None
    if all(name.startswith("self.") and name.count(".") == 1 for name in names):
        return _in_init(use, facts, names)
    if all("." not in name for name in names):
        return _before_loop(use, facts, names, set(), {names[0]})
    return None


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


def already_set(use: Use, facts: Facts, bindings: cst.BaseExpression) -> bool:
    """Whether an earlier call of the same scope set the same addresses, and nothing changed them
    since.
    """
    context = use.receiver
    if context is None or dotted(bindings) is None or dotted(context) is None:
        return False
    names = (code(bindings), code(context))
    if _unsettled(use, facts) or _has_other_name(use, facts, names):
        return False
    same = list(_same_calls(use, facts, names))
    if not same or same[0] is use.call:
        return False
    if all(name.startswith("self.") for name in names):
        return _in_init(use, facts, names) is not None
    scope = facts.tree.scope(use.node)
    if any("." in name for name in names) or not isinstance(scope, (cst.FunctionDef, cst.Module)):
        return False
    first = same[0]
    statement: cst.CSTNode | None = facts.tree.statement(first)
    if statement is None or not facts.tree.runs_once_with(first, statement):
        return False
    for loop in facts.tree.loops(first):
        if not _changes(facts, loop, names):
            statement = loop
    assert statement is not None
    block = _block(facts, statement)
    if block is None or not any(up is block for up in facts.tree.ancestors(use.node)):
        return False
    start = facts.tree.order[statement]
    own = set(facts.tree.loops(use.node))
    for change in _changes_in(facts, scope, names):
        if facts.tree.order[change] > start or own & set(facts.tree.loops(change)):
            return False
    return True


def _unsettled(use: Use, facts: Facts) -> bool:
    area = facts.tree.class_of(use.node) or facts.module
    return any(isinstance(n, cst.Attribute) and n.attr.value in _UNSETTLING for n in walk(area))


def _has_other_name(use: Use, facts: Facts, names: tuple[str, str]) -> bool:
    """Whether list or context can also be reached otherwise: as another variable, or from another
    function.
    """
    own = facts.tree.function(use.node)
    area: cst.CSTNode = own or facts.module
    if names[0].startswith("self."):
        area = facts.tree.class_of(use.node) or area
    for node in walk(area):
        if isinstance(node, (cst.Assign, cst.NamedExpr, cst.AnnAssign)) and node.value is not None:
            targets = (
                [t.target for t in node.targets] if isinstance(node, cst.Assign) else [node.target]
            )
            for target, value in zip(targets, [node.value] * len(targets), strict=True):
                if code(value) in names and code(target) not in names:
                    return True
    if names[0].startswith("self."):
        return False
    for change in _changes_in(facts, area, names):
        where = facts.tree.function(change)
        if where is not own and where is not None and not _binds(where, names, facts):
            return True
    return False


def _binds(function: cst.FunctionDef, names: tuple[str, str], facts: Facts) -> bool:
    """Whether a function has variables of its own under these names."""
    own = set(assigned(function)) | {p.name.value for p in function.params.params}
    declared = {
        item.name.value
        for node in walk(function)
        if isinstance(node, (cst.Global, cst.Nonlocal))
        for item in node.names
    }
    return any(name in own and name not in declared for name in names)


def _block(facts: Facts, statement: cst.CSTNode) -> cst.CSTNode | None:
    up = facts.tree.parent(statement)
    if isinstance(up, cst.SimpleStatementLine):
        up = facts.tree.parent(up)
    return up


def _before_loop(
    use: Use, facts: Facts, names: tuple[str, str], variables: set[str], lists: set[str]
) -> Place | None:
    """The outermost loop around the call in which neither the addresses nor the context change: no
    variable that holds one is set, no list that holds them filled.
    """
    assert use.call is not None
    engine = dotted(facts.engine_of(use)) or ""
    best: cst.CSTNode | None = None
    for loop in facts.tree.loops(use.node):
        if variables & set(assigned(loop)) or _others(use, facts, loop, names):
            break
        if _changes(facts, loop, (*lists, names[1], engine)):
            break
        best = loop
    if best is None or not facts.tree.block(best):
        return None
    return "before", best


def _in_init(use: Use, facts: Facts, names: tuple[str, str]) -> Place | None:
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
    if _others(use, facts, cls, names):
        return None
    last: cst.CSTNode | None = None
    seen = set()
    for name in sorted(wanted):
        changes = list(_changes_in(facts, cls, (name,)))
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
    if seen != wanted or last is None or _changed_elsewhere(facts, cls, names):
        return None
    return "after", last


def _self_is(use: Use, facts: Facts) -> bool:
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
    """Whether code outside the class assigns or fills the attributes."""
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
        if isinstance(parent, cst.Attribute) and parent.attr.value in _MUTATORS:
            return True
    return False


def _changes_of_source(
    facts: Facts, init: cst.FunctionDef, changes: list[cst.CSTNode]
) -> Iterator[cst.CSTNode]:
    """In `self.bindings = bindings` the list is also changed under its local name."""
    for change in changes:
        statement = facts.tree.small_statement(change)
        if isinstance(statement, cst.Assign) and isinstance(statement.value, cst.Name):
            yield from _changes_in(facts, init, (statement.value.value,))


def _changes(facts: Facts, area: cst.CSTNode, names: tuple[str, ...]) -> bool:
    return next(_changes_in(facts, area, names), None) is not None


def _changes_in(facts: Facts, area: cst.CSTNode, names: tuple[str, ...]) -> Iterator[cst.CSTNode]:
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
            parent.attr.value in _MUTATORS and isinstance(outer, cst.Call) and outer.func is parent
        )
    if isinstance(parent, cst.Arg) and parent.keyword is not node:
        call = facts.tree.parent(parent)
        return isinstance(call, cst.Call) and _may_change_argument(facts, call, parent)
    return False


def _may_change_argument(facts: Facts, call: cst.Call, arg: cst.Arg) -> bool:
    """Whether a called function may fill the list that it is given."""
    value = facts.value(call.func)
    if isinstance(value, Ref) and value.name.removeprefix("builtins.") in _HARMLESS:
        return False
    if isinstance(call.func, cst.Attribute) and facts.kind(call.func.value) is not None:
        return False  # a method of a TensorRT object reads
    if isinstance(value, Function) and isinstance(value.node, cst.FunctionDef):
        names = [p.name.value for p in value.node.params.params]
        if any(_changes(facts, value.node.body, (name,)) for name in names):
            return True
        return any(
            isinstance(n, cst.Attribute) and n.attr.value.startswith(_SETS_ADDRESSES)
            for n in walk(value.node.body)
        )
    return True


def _same_calls(use: Use, facts: Facts, names: tuple[str, str]) -> Iterator[cst.Call]:
    """The calls of this scope (of this class, for attributes) with the same list and context, in
    order.
    """
    area: cst.CSTNode = facts.tree.scope(use.node)
    if names[0].startswith("self."):
        area = facts.tree.class_of(use.node) or area
    found = [
        (facts.tree.order[other.call], other.call)
        for other, bindings in _executions(facts)
        if other.receiver is not None
        and code(other.receiver) == names[1]
        and code(bindings) == names[0]
        and other.call is not None
        and any(up is area for up in facts.tree.ancestors(other.node))
    ]
    for _, call in sorted(found, key=lambda pair: pair[0]):
        yield call


def _others(use: Use, facts: Facts, area: cst.CSTNode, names: tuple[str, str]) -> bool:
    """Whether the same context is executed with another list within the area."""
    for other, bindings in _executions(facts):
        if other.receiver is None or code(other.receiver) != names[1] or code(bindings) == names[0]:
            continue
        if any(up is area for up in facts.tree.ancestors(other.node)):
            return True
    return False


def _executions(facts: Facts) -> Iterator[tuple[Use, cst.BaseExpression]]:
    from trtmigrate.rules._call import argument

    for use in facts.uses:
        if use.name in ("execute_async_v2", "execute_async") and use.call is not None and use.known:
            arg = argument(use.call, int(use.name == "execute_async"), "bindings")
            if arg is not None:
                yield use, arg.value
