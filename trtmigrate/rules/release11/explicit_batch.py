"""Remove the creation flag for an explicit batch dimension.

What changed: `NetworkDefinitionCreationFlag.EXPLICIT_BATCH` is gone since TensorRT 11.0. TensorRT
10.0 ignored it, as every network has an explicit batch dimension since then. Bit 0 now means
STRONGLY_TYPED (ignored as well), so the term is removed from the flags; nothing replaces it.

Before:

    EXPLICIT_BATCH = 1 << (int)(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    flags |= 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)

After:

    EXPLICIT_BATCH = 0
    network = builder.create_network(0)

Not rewritten when: the code keeps or passes on the enumerator itself, not its bit.

Safety: safe. A variable that serves another purpose besides keeps its value 1, which networks
ignore.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.removal.masks import find_mask, remove_mask
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.tree import code, walk

RULE = Rule(
    "TRT601",
    "Flag for an explicit batch dimension",
    Safety.SAFE,
    members=("NetworkDefinitionCreationFlag.EXPLICIT_BATCH",),
)
MESSAGE = "EXPLICIT_BATCH is gone; every network has an explicit batch dimension"


@RULE.checks
def explicit_batch(use: Use, facts: Facts) -> Proposal:
    guard = report_probe(use, f"{MESSAGE}; getattr returns its default")
    if guard is not None:
        return guard
    mask = find_mask(use.whole, facts.tree)
    if mask is None:
        return manual(
            use.node, use.member, f"{MESSAGE}: remove it from the flags of create_network"
        )
    elsewhere = _other_purpose(mask, facts)
    if elsewhere is None:
        edit = remove_mask(mask, facts.tree)
        return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
    message = f"{MESSAGE}; `{elsewhere}` keeps its value 1, as it also serves something else"
    edit = Edit({mask: cst.Integer("1")})
    return Proposal(use.node, use.member, message, Safety.SAFE, edit)


def _other_purpose(mask: cst.BaseExpression, facts: Facts) -> str | None:
    """The variable that is assigned the mask, if anything but a creation of networks reads it."""
    assign = facts.tree.parent(mask)
    if not isinstance(assign, cst.Assign) or len(assign.targets) != 1:
        return None
    name = code(assign.targets[0].target)
    for node in walk(facts.tree.module):
        if isinstance(node, (cst.Name, cst.Attribute)) and code(node) == name:
            parent = facts.tree.parent(node)
            if isinstance(parent, (cst.AssignTarget, cst.AugAssign, cst.Attribute)):
                continue
            if not _feeds_a_network(node, facts):
                return name
    return None


def _feeds_a_network(node: cst.CSTNode, facts: Facts) -> bool:
    """Whether a value goes into a call as an argument, or into a wider mask or another variable."""
    for up in facts.tree.ancestors(node):
        if isinstance(up, cst.BinaryOperation) and isinstance(up.operator, cst.BitOr):
            continue
        if isinstance(up, (cst.Arg, cst.IfExp, cst.Param)):
            if isinstance(up, cst.IfExp) and up.test is node:
                return False
            call = facts.tree.parent(up)
            return not (isinstance(call, cst.Call) and code(call.func) in ("print", "str", "range"))
        return isinstance(
            up, (cst.Assign, cst.AugAssign, cst.Return, cst.ImportAlias, cst.Del, cst.Global)
        )
    return False
