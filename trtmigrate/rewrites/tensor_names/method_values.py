"""Methods handed around as values: `filter(engine.binding_is_input, names)`."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import AnyUse, Facts, Use
from trtmigrate.facts.domain.values import UNKNOWN, is_number, is_text
from trtmigrate.syntax.templates import expression


def rename_member(use: AnyUse, name: str) -> dict[cst.CSTNode, cst.CSTNode]:
    """The member under another name, whatever is done with it."""
    if isinstance(use.node, cst.Attribute):
        return {use.node.attr: cst.Name(name)}
    if isinstance(use, Use):  # getattr(engine, "old")
        return {use.node: expression(f"{{}}.{name}", use.receiver)}
    raise TypeError(f"an import is not renamed here: {use.member}")


def kind_of_elements(use: Use, facts: Facts) -> str | None:
    """What a method that is passed to `map` or `filter` is called with: "name", "index", or None if
    unknown.
    """
    arg = facts.tree.parent(use.node)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if not isinstance(call, cst.Call) or len(call.args) < 2 or call.args[0] is not arg:
        return None
    if not isinstance(call.func, cst.Name) or call.func.value not in ("map", "filter"):
        return None
    each = facts.element_of(call.args[1].value, call)
    if each == UNKNOWN:
        return None
    return "name" if is_text(each) else "index" if is_number(each) else None
