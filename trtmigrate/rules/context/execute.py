"""Execute without a batch size.

What changed: the implicit-batch `IExecutionContext.execute(batch_size, bindings)` is gone since
TensorRT 10.0; `execute_v2(bindings)` is the same for an explicit batch dimension.

Before:

    context.execute(batch_size=1, bindings=bindings)

After:

    context.execute_v2(bindings=bindings)

Not rewritten when: the arguments are hidden behind `*args`, or the method is passed on without
being called.

Safety: review: with implicit batch the batch size has to become part of the input shape.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts
from trtmigrate.findings import Safety
from trtmigrate.rewrites.addresses.set_by_program import NO_LIST, is_single_address
from trtmigrate.rewrites.tensor_names.name_of_binding import UNPACKED
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument, unpacks
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT204",
    "Synchronous execution with a batch size",
    Safety.REVIEW,
    ("IExecutionContext.execute",),
    group="context",
    holds_object=True,  # the two APIs do not see what the other one sets
)
MESSAGE = "execute(batch_size, bindings) is gone with implicit batch; call execute_v2(bindings)"


@RULE.checks_calls
def execute(use: CallUse, facts: Facts) -> Proposal:
    bindings = argument(use.call, 1, "bindings")
    if unpacks(use.call):
        return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
    if bindings is None or is_single_address(bindings.value, facts):
        return manual(use.node, use.member, f"{MESSAGE}; {NO_LIST}")
    keyword = "bindings=" if bindings.keyword is not None else ""
    new = expression(f"{{}}.execute_v2({keyword}{{}})", use.receiver, bindings.value)
    return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, Edit({use.call: new}))
