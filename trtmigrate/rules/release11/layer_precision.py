"""Take out the hints about the precision of single layers.

What changed: TensorRT 11.0 removed weak typing. `ILayer.precision`, `set_output_type` and their
kin, `INormalizationLayer.compute_precision` and the dynamic ranges of tensors are gone: a layer
computes in the types of its inputs, as the model says.

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

Not rewritten when: the value is read. An identity layer, which its output type made a cast, is made
by `add_cast` where it is made in the same block; else it is left. What the model needs instead of
the hints stays a finding of its own, beside the first that goes in each function.

Safety: review. Right once the model itself says its types: casts in the ONNX (ModelOpt AutoCast) or
`network.add_cast`, and explicit Q/DQ nodes instead of dynamic ranges. Safe where the layer has the
property `to_type` or is an identity and the type is shown.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.domain.values import Ref
from trtmigrate.findings import Safety
from trtmigrate.rewrites.layers.casts import casting_identity
from trtmigrate.rewrites.remains import of_the_model
from trtmigrate.rewrites.removal.properties import plain_store
from trtmigrate.rewrites.removal.statements import without
from trtmigrate.rewrites.tensor_names.name_of_binding import argument
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import code

CAST = "a layer computes in the types of its inputs: put casts into the model or add_cast"
RANGE = "quantization is explicit: give the model Q/DQ nodes"
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
    "layers compute in the types of the model now: have it keep these layers in this precision "
    "when it is converted (ModelOpt AutoCast), or put add_cast into a network that is made layer "
    "by layer"
)
_RANGES = "nothing is quantized by ranges now: quantize the model with ModelOpt (Q/DQ nodes)"
NEEDS = {
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
        "ILayer.precision_is_set": f"what is done with the answer has lost its sense; {CAST}",
        "ILayer.output_type_is_set": f"what is done with the answer has lost its sense; {CAST}",
    },
)


@RULE.checks
def layer_precision(use: Use, facts: Facts) -> Proposal:
    message = f"{use.name} is gone; {WHY[use.member]}"
    typed = _to_type(use, facts)
    if typed is not None:
        message = "set_output_type is gone; this layer has the property to_type"
        return Proposal(use.node, use.member, message, Safety.SAFE, typed)
    if use.name == "set_output_type" and use.receiver is not None:
        if facts.kind(use.receiver) == "IIdentityLayer":
            return _cast(use, facts) or manual(
                use.node, use.member, f"{message}, here in place of add_identity"
            )
    statement: cst.CSTNode | None = plain_store(use, facts)
    if isinstance(use, CallUse):
        statement = facts.tree.parent(use.call)
    if isinstance(statement, (cst.Assign, cst.Expr)):
        edit = without(statement, facts.tree)
        return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    return manual(use.node, use.member, message)


@RULE.scans
def model_precision(facts: Facts) -> Iterator[Proposal]:
    return of_the_model(RULE, facts, lambda use: _need(use, facts))


def _need(use: Use, facts: Facts) -> str | None:
    """What the model needs in place of a hint; nothing where an identity becomes a cast."""
    is_identity = use.receiver is not None and facts.kind(use.receiver) == "IIdentityLayer"
    return None if is_identity else NEEDS.get(use.member)


def _cast(use: Use, facts: Facts) -> Proposal | None:
    """`add_cast` for the identity layer that was one."""
    statement = facts.tree.parent(use.call) if isinstance(use, CallUse) else None
    if not isinstance(use, CallUse) or use.receiver is None or not isinstance(statement, cst.Expr):
        return None
    dtype = argument(use.call, 1, "dtype")
    if dtype is None:
        return None
    replace = casting_identity(use.receiver, dtype.value, use.call, facts)
    if replace is None:
        return None
    message = "set_output_type is gone; the identity layer that it made a cast is one by add_cast"
    edit = Edit(replace, remove=(statement,))
    shown = isinstance(facts.value(dtype.value), Ref)
    safety = Safety.SAFE if shown else Safety.REVIEW
    message += "" if shown else "; where the type may be INT8, it has to be add_quantize"
    return Proposal(use.node, use.member, message, safety, edit)


def _to_type(use: Use, facts: Facts) -> Edit | None:
    """`layer.to_type = dtype` for `layer.set_output_type(0, dtype)` where the layer has that."""
    if use.name != "set_output_type" or not isinstance(use, CallUse) or use.receiver is None:
        return None
    kind = facts.kind(use.receiver)
    statement = facts.tree.parent(use.call)
    index, dtype = argument(use.call, 0, "index"), argument(use.call, 1, "dtype")
    if kind is None or not api.exists(kind, "to_type", facts.target):
        return None
    if not isinstance(statement, cst.Expr) or index is None or dtype is None:
        return None
    if code(index.value) != "0":
        return None
    target = expression("{}.to_type", use.receiver)
    assert isinstance(target, cst.Attribute)
    return Edit({statement: cst.Assign([cst.AssignTarget(target)], dtype.value)})
