"""Remove the hints about the precision of single layers.

What changed: TensorRT 11.0 removed weak typing. `ILayer.precision` and `set_output_type` with
the methods that reset and test them, `INormalizationLayer.compute_precision` and the dynamic ranges
of tensors are gone: a layer computes in the types of its inputs, which the model decides.

Before:

    network = trt.Builder(TRT_LOGGER).create_network(0)
    layer, tensor = network.get_layer(0), network.get_input(0)
    layer.precision = trt.float32
    for i in range(layer.num_outputs):
        layer.set_output_type(i, trt.float32)
    quantize = network.add_quantize(tensor, scale, trt.int8)
    quantize.set_output_type(0, trt.int8)
    tensor.dynamic_range = (-128, 127)

After:

    network = trt.Builder(TRT_LOGGER).create_network(0)
    layer, tensor = network.get_layer(0), network.get_input(0)
    quantize = network.add_quantize(tensor, scale, trt.int8)
    quantize.to_type = trt.int8

Not rewritten when: the code reads the value. An identity layer with an output type is a cast: it is
added by `add_cast` if the code adds it in the same block, and left otherwise. A finding of its own,
beside the first hint that goes in each function, says what the model needs.

Safety: review. The result is right once the model has the types: casts in the ONNX file (ModelOpt
AutoCast) or `network.add_cast`, and explicit Q/DQ nodes instead of dynamic ranges. Safe where the
layer has the property `to_type`, or is an identity and the code shows the type.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.domain.values import Ref
from trtmigrate.findings import Safety
from trtmigrate.rewrites.layers.cast_identity import cast_identity
from trtmigrate.rewrites.messages import report_model_needs
from trtmigrate.rewrites.removal.assignments import find_assignment
from trtmigrate.rewrites.removal.kept_effects import remove_but_keep_effects
from trtmigrate.rewrites.removal.last_values import READ_ELSEWHERE, is_read_elsewhere
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.templates import expression

CAST = "a layer computes in the types of its inputs: put casts into the model, or use add_cast"
RANGE = "quantization is explicit: put Q/DQ nodes into the model"
WHY = {
    "ILayer.precision": CAST,
    "ILayer.precision_is_set": CAST,
    "ILayer.reset_precision": CAST,
    "ILayer.set_output_type": CAST,
    "ILayer.output_type_is_set": CAST,
    "ILayer.reset_output_type": CAST,
    "INormalizationLayer.compute_precision": CAST,
    "ITensor.dynamic_range": RANGE,
    "ITensor.set_dynamic_range": RANGE,
    "ITensor.reset_dynamic_range": RANGE,
}

_TYPES = (
    "layers compute in the types of the model: when you convert it (ModelOpt AutoCast), keep these "
    "layers in their precision; in a network that the program builds layer by layer, use add_cast"
)
_TEST = f"remove the test, as layers have no precision of their own; {CAST}"
_RANGES = "dynamic ranges quantize nothing: quantize the model with ModelOpt (Q/DQ nodes)"
MODEL_NEEDS = {
    "ILayer.precision": _TYPES,
    "ILayer.set_output_type": _TYPES,
    "INormalizationLayer.compute_precision": _TYPES,
    "ITensor.dynamic_range": _RANGES,
    "ITensor.set_dynamic_range": _RANGES,
}
RULE = Rule(
    "TRT606",
    "Hint about the precision of a layer",
    Safety.REVIEW,
    members=tuple(WHY),
    manual={
        "ILayer.precision_is_set": _TEST,
        "ILayer.output_type_is_set": _TEST,
    },
)


@RULE.checks
def layer_precision(use: Use, facts: Facts) -> Proposal:
    message = f"{use.name} is gone; {WHY[use.member]}"
    typed = _to_type(use, facts)
    if typed is not None:
        message = "set_output_type is gone; set the property to_type of this layer"
        return Proposal(use.node, use.member, message, Safety.SAFE, typed)
    if use.name == "set_output_type":
        if facts.kind(use.receiver) == "IIdentityLayer":
            return _cast(use, facts) or manual(
                use.node, use.member, f"{message} in place of add_identity"
            )
    statement: cst.CSTNode | None = find_assignment(use, facts)
    if isinstance(use, CallUse):
        statement = facts.tree.parent(use.call)
    if use.context == "store" and is_read_elsewhere(use, facts):
        return manual(use.node, use.member, f"{message}; {READ_ELSEWHERE}")
    if isinstance(statement, (cst.Assign, cst.Expr)):
        edit = remove_but_keep_effects(statement, facts)
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    return manual(use.node, use.member, message)


@RULE.scans
def report_needs(facts: Facts) -> Iterator[Proposal]:
    return report_model_needs(RULE, facts, lambda use: _find_need(use, facts))


def _find_need(use: Use, facts: Facts) -> str | None:
    """Return what the model needs in place of a hint; nothing if an identity becomes a cast."""
    is_identity = use.receiver is not None and facts.kind(use.receiver) == "IIdentityLayer"
    return None if is_identity else MODEL_NEEDS.get(use.member)


def _cast(use: Use, facts: Facts) -> Proposal | None:
    """Replace an identity layer, whose output type made it a cast, by `add_cast`."""
    statement = facts.tree.parent(use.call) if isinstance(use, CallUse) else None
    if not isinstance(use, CallUse) or not isinstance(statement, cst.Expr):
        return None
    dtype = argument(use.call, 1, "dtype")
    if dtype is None:
        return None
    replace = cast_identity(use.receiver, dtype.value, use.call, facts)
    if replace is None:
        return None
    message = "set_output_type is gone; add_cast replaces the identity layer that it made a cast"
    edit = Edit(replace, remove=(statement,))
    shown = isinstance(facts.value(dtype.value), Ref)
    safety = Safety.SAFE if shown else Safety.REVIEW
    message += "" if shown else "; where the type is INT8, use add_quantize instead"
    return Proposal(use.node, use.member, message, safety, edit)


def _to_type(use: Use, facts: Facts) -> Edit | None:
    """Replace `layer.set_output_type(0, dtype)` by `layer.to_type = dtype`, if the layer has it."""
    if use.name != "set_output_type" or not isinstance(use, CallUse):
        return None
    kind = facts.kind(use.receiver)
    statement = facts.tree.parent(use.call)
    index, dtype = argument(use.call, 0, "index"), argument(use.call, 1, "dtype")
    if kind is None or not api.exists(kind, "to_type", facts.target):
        return None
    if not isinstance(statement, cst.Expr) or index is None or dtype is None:
        return None
    if not isinstance(index.value, cst.Integer) or index.value.value != "0":
        return None
    target = expression("{}.to_type", use.receiver)
    assert isinstance(target, cst.Attribute)
    return Edit({statement: cst.Assign([cst.AssignTarget(target)], dtype.value)})
