"""Find where a buffer lives as long as the context that was given its address."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.free_names import free_name
from trtmigrate.facts import Facts, Use
from trtmigrate.syntax.tree import code, walk


def name_buffer(use: Use, facts: Facts, name: str) -> str | None:
    """Return the variable, local or of self, that keeps a buffer until the context executes.

    None if the context executes in another function.
    """
    scope = facts.tree.function(use.node) or facts.module
    plural = "s" if facts.tree.loops(use.node) else ""
    if use.receiver is not None and code(use.receiver).startswith("self."):
        cls = facts.tree.class_of(use.node)
        if cls is not None and _executes(cls, use):
            return "self." + _numbered(name + plural, use, facts, cls)
        return None
    if _executes(scope, use):
        return _numbered(name + plural, use, facts, scope)
    return None


def find_place_of_dictionary(use: Use, facts: Facts, holder: str) -> cst.CSTNode | None:
    """Return the statement before which the dictionary of buffers is made.

    It has to live as long as the context keeps the addresses. None if the context outlives the
    function and a round of the loop may skip the call.
    """
    loops = facts.tree.loops(use.node)
    always = True
    for up in facts.tree.ancestors(use.node):
        if up in loops or isinstance(up, cst.FunctionDef):
            break
        always = always and not isinstance(up, (cst.If, cst.Try, cst.Match))
    if always or facts.tree.function(use.node) is None:
        return loops[-1]
    cls = facts.tree.class_of(use.node)
    if not holder.startswith("self.") or cls is None:
        return None
    methods = [s for s in cls.body.body if isinstance(s, cst.FunctionDef)]
    init = next((m for m in methods if m.name.value == "__init__"), None)
    first = init.body.body[0] if init is not None else None
    return first.body[0] if isinstance(first, cst.SimpleStatementLine) else None


def _numbered(name: str, use: Use, facts: Facts, area: cst.CSTNode) -> str:
    """Return a free name; each call in the area has its own, so that all buffers live."""
    taken = facts.tree.names(area)
    calls = [u.node for u in facts.uses if u.member == use.member]
    calls = [n for n in calls if any(up is area for up in facts.tree.ancestors(n))]
    calls.sort(key=lambda n: facts.tree.order[n])
    found = ""
    for call in calls:
        found = free_name(taken, name)
        if call is use.node:
            break
    return found


def _executes(area: cst.CSTNode, use: Use) -> bool:
    return any(
        isinstance(n, cst.Attribute)
        and n.attr.value.startswith("execute")
        and code(n.value) == code(use.receiver)
        for n in walk(area)
    )
