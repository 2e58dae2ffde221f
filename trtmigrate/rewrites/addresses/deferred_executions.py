"""Turn an execution that runs later into a function that sets the addresses, executes and waits.

A lambda has room for one expression only, and it runs later than the statement that it stands in.
So does a method that is passed on: `run = context.execute_async_v2`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import libcst as cst

from trtmigrate.editing.edit import Edit, Statement
from trtmigrate.editing.free_names import free_name
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.executions import Execution, executions_of, is_synchronous, methods_passed_on
from trtmigrate.facts.memo import once_per_file
from trtmigrate.rewrites.addresses.address_statements import Setting
from trtmigrate.rewrites.addresses.late_names import is_same_when_called
from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import dotted

_ADDRESSES, _STREAM = "bindings", "stream_handle"  # as TensorRT 8 calls the parameters
_NOT_TAKEN = "input_consumed"  # the third parameter, which has no counterpart


@dataclass(frozen=True)
class Deferred:
    """An expression that executes when it is called, and the statement that it stands in."""

    function: cst.BaseExpression  # the lambda, or the method that is passed on
    params: cst.Parameters
    statement: cst.BaseSmallStatement


def find_lambda(execution: Execution, facts: Facts) -> Deferred | None:
    """Return the lambda whose body is the execution, if a function can take its place."""
    function = facts.tree.parent(execution.call)
    if not isinstance(function, cst.Lambda):
        return None
    if any(param.default is not None for param in function.params.params):
        return None
    statement = _statement_with_room(function, facts)
    return Deferred(function, function.params, statement) if statement is not None else None


def find_passed_on(use: Use, facts: Facts) -> Deferred | None:
    """Return the method that a use passes on, if a function can take its place."""
    context = dotted(use.receiver)
    if not isinstance(use.node, cst.Attribute) or context is None:
        return None
    statement = _statement_with_room(use.node, facts)
    if statement is None or _gives_event(use.node, facts):
        return None
    if not is_same_when_called(context, use.node, statement, facts):
        return None
    names = (_ADDRESSES,) if is_synchronous(use) else (_ADDRESSES, _STREAM)
    params = cst.Parameters([cst.Param(cst.Name(name)) for name in names])
    return Deferred(use.node, params, statement)


def addresses_given() -> cst.BaseExpression:
    """Return the list of addresses that the function for a method gets."""
    return cst.Name(_ADDRESSES)


def stream_given() -> cst.BaseExpression:
    """Return the stream that the function for a method gets."""
    return cst.Name(_STREAM)


def _statement_with_room(node: cst.BaseExpression, facts: Facts) -> cst.BaseSmallStatement | None:
    """Return the statement around a node, if a function can be defined in front of it."""
    statement = facts.tree.statement(node)
    if not isinstance(statement, cst.BaseSmallStatement) or facts.tree.block(statement) is None:
        return None
    if not isinstance(facts.tree.scope(statement), (cst.FunctionDef, cst.Module)):
        return None
    return statement if facts.tree.runs_once_with(node, statement) else None


def _gives_event(node: cst.CSTNode, facts: Facts) -> bool:
    """True if the method is passed on with an event to set when the inputs are read."""
    arg = facts.tree.parent(node)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    given = call.args if isinstance(call, cst.Call) else ()
    return any(one.keyword is not None and one.keyword.value == _NOT_TAKEN for one in given)


def write_function(
    use: Use,
    facts: Facts,
    deferred: Deferred,
    setting: Setting,
    execute: cst.BaseExpression,
    wait: Sequence[Statement],
) -> Edit:
    """Return the edit that defines the function and uses it instead of the lambda or method."""
    result: list[Statement] = [cst.Return(execute)]
    if wait:
        taken = facts.tree.names(home(use.node, facts.tree))
        done = free_name(taken, "succeeded", "execution_succeeded")
        target = cst.AssignTarget(cst.Name(done))
        result = [cst.Assign([target], execute), *wait, cst.Return(cst.Name(done))]
    named = _assigned_name(deferred)
    name = named or _free_function_name(deferred, facts)
    lines = [_as_line(statement) for statement in (*setting.statements, *result)]
    function = cst.FunctionDef(
        cst.Name(name),
        deferred.params.deep_clone(),
        cst.IndentedBlock(lines, footer=_blank_lines(deferred.statement, facts)),
        leading_lines=_missing_blank_lines(deferred, facts),
    )
    before: dict[cst.CSTNode, tuple[Statement, ...]] = {deferred.statement: (function,)}
    if named is not None:
        return Edit(before=before, remove=(deferred.statement,), imports_tensorrt=setting.imports)
    return Edit(
        {deferred.function: expression(name)}, before=before, imports_tensorrt=setting.imports
    )


def _free_function_name(deferred: Deferred, facts: Facts) -> str:
    """Return a free name; each such function in a function or module has a name of its own."""
    scope = home(deferred.function, facts.tree)
    taken = facts.tree.names(scope)
    name = ""
    for one in _all_deferred(facts):
        if home(one.function, facts.tree) is scope and _assigned_name(one) is None:
            name = free_name(taken, "execute", "run_engine")
        if one.function is deferred.function:
            break
    return name


@once_per_file
def _all_deferred(facts: Facts) -> tuple[Deferred, ...]:
    """Return all that executes later, in the order of the text, `execute_v2` last."""
    order = facts.tree.order
    found: list[tuple[Use, Deferred]] = []
    for execution in executions_of(facts):
        deferred = find_lambda(execution, facts)
        if deferred is not None:
            found.append((execution.use, deferred))
    for use in methods_passed_on(facts):
        deferred = find_passed_on(use, facts)
        if deferred is not None:
            found.append((use, deferred))
    found.sort(key=lambda one: (is_synchronous(one[0]), order[one[1].function]))
    return tuple(deferred for _, deferred in found)


def _blank_lines(statement: cst.CSTNode, facts: Facts) -> list[cst.EmptyLine]:
    """Return the blank lines around a function that stands before a statement."""
    block = facts.tree.block(statement)
    return [cst.EmptyLine(indent=False)] * (2 if block is facts.module.body else 1)


def _missing_blank_lines(deferred: Deferred, facts: Facts) -> list[cst.EmptyLine]:
    """Return the blank lines above the function: none at the start of a block, after another
    function or where there are some.
    """
    block, line = facts.tree.block(deferred.statement), facts.tree.parent(deferred.statement)
    beside = (one for one in _all_deferred(facts) if one.statement is deferred.statement)
    if block is None or block[0] is line or next(beside).function is not deferred.function:
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
