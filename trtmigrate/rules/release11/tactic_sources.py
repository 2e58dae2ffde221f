"""Remove tactic sources that TensorRT no longer has.

What changed: `TacticSource.CUBLAS`, `CUBLAS_LT` and `CUDNN` are gone since TensorRT 11.0 (off by
default since 10.0), and EDGE_MASK_CONVOLUTIONS and JIT_CONVOLUTIONS now have their bits 0 and 1.

Before:

    config.set_tactic_sources(1 << int(trt.TacticSource.CUBLAS))
    config.set_tactic_sources(
        1 << int(trt.TacticSource.CUDNN) | 1 << int(trt.TacticSource.JIT_CONVOLUTIONS)
    )

After:

    config.set_tactic_sources(1 << int(trt.TacticSource.JIT_CONVOLUTIONS))

Not rewritten when: the code keeps the source in a list, a dictionary, a variable or a default
value.

Safety: review. TensorRT no longer tries tactics of those libraries. If no source is left to set,
the call goes, so that the sources stay at their default.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Ref
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.removal.calls import calls_method, remove_call
from trtmigrate.rewrites.removal.masks import find_mask, remove_mask
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code, walk, walk_scope

RULE = Rule(
    "TRT619",
    "Tactic sources of other libraries",
    Safety.REVIEW,
    members=("TacticSource.CUBLAS", "TacticSource.CUBLAS_LT", "TacticSource.CUDNN"),
)


@RULE.checks
def tactic_sources(use: Use, facts: Facts) -> Proposal:
    message = f"TacticSource.{use.name} is gone; TensorRT no longer uses that library for tactics"
    guard = report_probe(use, message)
    if guard is not None:
        return guard
    mask = find_mask(use.whole, facts.tree)
    if mask is None:
        return manual(use.node, use.member, f"{message}: remove it here")
    edit = _remove_setting(mask, facts) or remove_mask(mask, facts.tree)
    return Proposal(use.node, use.member, message, Safety.REVIEW, edit)


def _remove_setting(mask: cst.BaseExpression, facts: Facts) -> Edit | None:
    """Remove `set_tactic_sources` if its argument has no source that is left."""
    whole: cst.CSTNode = mask
    for up in facts.tree.ancestors(mask):
        if not isinstance(up, (cst.BinaryOperation, cst.UnaryOperation)):
            break
        whole = up
    if _keeps_a_source(whole, facts):
        return None
    parent = facts.tree.parent(whole)
    if isinstance(parent, cst.Arg):
        return _remove_setter(parent, facts)
    if isinstance(parent, cst.Assign) and len(parent.targets) == 1:
        name = code(parent.targets[0].target)
        reads = [
            node
            for node in walk_scope(facts.tree.scope(parent))
            if isinstance(node, cst.Name)
            and node.value == name
            and not isinstance(facts.tree.parent(node), cst.AssignTarget)
        ]
        arg = facts.tree.parent(reads[0]) if len(reads) == 1 else None
        edit = _remove_setter(arg, facts) if isinstance(arg, cst.Arg) else None
        return Edit(remove=(*edit.remove, parent)) if edit is not None else None
    return None


def _remove_setter(arg: cst.Arg, facts: Facts) -> Edit | None:
    call = facts.tree.parent(arg)
    if isinstance(call, cst.Call) and calls_method(call, "set_tactic_sources"):
        return remove_call(call, facts)
    return None


def _keeps_a_source(node: cst.CSTNode, facts: Facts) -> bool:
    """True if a mask has a term other than removed sources and `get_tactic_sources()`."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.BitOr, cst.BitAnd)):
        return _keeps_a_source(node.left, facts) or _keeps_a_source(node.right, facts)
    if isinstance(node, cst.UnaryOperation):
        return _keeps_a_source(node.expression, facts)
    if calls_method(node, "get_tactic_sources"):
        return False
    gone = {f"tensorrt.{member}" for member in RULE.members}
    values = [facts.value(n) for n in walk(node)]
    return not any(isinstance(value, Ref) and value.name in gone for value in values)
