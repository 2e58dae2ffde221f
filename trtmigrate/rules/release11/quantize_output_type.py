"""Say the output type of quantize and dequantize layers.

What changed: `add_quantize` and `add_dequantize` need a third argument since TensorRT 11.0, when
the form with two, for weakly typed networks, went. (The third exists since 9.0.)

Before:

    quantize = network.add_quantize(tensor, scale)
    dequantize = network.add_dequantize(quantize.get_output(0), scale)

After:

    quantize = network.add_quantize(tensor, scale, trt.int8)
    dequantize = network.add_dequantize(quantize.get_output(0), scale, trt.float32)

Not rewritten when: the arguments are unpacked from a sequence, or the method is handed over.

Safety: review. These are the types that the layers had by default; in a strongly typed network the
one of a dequantize layer must be that of its consumer, which may be float16.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.tensor_names.name_of_binding import tensorrt_name, unpacks
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import expression

TYPES = {
    "INetworkDefinition.add_quantize": "int8",
    "INetworkDefinition.add_dequantize": "float32",
}
RULE = Rule("TRT620", "Output type of a quantize layer", Safety.REVIEW, tuple(TYPES))


@RULE.checks
def quantize_output_type(use: Use, facts: Facts) -> Proposal:
    kind = TYPES[use.member]
    message = f"{use.name} needs an output type; {kind} was the default"
    if not isinstance(use, CallUse) or unpacks(use.call):
        return manual(use.node, use.member, f"{message}: add it as third argument")
    trt, imports = tensorrt_name(use, facts)
    given = cst.Arg(expression(f"{trt}.{kind}"))
    if any(arg.keyword is not None for arg in use.call.args):
        bare = cst.SimpleWhitespace("")
        given = cst.Arg(given.value, cst.Name("output_type"), equal=cst.AssignEqual(bare, bare))
    last = use.call.args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    call = use.call.with_changes(args=[*use.call.args[:-1], last, given])
    edit = Edit({use.call: call}, imports_tensorrt=imports)
    return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
