"""Choose the optimization profile on a stream.

What changed: `IExecutionContext.active_optimization_profile` can only be read since TensorRT 10.0;
the profile is chosen by `set_optimization_profile_async(profile_index, stream_handle)`. Either way
the shapes of the inputs have to be set afterwards.

Before:

    context.active_optimization_profile = 1
    context.execute_async_v2(bindings, stream.handle)

After:

    context.set_optimization_profile_async(1, stream.handle)
    context.execute_async_v2(bindings, stream.handle)

The stream is the one that the same context executes on. If none is in scope, stream 0 is used and
the device is synchronized, because the switch has to be complete before another stream executes.

Not rewritten when: the assignment has several targets, or is augmented; or neither a stream nor a
CUDA library that could synchronize the device is in scope (profile 0 is active from the start and
needs neither).

Safety: safe with the stream of the execution; review with stream 0.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.addresses.streams import find_stream, write_wait
from trtmigrate.rewrites.profiles.tensor_counts import is_zero
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT205",
    "Choice of the optimization profile",
    Safety.SAFE,
    members=("IExecutionContext.active_optimization_profile",),
    becomes={
        "IExecutionContext.active_optimization_profile": (
            "IExecutionContext.set_optimization_profile_async"
        )
    },
)
MESSAGE = (
    "active_optimization_profile can only be read now; set the profile with "
    "set_optimization_profile_async(profile, stream)"
)

NO_STREAM = (
    "no stream and no CUDA library is in scope here; pass the stream of the execution, and "
    "synchronize it before another stream uses the context"
)


@RULE.checks
def active_optimization_profile(use: Use, facts: Facts) -> Proposal:
    statement = facts.tree.small_statement(use.node)
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return manual(use.node, use.member, MESSAGE)
    if statement.targets[0].target is not use.node:
        return manual(use.node, use.member, MESSAGE)
    stream = find_stream(use, facts)
    call = expression(
        "{}.set_optimization_profile_async({}, {})",
        use.receiver,
        statement.value,
        stream if stream is not None else cst.Integer("0"),
    )
    changes: dict[cst.CSTNode, cst.CSTNode] = {statement: cst.Expr(call)}
    if stream is not None:
        return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, Edit(changes))
    message = f"{MESSAGE}; no stream is in scope here, so stream 0 is used"
    wait = write_wait(use, facts)
    if not wait and not is_zero(statement.value):
        return manual(use.node, use.member, f"{MESSAGE}; {NO_STREAM}")
    if wait:
        message += " and the device is synchronized"
    edit = Edit(changes, after={statement: wait} if wait else {})
    return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
