"""Create networks without the flag for explicit precision.

What changed: `NetworkDefinitionCreationFlag.EXPLICIT_PRECISION` is gone since TensorRT 10.0; it has
had no effect since 8.0. Its bit means `STRONGLY_TYPED` now, so the number must not stay either.

Before:

    flags = 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
    flags |= 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_PRECISION)
    flags = flags | 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_PRECISION)
    other = flags | (1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_PRECISION))
    alone = 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_PRECISION)

After:

    flags = 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
    other = flags
    alone = 0

Not rewritten when: the flag is not used as `1 << int(flag)`.

Safety: safe.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.edits import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.tree import code
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT311",
    "Explicit precision of networks",
    Safety.SAFE,
    members=("NetworkDefinitionCreationFlag.EXPLICIT_PRECISION",),
)
MESSAGE = "EXPLICIT_PRECISION is gone; it had no effect, and its bit means STRONGLY_TYPED now"


@RULE.checks
def explicit_precision_flag(use: Use, facts: Facts) -> Proposal:
    bit = _bit(use.node, facts)
    if bit is None:
        return manual(use.node, use.member, f"{MESSAGE}; remove it from the flags")
    parent = facts.tree.parent(bit)
    if isinstance(parent, cst.BinaryOperation) and isinstance(parent.operator, cst.BitOr):
        edit = _without_term(parent, parent.left if parent.right is bit else parent.right, facts)
    elif isinstance(parent, cst.AugAssign) and isinstance(parent.operator, cst.BitOrAssign):
        edit = Edit(remove=(parent,))
    else:
        edit = Edit({bit: cst.Integer("0")})
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)


def _without_term(term: cst.BinaryOperation, other: cst.BaseExpression, facts: Facts) -> Edit:
    """The other operand alone; `flags = flags` goes altogether."""
    statement = facts.tree.parent(term)
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        if code(statement.targets[0].target) == code(other):
            return Edit(remove=(statement,))
    return Edit({term: other})


def _bit(flag: cst.CSTNode, facts: Facts) -> cst.BinaryOperation | None:
    """`1 << int(flag)` around a flag."""
    arg = facts.tree.parent(flag)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if not isinstance(call, cst.Call) or code(call.func) not in ("int", "(int)"):
        return None
    shift = facts.tree.parent(call)
    if isinstance(shift, cst.BinaryOperation) and isinstance(shift.operator, cst.LeftShift):
        return shift if shift.right is call and code(shift.left) == "1" else None
    return None
