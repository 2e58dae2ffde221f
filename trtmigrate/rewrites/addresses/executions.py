"""The executions of a module: which context, which list of addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.domain.values import Instance
from trtmigrate.rewrites.addresses.active_addresses import own_addresses
from trtmigrate.rewrites.addresses.padded_lists import is_padded
from trtmigrate.rewrites.tensor_names.name_of_binding import argument, unpacks
from trtmigrate.syntax.tree import code

SYNCHRONOUS = "IExecutionContext.execute_v2"


@dataclass(frozen=True)
class Execution:
    """One call that executes; `by_name` where its addresses become addresses by name."""

    use: CallUse
    call: cst.Call
    bindings: cst.BaseExpression
    by_name: bool

    @property
    def context(self) -> str:
        assert self.use.receiver is not None
        return code(self.use.receiver)


def executions(facts: Facts) -> Iterator[Execution]:
    """Every execution of the module that takes a list of addresses and that the target reaches."""
    for use in facts.uses:
        if use.read.dead or not isinstance(use, CallUse) or not use.known:
            continue
        if use.name in ("execute_async_v2", "execute_async"):
            arg = argument(use.call, int(use.name == "execute_async"), "bindings")
            if arg is not None:
                yield Execution(use, use.call, arg.value, True)
    for use in synchronous(facts):
        arg = argument(use.call, 0, "bindings")
        if arg is not None:
            yield Execution(use, use.call, arg.value, wants_names(use, facts, arg.value))


def synchronous(facts: Facts) -> Iterator[CallUse]:
    """The calls of `execute_v2`, which stays."""
    for read in facts.reads.values():
        call = facts.tree.parent(read.node)
        if read.member != "execute_v2" or read.dead or not isinstance(read.node, cst.Attribute):
            continue
        if not isinstance(call, cst.Call) or call.func is not read.node or unpacks(call):
            continue
        if isinstance(read.owner, Instance) and read.owner.cls == "IExecutionContext":
            yield CallUse(
                node=read.node,
                receiver=read.node.value,
                member=SYNCHRONOUS,
                context="call",
                call=call,
                read=read,
            )


def sets_shape_inputs(facts: Facts) -> bool:
    """Addresses of shape inputs are the program's host buffers, set by name already."""
    return any(use.name == "set_shape_input" and not use.read.dead for use in facts.uses)


def wants_names(use: Use, facts: Facts, bindings: cst.BaseExpression) -> bool:
    """Whether `execute_v2` no longer takes its list: shape inputs want host addresses in it, and
    there is no place for other profiles.
    """
    if sets_shape_inputs(facts):
        return True
    if not facts.several_profiles:
        return False
    return is_padded(bindings, use, facts) or own_addresses(use, facts, bindings).ranged
