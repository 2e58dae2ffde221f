"""Remove builder flags that mean nothing in a strongly typed network.

What changed: `OBEY_PRECISION_CONSTRAINTS` and `PREFER_PRECISION_CONSTRAINTS` are gone since
TensorRT 11.0: TensorRT always obeys the types of a strongly typed network.
`REJECT_EMPTY_ALGORITHMS` went with the algorithm selector.

Before:

    config.set_flag(trt.BuilderFlag.OBEY_PRECISION_CONSTRAINTS)
    flags |= 1 << int(trt.BuilderFlag.REFIT) | 1 << int(trt.BuilderFlag.REJECT_EMPTY_ALGORITHMS)

After:

    flags |= 1 << int(trt.BuilderFlag.REFIT)

Not rewritten when: the code keeps the flag in a list, a dictionary, a variable or a default value,
or passes it to a function of its own.

Safety: safe.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.removal.flags import remove_flag
from trtmigrate.rules.base import Rule

WHY = {
    "OBEY_PRECISION_CONSTRAINTS": "TensorRT always obeys the types of a network",
    "PREFER_PRECISION_CONSTRAINTS": "TensorRT always obeys the types of a network",
    "REJECT_EMPTY_ALGORITHMS": "there is no algorithm selector any more",
}

RULE = Rule(
    "TRT603",
    "Builder flag without a meaning in a strongly typed network",
    Safety.SAFE,
    members=tuple(f"BuilderFlag.{name}" for name in WHY),
)


@RULE.checks
def precision_constraints(use: Use, facts: Facts) -> Proposal:
    message = f"BuilderFlag.{use.name} is gone: {WHY[use.name]}"
    found = report_probe(use, message) or remove_flag(use, facts, message, Safety.SAFE)
    return found or manual(use.node, use.member, f"{message}; remove the flag here")
