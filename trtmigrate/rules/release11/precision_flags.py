"""Take out the builder flags for reduced precision, and say what the model needs instead.

What changed: TensorRT 11.0 removed weak typing. Every network is strongly typed: a layer computes
in the type that its tensors have in the model, so the flags FP16, BF16, INT8, FP8, INT4 and FP4 are
gone. Without more, the engine of an FP32 model that used to be built with FP16 is an FP32 engine,
correct and slower.

Before:

    config.set_flag(trt.BuilderFlag.FP16)
    config.set_flag(trt.BuilderFlag.TF32)
    config.flags |= 1 << int(trt.BuilderFlag.INT8)

After:

    config.set_flag(trt.BuilderFlag.TF32)

Not rewritten when: the flag is kept in a list, a dictionary, a variable or a default value, or
handed to a function of the program.

What the model needs stays a finding of its own, left for a person, beside the first flag of each
kind that goes: a run that rewrites everything does not say that all is done.

Safety: review. Right once the model itself says its types: convert it with ModelOpt AutoCast (FP16,
BF16) or quantize it with ModelOpt so that it has explicit Q/DQ nodes (INT8, FP8, INT4, FP4).
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.remains import NEEDS, of_the_model
from trtmigrate.rewrites.removal.flags import drop_flag, method_call, probed
from trtmigrate.rules.base import Rule

CAST = "convert the ONNX model to {name} with ModelOpt AutoCast, or the engine is built in FP32"
QUANTIZE = "give the model explicit {name} Q/DQ nodes with ModelOpt, or it is built unquantized"
ADVICE = {
    "FP16": CAST,
    "BF16": CAST,
    "INT8": QUANTIZE,
    "FP8": QUANTIZE,
    "INT4": QUANTIZE,
    "FP4": QUANTIZE,
}

RULE = Rule(
    "TRT602",
    "Builder flag for reduced precision",
    Safety.REVIEW,
    members=tuple(f"BuilderFlag.{name}" for name in ADVICE),
)


@RULE.checks
def precision_flags(use: Use, facts: Facts) -> Proposal:
    advice = ADVICE[use.name].format(name=use.name)
    message = f"BuilderFlag.{use.name} is gone, networks are strongly typed: {advice}"
    found = probed(use, message) or drop_flag(use, facts, message, Safety.REVIEW)
    return found or manual(use.node, use.member, f"{message}; then drop the flag here")


@RULE.scans
def model_precision(facts: Facts) -> Iterator[Proposal]:
    return of_the_model(RULE, facts, lambda use: NEEDS[use.name] if _is_set(use, facts) else None)


def _is_set(use: Use, facts: Facts) -> bool:
    """Whether a flag is asked for, and not cleared or tested."""
    if method_call(use, facts, "clear_flag", "get_flag") is not None:
        return False
    return not any(
        isinstance(up, cst.Comparison)
        or (isinstance(up, cst.BinaryOperation) and isinstance(up.operator, cst.BitAnd))
        or (isinstance(up, cst.AugAssign) and isinstance(up.operator, cst.BitAndAssign))
        for up in facts.tree.ancestors(use.node)
    )
