"""Set addresses by name where `execute_v2` no longer takes the same list.

What changed: nothing in its signature, but since TensorRT 10.0
`IExecutionContext.execute_v2(bindings)` takes one address for each I/O tensor, not a list padded
for all optimization profiles, and the address of a shape input has to be a host address.

Before:

    context.execute_v2([0, 0, int(d_input), int(d_output)])

After:

    context.set_tensor_address(engine.get_tensor_name(0), int(d_input))
    context.set_tensor_address(engine.get_tensor_name(1), int(d_output))
    context.execute_async_v3(0)
    cudart.cudaDeviceSynchronize()

Not rewritten when: the list is still right (one optimization profile, no values of shape inputs),
no CUDA library that could synchronize the device is imported, the call is a part of a larger
expression, so that there is no place to wait, or the method gets unpacked arguments.

A method that is passed on becomes a function where its list may be a padded one; it is reported
where there is no room for a function, or where the variable may hold another context when it is
called.

Safety: safe; review if the context has to be asked which profile is active, and where a call may
leave out the address of a tensor.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Instance
from trtmigrate.facts.executions import (
    SYNCHRONOUS,
    Execution,
    executions_of,
    methods_passed_on,
)
from trtmigrate.findings import Safety
from trtmigrate.rewrites.addresses.named_executions import sets_shape_inputs, takes_names
from trtmigrate.rewrites.addresses.passed_on import write_passed_on
from trtmigrate.rewrites.addresses.set_addresses import FROM_ACTIVE, set_addresses_before
from trtmigrate.rewrites.addresses.streams import write_wait
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT209",
    "Synchronous execution of padded lists",
    Safety.SAFE,
    group="context",
    holds_object=True,  # the two APIs do not see what the other one sets
    gate=("execute_v2",),
)
MESSAGE = (
    "execute_v2 takes one address for each I/O tensor (for a shape input, a host address); set "
    "addresses by name, call execute_async_v3 and synchronize the device"
)
NOT_SHOWN = (
    "execute_v2 takes one address for each I/O tensor (for a shape input, a host address), and the "
    "list does not show here: call execute_v2 with the addresses of the active profile alone"
)


@RULE.scans
def execute_v2(facts: Facts) -> Iterator[Proposal]:
    executions = executions_of(facts)
    for execution in executions:
        if execution.synchronous and takes_names(facts, execution):
            yield _rewrite(execution, facts)
    if facts.several_profiles or sets_shape_inputs(facts):
        called = {execution.use.node for execution in executions}
        passed_on = {use.node: use for use in methods_passed_on(facts)}
        for node in _methods(facts):
            if node in passed_on:
                yield _pass_on(passed_on[node], facts)
            elif node not in called:
                yield manual(node, SYNCHRONOUS, NOT_SHOWN)


def _methods(facts: Facts) -> Iterator[cst.CSTNode]:
    """Yield `context.execute_v2` wherever it stands: called, passed on, or asked for by name."""
    for read in facts.reads.values():
        of_context = isinstance(read.owner, Instance) and read.owner.cls == "IExecutionContext"
        if read.member == "execute_v2" and of_context and not read.dead:
            if isinstance(read.node, cst.Attribute) or calls_function(read.node, "getattr"):
                yield read.node


def _pass_on(use: Use, facts: Facts) -> Proposal:
    """Pass on a function that sets the addresses, executes and waits."""
    written = write_passed_on(use, facts, write_wait(use, facts))
    if written is None:
        return manual(use.node, SYNCHRONOUS, NOT_SHOWN)
    return _proposal(use, *written)


def _rewrite(execution: Execution, facts: Facts) -> Proposal:
    use = execution.use
    wait = write_wait(use, facts)
    execute = expression("{}.execute_async_v3(0)", use.receiver)
    edited = set_addresses_before(execution, facts, execute, wait) if wait else None
    if edited is None:
        return manual(use.node, SYNCHRONOUS, MESSAGE)
    return _proposal(use, *edited)


def _proposal(use: Use, edit: Edit, certain: bool) -> Proposal:
    if certain:
        return Proposal(use.node, SYNCHRONOUS, MESSAGE, Safety.SAFE, edit)
    return Proposal(use.node, SYNCHRONOUS, f"{MESSAGE}; {FROM_ACTIVE}", Safety.REVIEW, edit)
