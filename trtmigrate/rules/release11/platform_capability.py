"""Take the answer as yes where code asks the builder what the GPU is fast at.

What changed: `Builder.platform_has_fast_fp16`, `platform_has_fast_int8` and `platform_has_tf32` are
gone since TensorRT 11.0. Networks are strongly typed, so the answer no longer decides about a flag,
and every GPU that TensorRT 11 runs on has fast FP16 and INT8 (TF32 from Ampere on). The code
around the question is simplified.

Before:

    if fp16 and builder.platform_has_fast_fp16:
        print("building for FP16")
    if not builder.platform_has_fast_int8:
        raise RuntimeError("INT8 is not supported here")

After:

    if fp16:
        print("building for FP16")

Not rewritten when: `getattr` asks with a default, which still works.

Safety: review. Where the answer matters, read the compute capability from CUDA.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.removal.fold import fold_condition
from trtmigrate.rules.base import Rule

HAS = {
    "platform_has_fast_fp16": "every GPU that TensorRT 11 runs on has fast FP16",
    "platform_has_fast_int8": "every GPU that TensorRT 11 runs on has fast INT8",
    "platform_has_tf32": "GPUs from Ampere on have TF32",
}

RULE = Rule(
    "TRT605",
    "Question to the builder about the GPU",
    Safety.REVIEW,
    members=tuple(f"Builder.{name}" for name in HAS),
)


@RULE.checks
def platform_capability(use: Use, facts: Facts) -> Proposal:
    message = (
        f"{use.name} is gone and is taken as True: {HAS[use.name]}; where it matters, read the "
        "compute capability from CUDA"
    )
    guard = report_probe(use, message)
    if guard is not None:
        return guard
    assert isinstance(use.node, cst.BaseExpression)
    edit = fold_condition(use.node, True, facts.tree)
    return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
