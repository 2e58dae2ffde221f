"""Find the attribute of self that a local variable stands for: `context = self.context`."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.changes import changes_in
from trtmigrate.syntax.tree import dotted, setters, walk


def attribute_behind(name: str, at: cst.CSTNode, facts: Facts) -> str:
    """Return the attribute of self that a variable stands for in the function around `at`.

    The variable is set once, from the attribute, and neither changed nor handed on; otherwise
    return the name itself.
    """
    function = facts.tree.function(at)
    if function is None or "." in name:
        return name
    if any(p.name.value == name for p in walk(function.params) if isinstance(p, cst.Param)):
        return name
    places = [node for node, target in setters(function) if target == name]
    statement = facts.tree.parent(places[0]) if len(places) == 1 else None
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return name
    source = dotted(statement.value) or ""
    if not source.startswith("self.") or source.count(".") != 1:
        return name
    changes = list(changes_in(facts, function, (name,)))
    if [facts.tree.small_statement(change) for change in changes] != [statement]:
        return name
    return name if _is_handed_on(function, name, facts) else source


def _is_handed_on(function: cst.FunctionDef, name: str, facts: Facts) -> bool:
    """True if the object of a variable may outlive the function, or an inner function uses it."""
    for node in walk(function):
        if isinstance(node, (cst.Global, cst.Nonlocal)):
            if any(item.name.value == name for item in node.names):
                return True
        if not isinstance(node, cst.Name) or node.value != name:
            continue
        if facts.tree.function(node) is not function:
            return True
        parent = facts.tree.parent(node)
        whole = (cst.Assign, cst.NamedExpr, cst.AnnAssign, cst.Return, cst.Yield, cst.Element)
        if isinstance(parent, (*whole, cst.DictElement, cst.IfExp, cst.BooleanOperation)):
            return True
    return False


def is_attribute(name: str) -> bool:
    return name.startswith("self.") and name.count(".") == 1
