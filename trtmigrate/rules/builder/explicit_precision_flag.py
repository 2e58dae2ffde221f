"""Create networks without the flag for explicit precision.

What changed: `NetworkDefinitionCreationFlag.EXPLICIT_PRECISION` is gone since TensorRT 10.0; it has
had no effect since 8.0. Its bit means `STRONGLY_TYPED` now, so the number has to go as well.

Before:

    flags = 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
    flags |= 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_PRECISION)
    flags = flags | 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_PRECISION)
    other = flags | (1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_PRECISION))
    alone = 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_PRECISION)

After:

    flags = 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
    other = flags
    alone = 0

Not rewritten when: the flag is not used as `1 << int(flag)`, or other code than `create_network`
reads the number.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.build.flag_readers import is_read_elsewhere
from trtmigrate.rewrites.removal.masks import find_mask, remove_mask
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT311",
    "Explicit precision of networks",
    Safety.SAFE,
    members=("NetworkDefinitionCreationFlag.EXPLICIT_PRECISION",),
)
MESSAGE = "EXPLICIT_PRECISION is gone; it had no effect, and its bit now means STRONGLY_TYPED"


@RULE.checks
def explicit_precision_flag(use: Use, facts: Facts) -> Proposal:
    mask = find_mask(use.whole, facts.tree)
    if mask is None or not isinstance(mask, cst.BinaryOperation):
        return manual(use.node, use.member, f"{MESSAGE}: remove it from the flags")
    if is_read_elsewhere(mask, facts):
        reason = "other code than create_network reads the number, so remove it by hand"
        return manual(use.node, use.member, f"{MESSAGE}; {reason}")
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, remove_mask(mask, facts.tree))
