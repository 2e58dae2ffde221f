"""Choose variables for a loop that takes the place of a comprehension.

The variable of a comprehension is its own; that of a loop belongs to the function or module, so it
must not be a name that the code around it uses.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.free_names import free_name
from trtmigrate.facts import Facts
from trtmigrate.facts.mentions import is_within, mentions_in
from trtmigrate.syntax.scopes import home, is_variable
from trtmigrate.syntax.tree import walk


def choose_variable(comp: cst.ListComp, name: str, at: cst.CSTNode, facts: Facts) -> str:
    """Return the variable of a comprehension if a loop at `at` can use it, else a free name."""
    scope = home(at, facts.tree)
    for node in mentions_in(facts, scope, (name,)):
        parent = facts.tree.parent(node)
        if isinstance(parent, cst.Arg) and parent.keyword is node:
            continue
        if not _belongs_to_loop(node, name, comp, at, facts):
            return free_name(facts.tree.names(scope), "buffer", "memory", "allocation")
    return name


def _belongs_to_loop(
    node: cst.CSTNode, name: str, comp: cst.ListComp, at: cst.CSTNode, facts: Facts
) -> bool:
    """True if a mention of a name belongs to the comprehension or to a loop that `at` is not in."""
    below = node
    for up in facts.tree.ancestors(node):
        if isinstance(up, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
            return False
        if isinstance(up, cst.BaseComp) and _binds(up, name):
            outermost = below is up.for_in and is_within(facts, node, up.for_in.iter)
            if not outermost:
                return up is comp or not is_within(facts, at, up)
        if isinstance(up, cst.For) and below is not up.iter:
            if any(isinstance(n, cst.Name) and n.value == name for n in walk(up.target)):
                return not is_within(facts, at, up)
        below = up
    return False


def _binds(comp: cst.BaseComp, name: str) -> bool:
    clause: cst.CompFor | None = comp.for_in
    while clause is not None:
        if any(isinstance(n, cst.Name) and n.value == name for n in walk(clause.target)):
            return True
        clause = clause.inner_for_in
    return False


def with_variable(
    element: cst.BaseExpression, name: str, item: cst.BaseExpression, facts: Facts
) -> cst.BaseExpression | None:
    """Return a copy of an expression with `item` in place of a variable.

    None if a part of the expression has a variable of its own under that name.
    """
    places: list[int] = []
    for number, node in enumerate(walk(element)):
        if isinstance(node, (cst.BaseComp, cst.Lambda, cst.NamedExpr)):
            if any(isinstance(n, cst.Name) and n.value == name for n in walk(node)):
                return None
        if isinstance(node, cst.Name) and node.value == name and is_variable(node, facts.tree):
            places.append(number)
    copy = element.deep_clone()
    for number in reversed(places):
        place = list(walk(copy))[number]
        if place is copy:
            return item
        changed = copy.deep_replace(place, item.deep_clone())
        assert isinstance(changed, cst.BaseExpression)
        copy = changed
    return copy
