"""Find the place where a program can wait for an execution that used to be synchronous."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.executions import Execution


@dataclass(frozen=True)
class PlaceToWait:
    """The statement of an execution: the program waits after it, or before it with the execution
    moved in front as well.
    """

    statement: cst.BaseSmallStatement | cst.BaseStatement
    after: bool


def find_place_to_wait(execution: Execution, facts: Facts) -> PlaceToWait | None:
    """Return where to wait, so that nothing reads an output before; None if there is no place.

    The execution has to be all that a statement does first: an expression statement, the value of
    an assignment, or what `return`, `assert` or `if` looks at.
    """
    statement = facts.tree.statement(execution.call)
    if statement is None or facts.tree.block(statement) is None:
        return None
    whole = _without_not(execution.call, facts)
    parent = facts.tree.parent(whole)
    if parent is not statement:
        return None
    if isinstance(statement, (cst.Expr, cst.Assign, cst.AnnAssign)):
        return PlaceToWait(statement, after=True)
    if isinstance(statement, (cst.Return, cst.Assert)):
        return PlaceToWait(statement, after=False)
    if isinstance(statement, cst.If) and statement.test is whole:
        return PlaceToWait(statement, after=False)
    return None


def _without_not(node: cst.CSTNode, facts: Facts) -> cst.CSTNode:
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not):
        return _without_not(parent, facts)
    return node
