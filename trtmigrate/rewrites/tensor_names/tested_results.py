"""Tell whether a program looks whether TensorRT had an answer.

For an index out of range, TensorRT 8 gave None or an empty shape.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Function
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.tree import code

_NOTHING = ("None", "''", '""', "()", "[]")  # what an answer is compared with
_CAUGHT = ("IndexError", "LookupError")
_DEPTH = 3  # functions that return the answer of another function


def is_result_tested(use: Use, facts: Facts) -> bool:
    """True if a program tests what a call gave for None or for being empty, or catches the
    exception of an index that is out of range.
    """
    return _is_tested(use.whole, facts, _DEPTH) or _is_caught(use.whole, facts)


def _is_tested(node: cst.CSTNode, facts: Facts, depth: int) -> bool:
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.Comparison):
        return any(code(target.comparator) in _NOTHING for target in parent.comparisons)
    if isinstance(parent, (cst.If, cst.While, cst.IfExp, cst.Assert)):
        return parent.test is node
    if isinstance(parent, cst.UnaryOperation):
        return isinstance(parent.operator, cst.Not)
    if isinstance(parent, (cst.BooleanOperation, cst.CompIf)):
        return True
    if isinstance(parent, cst.NamedExpr) and parent.value is node:
        return _is_tested(parent, facts, depth) or _is_place_tested(parent.target, facts, depth)
    if isinstance(parent, cst.Assign) and parent.value is node:
        return any(_is_place_tested(t.target, facts, depth) for t in parent.targets)
    if isinstance(parent, cst.AnnAssign) and parent.value is node:
        return _is_place_tested(parent.target, facts, depth)
    if isinstance(parent, cst.Return):
        return depth > 0 and _is_return_tested(parent, facts, depth - 1)
    return False


def _is_place_tested(target: cst.BaseExpression, facts: Facts, depth: int) -> bool:
    """True if a program tests what a variable or an attribute holds, at any place."""
    places: list[cst.Name | cst.Attribute] = []
    if isinstance(target, cst.Attribute):
        member = target.attr.value
        places = [a for a in facts.tree.of_kind(cst.Attribute) if a.attr.value == member]
    elif isinstance(target, cst.Name):
        places = list(mentions_in(facts, home(target, facts.tree), (target.value,)))
    own = (cst.AssignTarget, cst.AnnAssign, cst.NamedExpr)
    return any(
        _is_tested(place, facts, depth)
        for place in places
        if not isinstance(facts.tree.parent(place), (*own, cst.Assign))
    )


def _is_return_tested(statement: cst.Return, facts: Facts, depth: int) -> bool:
    """True if a call of the function around a `return` is tested."""
    function = facts.tree.function(statement)
    for call in facts.tree.of_kind(cst.Call):
        called = facts.value(call.func)
        if isinstance(called, Function) and called.node is function:
            if _is_tested(call, facts, depth):
                return True
    return False


def _is_caught(node: cst.CSTNode, facts: Facts) -> bool:
    """True if a `try` around a node catches what an index out of range raises."""
    below = node
    for up in facts.tree.ancestors(node):
        if isinstance(up, (cst.FunctionDef, cst.Lambda)):
            return False
        if isinstance(up, (cst.Try, cst.TryStar)) and below is up.body:
            kinds = (code(h.type) for h in up.handlers if h.type is not None)
            if any(name in kind for kind in kinds for name in _CAUGHT):
                return True
        below = up
    return False
