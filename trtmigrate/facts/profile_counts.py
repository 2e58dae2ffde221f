"""Tell whether code works with the number of optimization profiles or only shows it."""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax.tree import Tree

_SHOWN = frozenset(
    ["print", "str", "repr", "format", "bool", "id", "type", "pprint", "write", "hash"]
    + ["debug", "info", "warning", "warn", "error", "exception", "critical", "log"]
)


def asks_for_several(node: cst.BaseExpression, tree: Tree) -> bool:
    """True if a number of profiles is handed to a call, compared with a variable, added to a
    number or used as an index, or if an assertion holds for several profiles only.

    Printing the number and comparing it with a literal say nothing: `> 1` guards a case.
    """
    parent = tree.parent(node)
    if isinstance(parent, cst.Element):  # reshape((profiles, -1))
        around = tree.parent(parent)
        given = tree.parent(around) if around is not None else None
        return isinstance(given, cst.Arg) and _is_worked_with(given, tree)
    if isinstance(parent, cst.Arg):
        return parent.value is node and _is_worked_with(parent, tree)
    if isinstance(parent, cst.ComparisonTarget):
        parent = tree.parent(parent)
    if isinstance(parent, cst.Comparison):
        return _compares_with_several(node, parent, tree)
    if isinstance(parent, cst.BinaryOperation):
        text = (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString)
        return not isinstance(parent.left, text)
    return isinstance(parent, (cst.Index, cst.Slice))


def _is_worked_with(arg: cst.Arg, tree: Tree) -> bool:
    """True if an argument goes to a call that does more than show it."""
    call = tree.parent(arg)
    if not isinstance(call, cst.Call):
        return False
    func = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    name = func.value if isinstance(func, cst.Name) else ""
    return asks_for_several(call, tree) if name == "int" else name not in _SHOWN


def _compares_with_several(node: cst.CSTNode, comparison: cst.Comparison, tree: Tree) -> bool:
    sides = [comparison.left, *(target.comparator for target in comparison.comparisons)]
    others = [side for side in sides if side is not node]
    if not all(isinstance(side, cst.Integer) for side in others):
        return True
    is_claim = isinstance(tree.parent(comparison), cst.Assert) and comparison.left is node
    return is_claim and not all(_holds_for_one(target) for target in comparison.comparisons)


def _holds_for_one(target: cst.ComparisonTarget) -> bool:
    """True if `1 OPERATOR literal` holds."""
    number = target.comparator.evaluated_value if isinstance(target.comparator, cst.Integer) else 1
    if isinstance(target.operator, cst.Equal):
        return number == 1
    if isinstance(target.operator, cst.GreaterThan):
        return number < 1
    if isinstance(target.operator, cst.GreaterThanEqual):
        return number <= 1
    return True
