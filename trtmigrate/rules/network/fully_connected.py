"""Write a fully connected layer as a matrix multiplication.

What changed: `INetworkDefinition.add_fully_connected`, `IFullyConnectedLayer` and
`LayerType.FULLY_CONNECTED` are gone since TensorRT 10.0 (deprecated in 8.4). The layer flattened
the last three dimensions, multiplied by the transposed kernel and added the bias. Its output had
two dimensions of 1 at its end.

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

A module with several such layers gets one function that adds them.

Not rewritten when: the kernel is empty; the code sets inputs, kernel, bias or size of such a layer
later, or reads them; the arguments are unpacked; or the call is part of an expression that may run
several times or not at all.

Safety: review. The kernel and the bias must have the type of the input. What the code sets on the
layer afterwards (its name, its precision) is set on the last of the new layers. Where the code does
not show how many dimensions the input has, the new code asks `len(tensor.shape)`.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, CallUse, Facts
from trtmigrate.facts.domain.values import Const, Instance
from trtmigrate.findings import Safety
from trtmigrate.rewrites.layers.dense_helper import call_helper
from trtmigrate.rewrites.layers.matrix_product import Operands, add_matrix_product
from trtmigrate.rewrites.removal.calls import calls_method
from trtmigrate.rewrites.tensor_names.name_of_binding import UNPACKED
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument, unpacks
from trtmigrate.syntax.scopes import binders, home
from trtmigrate.syntax.tree import code, walk

_PROPERTY = (
    "add_matrix_multiply and two constants take the place of the layer: use the arrays that the "
    "program made the constants of"
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
        "LayerType.FULLY_CONNECTED": "no network has such layers: test for "
        "trt.LayerType.MATRIX_MULTIPLY, which takes their place between two shuffles",
    },
)
MESSAGE = "add_fully_connected is gone; use add_matrix_multiply between two shuffles"
ASSUMED = (
    "check that kernel and bias have the type of the input and that the bias is not empty; what "
    "the program sets on the layer (name, precision) is set on the last shuffle now"
)
OPTIONAL = "the bias may be None or empty, and then there is none to add: test it"


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
        return manual(
            use.node,
            use.member,
            f"{MESSAGE}; write it by hand, as the code sets the kernel, bias or size later",
        )
    bias = argument(call, 3, "bias")
    given = bias.value if bias is not None and not _is_empty(bias.value, facts) else None
    operands = Operands(tensor.value, outputs.value, kernel.value, given)
    several = sum(o.member == use.member and not o.read.dead for o in facts.uses) > 1
    optional = given is not None and _may_be_empty(given, facts)
    if several or optional:
        helped = call_helper(use, facts, operands)
        if helped is not None:
            return Proposal(use.node, use.member, f"{MESSAGE}; {ASSUMED}", Safety.REVIEW, helped)
    if optional:
        return manual(use.node, use.member, f"{MESSAGE}; {OPTIONAL}")
    if statement is None or not _stands_alone(call, statement, facts):
        message = f"{MESSAGE}; give the call a statement of its own, so that it can be rewritten"
        return manual(use.node, use.member, message)
    edit = add_matrix_product(use, facts, statement, operands)
    return Proposal(use.node, use.member, f"{MESSAGE}; {ASSUMED}", Safety.REVIEW, edit)


def _stands_alone(call: cst.Call, statement: cst.CSTNode, facts: Facts) -> bool:
    """True if the new layers can be added right before the statement."""
    calls = [n for n in walk(statement) if isinstance(n, cst.Call) and n is not call]
    others = [n for n in calls if code(n.func).endswith(".add_fully_connected")]
    small = isinstance(statement, cst.BaseSmallStatement)
    return facts.tree.runs_once_with(call, statement) and not (small and others)


def _is_empty(node: cst.BaseExpression, facts: Facts) -> bool:
    """True for `None` and `trt.Weights()`."""
    if facts.value(node) == Const(None):
        return True
    return isinstance(node, cst.Call) and code(node.func).endswith("Weights") and not node.args


def _may_be_empty(node: cst.BaseExpression, facts: Facts) -> bool:
    """True for `weights.get("bias")`, a parameter with a default, a variable with two values."""
    if calls_method(node, "get"):
        return True
    if not isinstance(node, cst.Name):
        return False
    bound = binders(node.value, home(node, facts.tree), facts.tree)
    param = facts.tree.parent(bound[0]) if len(bound) == 1 else None
    if isinstance(param, cst.Param):
        return param.default is not None
    made = facts.tree.small_statement(bound[0]) if len(bound) == 1 else None
    if not isinstance(made, (cst.Assign, cst.AnnAssign)) or made.value is None:
        return True
    return _is_empty(made.value, facts) or _may_be_empty(made.value, facts)


def _is_changed_later(facts: Facts) -> bool:
    """True if the module sets inputs, kernels or sizes of such layers after adding them."""
    return any(
        read.member == "set_input" or isinstance(facts.tree.parent(read.node), cst.AssignTarget)
        for read in facts.reads.values()
        if isinstance(read.owner, Instance)
        and read.owner.cls == "IFullyConnectedLayer"
        and read.member in ("set_input", "kernel", "bias", "num_output_channels")
    )
