"""Fold the question whether the batch dimension of an engine is implicit.

What changed: `has_implicit_batch_dimension` of an engine or a network is always False since
TensorRT 10.0; `ICudaEngine` lost it in 11.0. A branch for implicit batch that uses API which
10.0 removed goes together with its test.

Before:

    shape = (3, 224, 224)
    if engine.has_implicit_batch_dimension:
        shape = (batch_size, *shape)
    if not engine.has_implicit_batch_dimension and dynamic:
        context.set_input_shape("input", shape)

After:

    shape = (3, 224, 224)
    if dynamic:
        context.set_input_shape("input", shape)

Not rewritten when: the target still has the property and no removed API depends on its answer; or
for `getattr` with a default, which still works.

Safety: safe; review where a branch for implicit batch goes, which older releases can reach.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.editing.edit import Proposal
from trtmigrate.editing.tensor_names import reachable
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Const, Instance
from trtmigrate.facts.reads import Read
from trtmigrate.findings import Safety
from trtmigrate.rewrites.messages import report_probe
from trtmigrate.rewrites.removal.fold import fold_condition
from trtmigrate.rules.base import Rule

RULE = Rule(
    "TRT614",
    "Whether the batch dimension is implicit",
    Safety.SAFE,
    members=("ICudaEngine.has_implicit_batch_dimension",),
)
NAME = "has_implicit_batch_dimension"
MESSAGE = f"{NAME} is gone; every batch dimension is explicit since TensorRT 10.0, so it is False"
ALWAYS = (
    f"{NAME} is False since TensorRT 10.0, so the branch with the removed API goes; on TensorRT "
    "8.6, plans with implicit batch need it"
)


@RULE.checks
def implicit_batch_dimension(use: Use, facts: Facts) -> Proposal:
    guard = report_probe(use, MESSAGE)
    if guard is not None:
        return guard
    assert isinstance(use.node, cst.BaseExpression)
    edit = fold_condition(use.node, False, facts.tree)
    return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, edit)


@RULE.scans
def branches(facts: Facts) -> Iterator[Proposal]:
    """Find branches for implicit batch that use removed API, where the target has the property."""
    dead = [use.node for use in facts.uses if use.read.dead]
    for node, read in facts.reads.items():
        if not dead or not _is_settled(node, read, facts):
            continue
        assert isinstance(node, cst.Attribute)
        edit = fold_condition(node, False, facts.tree)
        present = reachable(facts.module, [edit])
        if any(use not in present for use in dead):
            yield Proposal(node, f"{_class(read)}.{NAME}", ALWAYS, Safety.REVIEW, edit)


def _is_settled(node: cst.CSTNode, read: Read, facts: Facts) -> bool:
    """True if a read of the property returns False on the target, and does not fail."""
    if read.member != NAME or read.dead or not isinstance(node, cst.Attribute):
        return False
    value = facts.value(node)
    gone = f"{_class(read)}.{NAME}" in facts.missing
    return isinstance(value, Const) and value.versioned and not gone


def _class(read: Read) -> str:
    return read.owner.cls if isinstance(read.owner, Instance) else "?"
