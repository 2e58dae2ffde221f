"""Remove the builder flags for reduced precision, and say what the model needs instead.

What changed: TensorRT 11.0 removed weak typing. Every network is strongly typed: a layer computes
in the type that its tensors have in the model, so the flags FP16, BF16, INT8, FP8, INT4 and FP4 are
gone. An FP32 model that was built with FP16 now gives an FP32 engine, which is correct and slower.

Before:

    config.set_flag(trt.BuilderFlag.FP16)
    config.set_flag(trt.BuilderFlag.TF32)
    config.flags |= 1 << int(trt.BuilderFlag.INT8)

After:

    config.set_flag(trt.BuilderFlag.TF32)

Not rewritten when: the code keeps the flag in a list, a dictionary, a variable or a default value,
or passes it to a function of its own. Code that only sets the flag if TensorRT has it runs as it
is, without the precision: that is reported.

A finding of its own, beside the first flag of each kind that goes, says what the model needs. It is
left for a person: no edit of the program can do it.

Safety: review. The result is right once the model has the types: convert it with ModelOpt AutoCast
(FP16, BF16), or quantize it with ModelOpt so that it has explicit Q/DQ nodes (INT8, FP8, INT4,
FP4).
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import MODEL_NEEDS, report_model_needs, report_probe
from trtmigrate.rewrites.removal.calls import find_method_call
from trtmigrate.rewrites.removal.flags import remove_flag
from trtmigrate.rules.base import Rule

CAST = "convert the ONNX model to {name} with ModelOpt AutoCast, or the engine computes in FP32"
QUANTIZE = "quantize the model to {name} with ModelOpt (Q/DQ nodes), or nothing is quantized"
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
    found = report_probe(use, message) or remove_flag(use, facts, message, Safety.REVIEW)
    return found or manual(use.node, use.member, f"{message}; then remove the flag here")


@RULE.scans
def report_needs(facts: Facts) -> Iterator[Proposal]:
    yield from report_model_needs(
        RULE, facts, lambda use: MODEL_NEEDS[use.name] if _is_set(use, facts) else None
    )
    for use in facts.uses:
        if use.member in RULE.members and use.context == "probe" and not use.read.dead:
            if not _has_answer(use, facts):
                message = f"BuilderFlag.{use.name} is gone, so nothing here asks for the precision"
                yield manual(use.node, use.member, f"{message}; {MODEL_NEEDS[use.name]}")


def _has_answer(use: Use, facts: Facts) -> bool:
    """True if the program does something else where the flag is missing: its test has an `else`."""
    for up in facts.tree.ancestors(use.node):
        if isinstance(up, cst.If):
            return up.orelse is not None
        if isinstance(up, (cst.IfExp, cst.UnaryOperation)):
            return True
    return False


def _is_set(use: Use, facts: Facts) -> bool:
    """True if the code sets the flag, and neither clears nor tests it."""
    if find_method_call(use, facts, "clear_flag", "get_flag") is not None:
        return False
    return not any(
        isinstance(up, cst.Comparison)
        or (isinstance(up, cst.BinaryOperation) and isinstance(up.operator, cst.BitAnd))
        or (isinstance(up, cst.AugAssign) and isinstance(up.operator, cst.BitAndAssign))
        for up in facts.tree.ancestors(use.node)
    )
