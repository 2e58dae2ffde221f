"""Prefer the precisions that the layers ask for instead of strict types.

What changed: `BuilderFlag.STRICT_TYPES` is gone since TensorRT 10.0 (deprecated in 8.2). It meant
three things at once, each with a fallback: prefer the precisions that layers ask for, reject empty
algorithms, and direct I/O. Most code wanted the first, which is `PREFER_PRECISION_CONSTRAINTS`.

Before:

    config.set_flag(trt.BuilderFlag.STRICT_TYPES)

After:

    config.set_flag(trt.BuilderFlag.PREFER_PRECISION_CONSTRAINTS)

For TensorRT 11 and later the flag is removed: TensorRT always obeys the types of a strongly typed
network.

Not rewritten when: the target is TensorRT 11 or later and the flag is kept in a list, a dictionary,
a variable or a default value.

Safety: review. `DIRECT_IO` is not set: with it, a build fails where it fell back before.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.flags import remove_flag
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rules.base import Rule

RULE = Rule("TRT309", "Strict types", Safety.REVIEW, members=("BuilderFlag.STRICT_TYPES",))
NEW = "PREFER_PRECISION_CONSTRAINTS"


@RULE.checks
def strict_types(use: Use, facts: Facts) -> Proposal:
    if f"BuilderFlag.{NEW}" in facts.missing:
        message = (
            "STRICT_TYPES is gone: TensorRT always obeys the types of a strongly typed network"
        )
        removed = remove_flag(use, facts, message, Safety.SAFE)
        return removed or manual(use.node, use.member, f"{message}; remove the flag here")
    message = (
        f"STRICT_TYPES is gone; {NEW} takes another precision where a layer has no implementation "
        "in the one it asks for"
    )
    return Proposal(use.node, use.member, message, Safety.REVIEW, Edit(rename_member(use, NEW)))
