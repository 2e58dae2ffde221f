"""Find the executions of a module: which context runs, and with which list of addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from trtmigrate.facts.domain.values import Instance, Items
from trtmigrate.facts.memo import once_per_file
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.facts.uses import CallUse, Use
from trtmigrate.syntax.calls import argument, spread, unpacks
from trtmigrate.syntax.tree import dotted

if TYPE_CHECKING:
    from trtmigrate.facts import Facts

SYNCHRONOUS = "IExecutionContext.execute_v2"
ASYNCHRONOUS = "execute_async_v2"
BY_NAME = "IExecutionContext.execute_async_v3"


@dataclass(frozen=True, eq=False)
class Execution:
    """One call that executes with a list of addresses; equal only to itself."""

    use: CallUse
    listed: cst.BaseExpression  # the list of addresses
    made: tuple[cst.Assign, ...]  # the assignments of the variable or attribute that holds it
    synchronous: bool  # `execute_v2`, which is still there

    @property
    def call(self) -> cst.Call:
        return self.use.call

    @property
    def context(self) -> cst.BaseExpression:
        return self.use.receiver

    @property
    def context_name(self) -> str | None:
        """`context` or `self.context`; None for any other expression."""
        return dotted(self.use.receiver)


@once_per_file
def executions_of(facts: Facts) -> tuple[Execution, ...]:
    """Every execution that the target reaches, those that it lacks first."""
    found = [*_asynchronous(facts), *_by_name(facts), *_synchronous(facts)]
    return tuple(
        Execution(use, listed, tuple(assignments_of(facts, listed, use)), use.member == SYNCHRONOUS)
        for use, listed in found
    )


def is_synchronous(use: Use) -> bool:
    """True for `execute_v2`, which is still there."""
    return use.member == SYNCHRONOUS


@once_per_file
def methods_passed_on(facts: Facts) -> tuple[Use, ...]:
    """Every `execute_async_v2` and `execute_v2` of a context that is read without being called."""
    found = [
        use
        for use in facts.uses
        if type(use) is Use and use.known and use.name == ASYNCHRONOUS and use.context == "load"
    ]
    for read in facts.reads.values():
        call = facts.tree.parent(read.node)
        if read.member != "execute_v2" or not isinstance(read.node, cst.Attribute):
            continue
        if isinstance(call, cst.Call) and call.func is read.node:
            continue
        if isinstance(read.owner, Instance) and read.owner.cls == "IExecutionContext":
            found.append(
                Use(
                    node=read.node,
                    member=SYNCHRONOUS,
                    context="load",
                    read=read,
                    receiver=read.node.value,
                )
            )
    return tuple(use for use in found if not use.read.dead)


def execution_at(facts: Facts, call: cst.Call) -> Execution | None:
    return next((one for one in executions_of(facts) if one.call is call), None)


def assignments_of(facts: Facts, variable: cst.BaseExpression, use: Use) -> Iterator[cst.Assign]:
    """Yield assignments to a variable in the scope of a use, or to an attribute of its class."""
    name = dotted(variable)
    if name is None:
        return
    scope: cst.CSTNode = facts.tree.function(use.node) or facts.module
    of_class = "." in name
    if of_class:
        scope = facts.tree.class_of(use.node) or scope
    for node in mentions_in(facts, scope, (name,)):
        target = facts.tree.parent(node)
        statement = facts.tree.parent(target) if isinstance(target, cst.AssignTarget) else None
        if isinstance(statement, cst.Assign):
            if of_class or facts.tree.scope(statement) is scope:
                yield statement


def _asynchronous(facts: Facts) -> Iterator[tuple[CallUse, cst.BaseExpression]]:
    for use in facts.uses:
        if use.read.dead or not isinstance(use, CallUse) or not use.known:
            continue
        if use.name in ("execute_async_v2", "execute_async"):
            arg = argument(spread(use.call), int(use.name == "execute_async"), "bindings")
            if arg is not None:
                yield use, arg.value


def executed_by_name(facts: Facts) -> Iterator[cst.Call]:
    """Yield the calls of `execute_async_v3`, with a list or without."""
    for call in facts.method_calls("IExecutionContext", "execute_async_v3"):
        if isinstance(call.func, cst.Attribute) and not facts.is_own(
            call.func.attr.value, call.func.value
        ):
            yield call


def list_given(call: cst.Call, facts: Facts) -> cst.Arg | None:
    """Return the list of addresses that `execute_async_v3` gets, as if it were its predecessor."""
    named = [
        arg for arg in call.args if arg.keyword is not None and arg.keyword.value == "bindings"
    ]
    if named or unpacks(call):
        return named[0] if named else None
    lists = [arg for arg in call.args if isinstance(facts.value(arg.value), Items)]
    if len(lists) == 1:
        return lists[0]
    in_order = [arg for arg in call.args if arg.keyword is None]
    return in_order[0] if len(call.args) == 2 and in_order and not lists else None


def _by_name(facts: Facts) -> Iterator[tuple[CallUse, cst.BaseExpression]]:
    """Yield the calls of `execute_async_v3` that were left half migrated: they get a list."""
    for call in executed_by_name(facts):
        listed = list_given(call, facts)
        if listed is not None:
            yield use_of_call(call, BY_NAME, facts), listed.value


def use_of_call(call: cst.Call, member: str, facts: Facts) -> CallUse:
    """Return the call of a method, which the target may have, in the form of a use."""
    assert isinstance(call.func, cst.Attribute)
    return CallUse(
        node=call.func,
        member=member,
        context="call",
        read=facts.reads[call.func],
        receiver=call.func.value,
        call=call,
    )


def _synchronous(facts: Facts) -> Iterator[tuple[CallUse, cst.BaseExpression]]:
    for read in facts.reads.values():
        call = facts.tree.parent(read.node)
        if read.member != "execute_v2" or read.dead or not isinstance(read.node, cst.Attribute):
            continue
        if not isinstance(call, cst.Call) or call.func is not read.node:
            continue
        if unpacks(spread(call)):
            continue
        if isinstance(read.owner, Instance) and read.owner.cls == "IExecutionContext":
            arg = argument(spread(call), 0, "bindings")
            if arg is not None:
                yield use_of_call(call, SYNCHRONOUS, facts), arg.value
