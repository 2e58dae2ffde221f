"""Prefer the precisions that the layers ask for instead of strict types.

What changed: `BuilderFlag.STRICT_TYPES` is gone since TensorRT 10.0 (deprecated in 8.2). It was the
preference for the asked precisions, the rejection of empty algorithms and direct I/O at once, each
with a fallback. `PREFER_PRECISION_CONSTRAINTS` is what code mostly wanted of it.

Before:

    config.set_flag(trt.BuilderFlag.STRICT_TYPES)

After:

    config.set_flag(trt.BuilderFlag.PREFER_PRECISION_CONSTRAINTS)

For TensorRT 11 and later the flag is dropped: the types of a strongly typed network are always
obeyed.

Not rewritten when: the target is TensorRT 11 or later and the flag is kept in a list, a dictionary,
a variable or a default value.

Safety: review. `DIRECT_IO` is left out: it turns a fallback into a failure of the build.
"""

from __future__ import annotations

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.flags import drop_flag
from trtmigrate.rewrites.tensor_names.method_values import renamed
from trtmigrate.rules.base import Rule

RULE = Rule("TRT309", "Strict types", Safety.REVIEW, members=("BuilderFlag.STRICT_TYPES",))
NEW = "PREFER_PRECISION_CONSTRAINTS"


@RULE.checks
def strict_types(use: Use, facts: Facts) -> Proposal:
    if f"BuilderFlag.{NEW}" in facts.missing:
        message = "STRICT_TYPES is gone: the types of a strongly typed network are always obeyed"
        dropped = drop_flag(use, facts, message, Safety.SAFE)
        return dropped or manual(use.node, use.member, f"{message}; drop the flag here")
    message = f"STRICT_TYPES is gone; {NEW} falls back where a layer has no such implementation"
    return Proposal(use.node, use.member, message, Safety.REVIEW, Edit(renamed(use, NEW)))
