"""Transpose a side of a matrix multiplication with `MatrixOperation`.

What changed: `IMatrixMultiplyLayer.transpose0` and `transpose1` and
`INetworkDefinition.add_matrix_multiply_deprecated` are gone since TensorRT 8.0. Instead of booleans
`op0`, `op1` and `add_matrix_multiply` take `trt.MatrixOperation.NONE` or `TRANSPOSE`.

Before:

    out = network.add_matrix_multiply_deprecated(a, False, b, True)
    out.transpose0 = transposed
    if out.transpose1:
        print("transposed")

After:

    out = network.add_matrix_multiply(a, trt.MatrixOperation.NONE, b, trt.MatrixOperation.TRANSPOSE)
    out.op0 = trt.MatrixOperation.TRANSPOSE if transposed else trt.MatrixOperation.NONE
    if out.op1 == trt.MatrixOperation.TRANSPOSE:
        print("transposed")

Not rewritten when: one statement assigns the property together with others, or the arguments are
unpacked.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import CallUse, Facts, Use
from trtmigrate.facts.domain.values import Const
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.assignments import find_assigned_value
from trtmigrate.rewrites.tensor_names.method_values import rename_member
from trtmigrate.rewrites.tensor_names.name_of_binding import UNPACKED, tensorrt_name
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import argument, unpacks
from trtmigrate.syntax.templates import expression

RULE = Rule(
    "TRT405",
    "Transposed sides of matrix multiplications",
    Safety.SAFE,
    members=(
        "IMatrixMultiplyLayer.transpose0",
        "IMatrixMultiplyLayer.transpose1",
        "INetworkDefinition.add_matrix_multiply_deprecated",
    ),
)


@RULE.checks
def matrix_operation(use: Use, facts: Facts) -> Proposal:
    trt, imports = tensorrt_name(use, facts)
    changes: dict[cst.CSTNode, cst.CSTNode] = {}
    if use.name == "add_matrix_multiply_deprecated":
        message = f"{use.name} is gone; add_matrix_multiply takes MatrixOperation"
        sides = _find_sides(use.call) if isinstance(use, CallUse) else None
        if sides is None:
            return manual(use.node, use.member, f"{message}; {UNPACKED}")
        changes.update(rename_member(use, "add_matrix_multiply"))
        for arg, keyword in sides:
            changes[arg.value] = _operation(arg.value, trt, facts)
            if arg.keyword is not None:
                changes[arg.keyword] = cst.Name(keyword)
    else:
        new = use.name.replace("transpose", "op")
        message = f"{use.name} is gone; {new} takes and returns MatrixOperation"
        if use.context == "store":
            value = find_assigned_value(use, facts)
            if value is None:
                return manual(
                    use.node,
                    use.member,
                    f"{message}; assign it by itself, so that it can be rewritten",
                )
            changes[value] = _operation(value, trt, facts)
            changes.update(rename_member(use, new))
        else:
            template = f"{{}}.{new} == {trt}.MatrixOperation.TRANSPOSE"
            changes[use.node] = expression(template, use.receiver)
    edit = Edit(changes, imports_tensorrt=imports)
    return Proposal(use.node, use.member, message, Safety.SAFE, edit)


def _find_sides(call: cst.Call) -> tuple[tuple[cst.Arg, str], ...] | None:
    if unpacks(call):
        return None
    first = argument(call, 1, "transpose0")
    second = argument(call, 3, "transpose1")
    return ((first, "op0"), (second, "op1")) if first is not None and second is not None else None


def _operation(truth: cst.BaseExpression, trt: str, facts: Facts) -> cst.BaseExpression:
    value = facts.value(truth)
    if isinstance(value, Const) and not value.versioned:
        kind = "TRANSPOSE" if value.value else "NONE"
        return expression(f"{trt}.MatrixOperation.{kind}")
    return expression(
        f"{trt}.MatrixOperation.TRANSPOSE if {{}} else {trt}.MatrixOperation.NONE", truth
    )
