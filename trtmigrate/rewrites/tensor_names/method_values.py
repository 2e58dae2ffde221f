"""Methods that are passed on without being called: `filter(engine.binding_is_input, names)`."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import AnyUse, Facts, Use
from trtmigrate.facts.domain.values import UNKNOWN, Ref, Value, is_number, is_text
from trtmigrate.syntax.scopes import binders, home, loads, seen_from_within
from trtmigrate.syntax.templates import expression

CALLED_WITH_UNKNOWN = (
    "it is not known what the method is called with: pass a lambda that takes the tensor name"
)


def rename_member(use: AnyUse, name: str) -> dict[cst.CSTNode, cst.CSTNode]:
    """Return the changes that put the member `name` in place of the used one."""
    if isinstance(use.node, cst.Attribute):
        return {use.node.attr: cst.Name(name)}
    if isinstance(use, Use):  # getattr(engine, "old")
        return {use.node: expression(f"{{}}.{name}", use.receiver)}
    raise TypeError(f"an import is not renamed here: {use.member}")


def kind_of_elements(use: Use, facts: Facts) -> str | None:
    """Return what a method is called with that is passed on: "name" or "index"; None if unknown.

    `map` and `filter` call it, or the program does, under the name that it gives the method.
    """
    arg = facts.tree.parent(use.node)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if isinstance(call, cst.Call) and len(call.args) >= 2 and call.args[0] is arg:
        if not isinstance(call.func, cst.Name) or call.func.value not in ("map", "filter"):
            return None
        return _kind_of(facts.element_of(call.args[1].value, call))
    kinds = {_kind_of(value) for value in _given_by_program(use, facts)}
    return kinds.pop() if len(kinds) == 1 else None


def _kind_of(value: Value) -> str | None:
    if value is UNKNOWN:
        return None
    return "name" if is_text(value) else "index" if is_number(value) else None


def _given_by_program(use: Use, facts: Facts) -> list[Value]:
    """Return what the program gives to `f` of `f = engine.method` or `f = partial(engine.method)`;
    nothing if it does more with `f` than to call it.
    """
    target = _assigned_name(use, facts)
    if target is None:
        return []
    scope = home(target, facts.tree)
    once = len(binders(target.value, scope, facts.tree)) == 1
    if not once or seen_from_within(target.value, scope, facts.tree):
        return []
    given = []
    for read in loads(target.value, scope, facts.tree):
        call = facts.tree.parent(read)
        if not isinstance(call, cst.Call) or call.func is not read or len(call.args) != 1:
            return []
        if call.args[0].star or call.args[0].keyword is not None:
            return []
        given.append(facts.value(call.args[0].value))
    return given


def _assigned_name(use: Use, facts: Facts) -> cst.Name | None:
    """Return the variable that alone gets the method, or `functools.partial` of it."""
    arg = facts.tree.parent(use.node)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    method: cst.CSTNode = use.node
    if isinstance(call, cst.Call) and len(call.args) == 1:
        if facts.value(call.func) != Ref("functools.partial"):
            return None
        method = call
    statement = facts.tree.parent(method)
    if not isinstance(statement, cst.Assign) or statement.value is not method:
        return None
    target = statement.targets[0].target if len(statement.targets) == 1 else None
    return target if isinstance(target, cst.Name) else None
