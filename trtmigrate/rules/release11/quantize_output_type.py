"""Give quantize and dequantize layers their output type.

What changed: `add_quantize` and `add_dequantize` need a third argument since TensorRT 11.0, which
removed the form with two for weakly typed networks. The third argument exists since 9.0.

Before:

    quantize = network.add_quantize(tensor, scale)
    dequantize = network.add_dequantize(quantize.get_output(0), scale)

After:

    quantize = network.add_quantize(tensor, scale, trt.int8)
    dequantize = network.add_dequantize(quantize.get_output(0), scale, trt.float32)

Not rewritten when: the arguments are unpacked from a sequence, there are not two of them, or the
method is passed on as a value.

Safety: review. The new argument is the type that the layer had by default. In a strongly typed
network, a dequantize layer must have the type of the layer that reads it, which may be float16.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import unpacks
from trtmigrate.syntax.templates import expression

TYPES = {
    "INetworkDefinition.add_quantize": "int8",
    "INetworkDefinition.add_dequantize": "float32",
}
RULE = Rule("TRT620", "Output type of a quantize layer", Safety.REVIEW, tuple(TYPES))


@RULE.checks
def quantize_output_type(use: Use, facts: Facts) -> Proposal:
    kind = TYPES[use.member]
    message = (
        f"{use.name} needs an output type, and {kind} was the default; check that the next layer "
        "takes this type"
    )
    if not isinstance(use, CallUse) or unpacks(use.call):
        return manual(use.node, use.member, f"{message}; pass it as third argument")
    if len(use.call.args) != 2:
        message = f"{use.name} takes an input, a scale and an output type: pass these three"
        return manual(use.node, use.member, message)
    trt, imports = tensorrt_name(use, facts)
    given = cst.Arg(expression(f"{trt}.{kind}"))
    if any(arg.keyword is not None for arg in use.call.args):
        bare = cst.SimpleWhitespace("")
        given = cst.Arg(given.value, cst.Name("output_type"), equal=cst.AssignEqual(bare, bare))
    last = use.call.args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    call = use.call.with_changes(args=[*use.call.args[:-1], last, given])
    edit = Edit({use.call: call}, imports_tensorrt=imports)
    return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
