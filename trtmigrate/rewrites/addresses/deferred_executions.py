"""Turn a lambda that executes into a function that sets the addresses, executes and waits.

A lambda has room for one expression only, and it runs later than the statement that it stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import libcst as cst

from trtmigrate.editing.edit import Edit, Statement
from trtmigrate.editing.free_names import free_name
from trtmigrate.facts import Facts
from trtmigrate.facts.executions import Execution, executions_of
from trtmigrate.rewrites.addresses.address_statements import Setting
from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.templates import expression


@dataclass(frozen=True)
class Deferred:
    """The lambda around an execution, and the statement that it stands in."""

    function: cst.Lambda
    statement: cst.BaseSmallStatement


def find_lambda(execution: Execution, facts: Facts) -> Deferred | None:
    """Return the lambda whose body is the execution, if a function can take its place."""
    function = facts.tree.parent(execution.call)
    statement = facts.tree.statement(execution.call)
    if not isinstance(function, cst.Lambda) or not isinstance(statement, cst.BaseSmallStatement):
        return None
    if any(param.default is not None for param in function.params.params):
        return None
    scope = facts.tree.scope(statement)
    if not isinstance(scope, (cst.FunctionDef, cst.Module)) or facts.tree.block(statement) is None:
        return None
    if not facts.tree.runs_once_with(function, statement):
        return None
    return Deferred(function, statement)


def write_function(
    execution: Execution,
    facts: Facts,
    deferred: Deferred,
    setting: Setting,
    execute: cst.BaseExpression,
    wait: Sequence[Statement],
) -> Edit:
    """Return the edit that defines the function and uses it instead of the lambda."""
    result: list[Statement] = [cst.Return(execute)]
    if wait:
        taken = facts.tree.names(home(execution.call, facts.tree))
        done = free_name(taken, "succeeded", "execution_succeeded")
        target = cst.AssignTarget(cst.Name(done))
        result = [cst.Assign([target], execute), *wait, cst.Return(cst.Name(done))]
    named = _assigned_name(deferred)
    name = named or _free_function_name(execution, facts)
    lines = [_as_line(statement) for statement in (*setting.statements, *result)]
    function = cst.FunctionDef(
        cst.Name(name),
        deferred.function.params.deep_clone(),
        cst.IndentedBlock(lines, footer=_blank_lines(deferred.statement, facts)),
        leading_lines=_missing_blank_lines(deferred, facts),
    )
    before: dict[cst.CSTNode, tuple[Statement, ...]] = {deferred.statement: (function,)}
    if named is not None:
        return Edit(before=before, remove=(deferred.statement,), imports_tensorrt=setting.imports)
    return Edit(
        {deferred.function: expression(name)}, before=before, imports_tensorrt=setting.imports
    )


def _free_function_name(execution: Execution, facts: Facts) -> str:
    """Return a free name; each lambda in the function or module has a name of its own."""
    scope = home(execution.call, facts.tree)
    taken = facts.tree.names(scope)
    name = ""
    for one in _in_order(facts):
        deferred = find_lambda(one, facts) if home(one.call, facts.tree) is scope else None
        if deferred is not None and _assigned_name(deferred) is None:
            name = free_name(taken, "execute", "run_engine")
        if one.call is execution.call:
            break
    return name


def _in_order(facts: Facts) -> list[Execution]:
    """Return the executions as they are written; the target may have those that come last."""
    order = facts.tree.order
    return sorted(executions_of(facts), key=lambda one: (one.synchronous, order[one.call]))


def _blank_lines(statement: cst.CSTNode, facts: Facts) -> list[cst.EmptyLine]:
    """Return the blank lines around a function that stands before a statement."""
    block = facts.tree.block(statement)
    return [cst.EmptyLine(indent=False)] * (2 if block is facts.module.body else 1)


def _missing_blank_lines(deferred: Deferred, facts: Facts) -> list[cst.EmptyLine]:
    """Return the blank lines above the function: none at the start of a block, after another
    function or where there are some.
    """
    block, line = facts.tree.block(deferred.statement), facts.tree.parent(deferred.statement)
    beside = (find_lambda(one, facts) for one in _in_order(facts))
    first = next(one for one in beside if one and one.statement is deferred.statement)
    if block is None or block[0] is line or first != deferred:
        return []
    above = line.leading_lines if isinstance(line, cst.SimpleStatementLine) else ()
    found = len(list(takewhile(lambda empty: empty.comment is None, above)))
    return _blank_lines(deferred.statement, facts)[found:]


def _assigned_name(deferred: Deferred) -> str | None:
    """Return NAME of `NAME = lambda: ...`."""
    statement = deferred.statement
    if not isinstance(statement, cst.Assign) or statement.value is not deferred.function:
        return None
    target = statement.targets[0].target if len(statement.targets) == 1 else None
    return target.value if isinstance(target, cst.Name) else None


def _as_line(statement: Statement) -> cst.BaseStatement:
    if isinstance(statement, cst.BaseSmallStatement):
        return cst.SimpleStatementLine([statement])
    return statement
