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

`setattr(context, "active_optimization_profile", 1)` is rewritten in the same way.

Not rewritten when: the assignment has several targets, or is augmented; or neither a stream nor a
CUDA library that could synchronize the device is in scope (profile 0 is active from the start and
needs neither).

Safety: safe with the stream of the execution; review with stream 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import UNKNOWN, Instance, Value
from trtmigrate.facts.reads import Read
from trtmigrate.findings import Safety
from trtmigrate.rewrites.profiles.choose_profile import MEMBER, MESSAGE, choose_profile
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import calls_function

NAME = "active_optimization_profile"
NOT_FOLLOWED = "it is not known that the object is a context: annotate it as trt.IExecutionContext"
RULE = Rule(
    "TRT205",
    "Choice of the optimization profile",
    Safety.SAFE,
    members=(MEMBER,),
    becomes={MEMBER: "IExecutionContext.set_optimization_profile_async"},
)


@RULE.checks
def active_optimization_profile(use: Use, facts: Facts) -> Proposal:
    statement = facts.tree.small_statement(use.node)
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return manual(use.node, use.member, MESSAGE)
    if statement.targets[0].target is not use.node:
        return manual(use.node, use.member, MESSAGE)
    return choose_profile(statement, statement.value, use, facts)


@RULE.scans
def profile_set_by_name(facts: Facts) -> Iterator[Proposal]:
    """`setattr(context, "active_optimization_profile", 1)`."""
    for node in facts.tree.of_kind(cst.Call):
        statement = facts.tree.parent(node)
        if not calls_function(node, "setattr") or len(node.args) != 3 or facts.is_dead(node):
            continue
        receiver, name, profile = (arg.value for arg in node.args)
        written = isinstance(name, cst.SimpleString) and name.raw_value == NAME
        owner = facts.value(receiver)
        if not written:
            continue
        if owner is UNKNOWN:
            yield manual(node, MEMBER, f"{MESSAGE}; {NOT_FOLLOWED}")
        elif isinstance(statement, cst.Expr) and isinstance(owner, Instance):
            if owner.cls == "IExecutionContext":
                read = Read(node, owner, NAME, _variables_at(node, facts), False)
                use = Use(node=node, member=MEMBER, context="store", read=read, receiver=receiver)
                yield choose_profile(statement, profile, use, facts)


def _variables_at(node: cst.CSTNode, facts: Facts) -> Mapping[str, Value]:
    """Return what variables hold at the last member that is read before a node."""
    order, function = facts.tree.order, facts.tree.function(node)
    before = [
        read
        for read in facts.reads.values()
        if order[read.node] < order[node] and facts.tree.function(read.node) is function
    ]
    return max(before, key=lambda read: order[read.node]).env if before else {}
