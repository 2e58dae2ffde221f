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
no CUDA library that could synchronize the device is imported, or the call is a part of a larger
expression, so that there is no place to wait.

Safety: safe; review if the context has to be asked which profile is active.
"""

from __future__ import annotations

from collections.abc import Iterator

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts
from trtmigrate.facts.executions import SYNCHRONOUS, Execution, executions_of
from trtmigrate.findings import Safety
from trtmigrate.rewrites.addresses.named_executions import takes_names
from trtmigrate.rewrites.addresses.set_addresses import FROM_ACTIVE, set_addresses_before
from trtmigrate.rewrites.addresses.streams import write_wait
from trtmigrate.rules.base import Rule
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


@RULE.scans
def execute_v2(facts: Facts) -> Iterator[Proposal]:
    for execution in executions_of(facts):
        if execution.synchronous and takes_names(facts, execution):
            yield _rewrite(execution, facts)


def _rewrite(execution: Execution, facts: Facts) -> Proposal:
    use = execution.use
    wait = write_wait(use, facts)
    execute = expression("{}.execute_async_v3(0)", use.receiver)
    edited = set_addresses_before(execution, facts, execute, wait) if wait else None
    if edited is None:
        return manual(use.node, SYNCHRONOUS, MESSAGE)
    edit, certain = edited
    message = MESSAGE if certain else f"{MESSAGE}; {FROM_ACTIVE}"
    return Proposal(use.node, SYNCHRONOUS, message, Safety.SAFE if certain else Safety.REVIEW, edit)
