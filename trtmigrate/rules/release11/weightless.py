"""Rename the flag for an engine without weights.

What changed: `BuilderFlag.WEIGHTLESS` is gone since TensorRT 11.0; since 10.0 its name is
`STRIP_PLAN`.

Before:

    config.set_flag(trt.BuilderFlag.WEIGHTLESS)

After:

    config.set_flag(trt.BuilderFlag.STRIP_PLAN)

Not rewritten when: never.

Safety: safe.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT604", "Flag for an engine without weights", Safety.SAFE, ("BuilderFlag.WEIGHTLESS",)
)


@RULE.checks
def weightless(use: Use, facts: Facts) -> Proposal:
    message = "WEIGHTLESS is gone; the flag is called STRIP_PLAN"
    edit = Edit(rename_member(use, "STRIP_PLAN"))
    return Proposal(use.node, use.member, message, Safety.SAFE, edit)
