"""Write a fully connected layer as the matrix multiplication that it is.

What changed: `INetworkDefinition.add_fully_connected`, `IFullyConnectedLayer` and
`LayerType.FULLY_CONNECTED` are gone since TensorRT 10.0 (deprecated in 8.4). The layer flattened
the last three dimensions, multiplied by the transposed kernel, added the bias and gave the result
with two dimensions of 1 at its end.

Before:

    pool = network.add_pooling_nd(data, trt.PoolingType.MAX, (2, 2))
    fc = network.add_fully_connected(pool.get_output(0), 10, kernel)
    network.mark_output(fc.get_output(0))

After:

    pool = network.add_pooling_nd(data, trt.PoolingType.MAX, (2, 2))
    fc_input = network.add_shuffle(pool.get_output(0))
    fc_input.reshape_dims = (0, -1)
    fc_kernel = network.add_constant((10, kernel.size // 10), kernel)
    fc_product = network.add_matrix_multiply(
        fc_input.get_output(0),
        trt.MatrixOperation.NONE,
        fc_kernel.get_output(0),
        trt.MatrixOperation.TRANSPOSE,
    )
    fc = network.add_shuffle(fc_product.get_output(0))
    fc.reshape_dims = (0, 0, 1, 1)
    network.mark_output(fc.get_output(0))

Not rewritten when: the kernel is empty or the layer is given another one, or inputs, later, the
arguments are unpacked, or the call is part of an expression that need not run once; nor are reads
and writes of `kernel`, `bias` and `num_output_channels` of the layer.

Safety: review. The kernel and the bias must have the type of the input, and what is set on the
layer afterwards (its name, its precision) is set on the last of the new layers. Where the code does
not show how many dimensions the input has, the new code asks `len(tensor.shape)`.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, CallUse, Facts
from trtmigrate.facts.domain.values import Const, Instance
from trtmigrate.findings import Safety
from trtmigrate.rewrites.layers.matrix_product import as_matrix_product
from trtmigrate.rewrites.tensor_names.name_of_binding import UNPACKED, argument, unpacks
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code, walk

_PROPERTY = (
    "the constants and the matrix multiplication that take the layer's place hold what it held; "
    "use the arrays that the program gave them"
)
RULE = Rule(
    "TRT403",
    "Fully connected layers",
    Safety.REVIEW,
    members=(
        "INetworkDefinition.add_fully_connected",
        "IFullyConnectedLayer",
        "IFullyConnectedLayer.kernel",
        "IFullyConnectedLayer.bias",
        "IFullyConnectedLayer.num_output_channels",
        "LayerType.FULLY_CONNECTED",
    ),
    manual={
        "IFullyConnectedLayer": _PROPERTY,
        "LayerType.FULLY_CONNECTED": "no network has such layers any more: what was one is a "
        "matrix multiplication (trt.LayerType.MATRIX_MULTIPLY) with shuffles around it",
    },
)
MESSAGE = "add_fully_connected is gone; add_matrix_multiply does its work between two shuffles"
ASSUMED = (
    "kernel and bias must have the type of the input, and what the program sets on the layer "
    "(name, precision) is now set on the last shuffle"
)


@RULE.checks_imports_too
def fully_connected(use: AnyUse, facts: Facts) -> Proposal:
    reason = RULE.reason(use.member)
    if reason is not None:
        return manual(use.node, use.member, f"{use.member} is gone; {reason}")
    if not isinstance(use, CallUse) or unpacks(use.call):
        return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
    call = use.call
    tensor, outputs, kernel = (
        argument(call, position, name)
        for position, name in enumerate(("input", "num_outputs", "kernel"))
    )
    statement = facts.tree.statement(call)
    if tensor is None or outputs is None or kernel is None:
        return manual(use.node, use.member, f"{MESSAGE}; {UNPACKED}")
    if _is_empty(kernel.value, facts) or _is_changed_later(facts):
        return manual(use.node, use.member, f"{MESSAGE}; its kernel, bias or size is given later")
    if statement is None or not _stands_alone(call, statement, facts):
        message = f"{MESSAGE}; first give the layer a statement of its own"
        return manual(use.node, use.member, message)
    bias = argument(call, 3, "bias")
    given = bias.value if bias is not None and not _is_empty(bias.value, facts) else None
    edit = as_matrix_product(
        use, facts, statement, (tensor.value, outputs.value, kernel.value, given)
    )
    return Proposal(use.node, use.member, f"{MESSAGE}; {ASSUMED}", Safety.REVIEW, edit)


def _stands_alone(call: cst.Call, statement: cst.CSTNode, facts: Facts) -> bool:
    """Whether its layers can be added right before the statement."""
    calls = [n for n in walk(statement) if isinstance(n, cst.Call) and n is not call]
    others = [n for n in calls if code(n.func).endswith(".add_fully_connected")]
    small = isinstance(statement, cst.BaseSmallStatement)
    return facts.tree.runs_once_with(call, statement) and not (small and others)


def _is_empty(node: cst.BaseExpression, facts: Facts) -> bool:
    """`None` or `trt.Weights()`."""
    if facts.value(node) == Const(None):
        return True
    return isinstance(node, cst.Call) and code(node.func).endswith("Weights") and not node.args


def _is_changed_later(facts: Facts) -> bool:
    """Whether the module gives such layers inputs, kernels or sizes after they were added."""
    return any(
        read.member == "set_input" or isinstance(facts.tree.parent(read.node), cst.AssignTarget)
        for read in facts.reads.values()
        if isinstance(read.owner, Instance)
        and read.owner.cls == "IFullyConnectedLayer"
        and read.member in ("set_input", "kernel", "bias", "num_output_channels")
    )
