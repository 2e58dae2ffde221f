"""Loops that only count, and statements that only divide."""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax.tree import code, dotted

DIVISIONS = (cst.FloorDivide, cst.Divide)
Counted = list[tuple[cst.AugAssign, tuple[cst.BaseExpression, ...]]]


def divides_in_place(node: cst.Assign) -> bool:
    """True for `n = n // p`."""
    value = node.value
    if len(node.targets) != 1 or not isinstance(value, cst.BinaryOperation):
        return False
    name = dotted(node.targets[0].target)
    return isinstance(value.operator, DIVISIONS) and name is not None and name == dotted(value.left)


def counters_of(loop: cst.For) -> Counted | None:
    """The statements `n += 1` of a loop, each with its tests; None if the loop does more."""
    found: Counted = []
    pending: list[tuple[cst.CSTNode, tuple[cst.BaseExpression, ...]]] = [(loop.body, ())]
    while pending:
        node, tests = pending.pop()
        if isinstance(node, (cst.BaseSuite, cst.SimpleStatementLine)):
            pending += [(inner, tests) for inner in node.body]
        elif isinstance(node, cst.If) and (
            node.orelse is None or isinstance(node.orelse, cst.Else)
        ):
            pending.append((node.body, (*tests, node.test)))
            if node.orelse is not None:
                pending.append((node.orelse.body, (*tests, node.test)))
        elif isinstance(node, cst.AugAssign) and isinstance(node.operator, cst.AddAssign):
            if not isinstance(node.target, cst.Name) or code(node.value) != "1":
                return None
            found.append((node, tests))
        else:
            return None
    return found
