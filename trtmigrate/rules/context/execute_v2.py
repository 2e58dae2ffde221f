"""Execute with addresses set by name where `execute_v2` no longer takes the same list.

What changed: nothing in its signature, but since TensorRT 10.0
`IExecutionContext.execute_v2(bindings)` takes one address for each I/O tensor of the active
profile, not a list padded for all optimization profiles, and a shape input wants its host address
in it.

Before:

    context.execute_v2([0, 0, int(d_input), int(d_output)])

After:

    context.set_tensor_address(engine.get_tensor_name(0), int(d_input))
    context.set_tensor_address(engine.get_tensor_name(1), int(d_output))
    context.execute_async_v3(0)
    cudart.cudaDeviceSynchronize()

Not rewritten when: the module uses one optimization profile and sets no shape inputs, the
addresses are those of the first profile, or no CUDA library that could wait for the device is
imported.

Safety: safe; review where the context has to be asked which profile is active.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.addresses.executions import (
    SYNCHRONOUS,
    sets_shape_inputs,
    synchronous,
    wants_names,
)
from trtmigrate.rewrites.addresses.set_addresses import FROM_ACTIVE, bound
from trtmigrate.rewrites.addresses.streams import wait_for_device
from trtmigrate.rewrites.tensor_names.name_of_binding import argument
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

RULE = Rule("TRT209", "Synchronous execution of padded lists", Safety.SAFE, gate=("execute_v2",))
MESSAGE = (
    "execute_v2 takes the addresses of the active profile only, of shape inputs in host memory"
)


@RULE.scans
def execute_v2(facts: Facts) -> Iterator[Proposal]:
    if not facts.several_profiles and not sets_shape_inputs(facts):
        return
    for use in synchronous(facts):
        bindings = argument(use.call, 0, "bindings")
        if bindings is not None and wants_names(use, facts, bindings.value):
            yield _rewritten(use, facts, bindings.value)


def _rewritten(use: CallUse, facts: Facts, bindings: cst.BaseExpression) -> Proposal:
    wait = wait_for_device(use, facts)
    statement = facts.tree.statement(use.call)
    if not wait or not isinstance(statement, cst.BaseSmallStatement):
        return manual(use.node, SYNCHRONOUS, MESSAGE)
    if isinstance(statement, (cst.Return, cst.Assert)):
        return manual(use.node, SYNCHRONOUS, MESSAGE)
    edit, certain = bound(use, facts, bindings, expression("{}.execute_async_v3(0)", use.receiver))
    after = {**edit.after, statement: (*edit.after.get(statement, ()), *wait)}
    whole = Edit(
        edit.replace,
        edit.before,
        after,
        edit.prepend,
        edit.remove,
        edit.lookups,
        edit.imports_tensorrt,
    )
    message = MESSAGE
    if not certain:
        message += f"; {FROM_ACTIVE}"
    return Proposal(
        use.node, SYNCHRONOUS, message, Safety.SAFE if certain else Safety.REVIEW, whole
    )
