"""Tests for a kind of layer that no network has any more."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.facts import Facts, Use
from trtmigrate.rewrites.removal.fold import folded
from trtmigrate.syntax.tree import code, walk


def without_branch(use: Use, facts: Facts) -> Edit | None:
    """The edit that takes out a branch for layers whose type is the enumerator of a use; None where
    it is not asked for by `if x == trt.LayerType.KIND`.
    """
    tree = facts.tree
    target = tree.parent(use.node)
    test = tree.parent(target) if isinstance(target, cst.ComparisonTarget) else None
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return None
    if not isinstance(test.comparisons[0].operator, cst.Equal):
        return None
    if not code(test.left).endswith(".type") or not _decides(test, facts):
        return None
    block = next(up for up in tree.ancestors(test) if isinstance(up, cst.If)).body
    if any(isinstance(n, cst.Yield) for n in walk(block)):  # a generator would no longer be one
        return None
    return folded(test, False, tree)


def _decides(test: cst.BaseExpression, facts: Facts) -> bool:
    """Whether a test is that of an `if`, or has to be true for it."""
    parent = facts.tree.parent(test)
    if isinstance(parent, cst.BooleanOperation) and isinstance(parent.operator, cst.And):
        return parent.left is test and _decides(parent, facts)
    return isinstance(parent, cst.If) and parent.test is test
