"""Calls in a removed statement that do more than give a value: they stay."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.editing.effects import has_effect, without_value
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Function
from trtmigrate.syntax.tree import walk, walk_scope

_PLAIN = (cst.Return, cst.Expr, cst.Assign, cst.If, cst.Else, cst.Pass)


def remove_but_keep_effects(statement: cst.BaseSmallStatement, facts: Facts) -> Edit:
    """Return the edit that removes an assignment to a member, or a call of a method, and keeps
    what its operands do: `builder.max_batch_size = max(1, read())` becomes `read()`.
    """
    operands = [part for part in _find_operands(statement) if does_something(part, facts)]
    kept = [part for operand in operands if (part := without_value(operand)) is not None]
    if not kept:
        return Edit(remove=(statement,))
    first, *rest = (cst.Expr(part.with_changes(lpar=(), rpar=())) for part in kept)
    return Edit({statement: first}, after={statement: tuple(rest)} if rest else {})


def _find_operands(statement: cst.BaseSmallStatement) -> Iterator[cst.BaseExpression]:
    """Yield the operands of a statement in the order in which Python evaluates them."""
    if isinstance(statement, cst.Expr) and isinstance(statement.value, cst.Call):
        call = statement.value
        if isinstance(call.func, cst.Attribute):
            yield call.func.value
        yield from (arg.value for arg in call.args)
    elif isinstance(statement, cst.AugAssign):
        yield from _find_owner(statement.target)
        yield statement.value
    elif isinstance(statement, (cst.Assign, cst.AnnAssign)):
        if statement.value is not None:
            yield statement.value
        targets = statement.targets if isinstance(statement, cst.Assign) else (statement,)
        for target in targets:
            yield from _find_owner(target.target)


def _find_owner(target: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    if isinstance(target, cst.Attribute):
        yield target.value


def does_something(node: cst.CSTNode, facts: Facts) -> bool:
    """True if an expression may do more than give a value.

    A function of the module that only computes does not: its body is looked at.
    """
    if not has_effect(node):
        return False
    for inner in walk(node):
        if isinstance(inner, (cst.Await, cst.Yield, cst.NamedExpr)):
            return True
        if _asks_tensorrt(inner, facts):
            continue
        if isinstance(inner, cst.Call) and has_effect(inner.with_changes(args=())):
            called = facts.value(inner.func)
            function = called.node if isinstance(called, Function) else None
            if not isinstance(function, cst.FunctionDef) or not _only_computes(function):
                return True
    return False


def _asks_tensorrt(node: cst.CSTNode, facts: Facts) -> bool:
    """True for a getter of a TensorRT object: `config.get_tactic_sources()`."""
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return False
    is_getter = node.func.attr.value.startswith(("get_", "is_"))
    return is_getter and facts.kind(node.func.value) is not None


def _only_computes(function: cst.FunctionDef) -> bool:
    """True if the body of a function only tests, assigns its own variables and returns."""
    if function.asynchronous is not None or function.decorators:
        return False
    for node in walk_scope(function.body):
        if isinstance(node, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            if not isinstance(node, _PLAIN):
                return False
        if isinstance(node, cst.AssignTarget) and not isinstance(node.target, cst.Name):
            return False
    return not has_effect(function.body)
