"""Remove the creation flag for an explicit batch dimension.

What changed: `NetworkDefinitionCreationFlag.EXPLICIT_BATCH` is gone since TensorRT 11.0. TensorRT
10.0 ignored it, as every network has an explicit batch dimension since then. Bit 0 now means
STRONGLY_TYPED (ignored as well), so the term is removed from the flags; nothing replaces it.

Before:

    EXPLICIT_BATCH = 1 << (int)(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    flags = 0
    flags |= 1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
    others = builder.create_network(EXPLICIT_BATCH), builder.create_network(flags)

After:

    EXPLICIT_BATCH = 0
    network = builder.create_network(0)
    flags = 0
    others = builder.create_network(EXPLICIT_BATCH), builder.create_network(flags)

Not rewritten when: the code keeps or passes on the enumerator itself, not its bit.

Safety: safe. A mask that may be read by other code than `create_network` keeps its value 1, which
networks ignore. Review where the code tests for the flag: the test is taken as True.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal, manual
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.build.flag_readers import only_creates_networks
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.removal.fold import fold_condition
from trtmigrate.rewrites.removal.masks import find_mask, remove_mask
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.effects import has_effect

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
        return manual(use.node, use.member, f"{MESSAGE}: remove it from the network's flags")
    tested = _find_test(mask, facts)
    if tested is not None:
        edit = fold_condition(tested, True, facts.tree)
        return Proposal(use.node, use.member, f"{MESSAGE}, so this is True", Safety.REVIEW, edit)
    if only_creates_networks(mask, facts):
        edit = remove_mask(mask, facts.tree)
        return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)
    message = f"{MESSAGE}; the flag keeps its value 1, as code that is no network may read it"
    edit = Edit({mask: cst.Integer("1")})
    return Proposal(use.node, use.member, message, Safety.SAFE, edit)


def _find_test(mask: cst.BaseExpression, facts: Facts) -> cst.BaseExpression | None:
    """Return `flags & mask`, which asks for the flag."""
    parent = facts.tree.parent(mask)
    if isinstance(parent, cst.BinaryOperation) and isinstance(parent.operator, cst.BitAnd):
        other = parent.left if parent.right is mask else parent.right
        return None if has_effect(other) else parent
    return None
