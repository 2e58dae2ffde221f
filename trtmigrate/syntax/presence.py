"""Recognize comparisons with the index -1, which says that nothing was found."""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax.tree import Tree, code


def find_presence_test(node: cst.CSTNode, tree: Tree) -> tuple[cst.CSTNode, str] | None:
    """Return the comparison around an index that only asks whether it was found, as in `i != -1`,
    and the operator that asks the same of the list: `in` or `not in`.
    """
    parent = tree.parent(node)
    if not isinstance(parent, cst.Comparison) or parent.left is not node:
        return None
    if len(parent.comparisons) != 1:
        return None
    target = parent.comparisons[0]
    kind = (type(target.operator).__name__, code(target.comparator))
    if kind in (("NotEqual", "-1"), ("GreaterThanEqual", "0"), ("GreaterThan", "-1")):
        return parent, "in"
    if kind in (("Equal", "-1"), ("LessThan", "0"), ("LessThanEqual", "-1")):
        return parent, "not in"
    return None
