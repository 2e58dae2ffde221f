"""Find the place where a program can wait for an execution that used to be synchronous."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.executions import Execution
from trtmigrate.syntax.effects import can_repeat
from trtmigrate.syntax.tree import walk


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
    an assignment, what `return`, `assert` or `if` looks at, or an argument of the call that is the
    statement.
    """
    statement = facts.tree.statement(execution.call)
    if statement is None or facts.tree.block(statement) is None:
        return None
    whole = _without_not(execution.call, facts)
    parent = facts.tree.parent(whole)
    if isinstance(parent, cst.Arg) and _is_done_first(parent, statement, facts):
        return PlaceToWait(statement, after=False)
    if parent is not statement:
        return None
    if isinstance(statement, (cst.Expr, cst.Assign, cst.AnnAssign)):
        return PlaceToWait(statement, after=True)
    if isinstance(statement, (cst.Return, cst.Assert)):
        return PlaceToWait(statement, after=False)
    if isinstance(statement, cst.If) and statement.test is whole:
        return PlaceToWait(statement, after=False)
    return None


def _is_done_first(arg: cst.Arg, statement: cst.CSTNode, facts: Facts) -> bool:
    """True for an argument of `f("text", ...)`, a statement of its own, where nothing else does
    anything before `f` is called.
    """
    call = facts.tree.parent(arg)
    if not isinstance(call, cst.Call) or not isinstance(statement, cst.Expr):
        return False
    others = [call.func, *(other.value for other in call.args if other is not arg)]
    return statement.value is call and arg.star == "" and all(map(_is_only_named, others))


def _is_only_named(node: cst.BaseExpression) -> bool:
    """True for a literal, a variable or an attribute: what it holds may be read later as well."""
    return can_repeat(node) and not any(isinstance(n, cst.Call) for n in walk(node))


def _without_not(node: cst.CSTNode, facts: Facts) -> cst.CSTNode:
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not):
        return _without_not(parent, facts)
    return node
