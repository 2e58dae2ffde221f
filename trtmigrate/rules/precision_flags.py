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

Safety: review. Right once the model itself says its types: convert it with ModelOpt AutoCast (FP16,
BF16) or quantize it with ModelOpt so that it has explicit Q/DQ nodes (INT8, FP8, INT4, FP4).
"""

from __future__ import annotations

from trtmigrate.edits import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rules._flags import drop_flag, probed
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
