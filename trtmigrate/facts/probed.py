"""Tell which reads of a member the program makes only where it finds the member."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.tree import Tree, code


def is_behind_own_probe(node: cst.CSTNode, tree: Tree) -> bool:
    """True for `x.member` where `hasattr(x, "member")` is True.

    Whatever `x` is, a target without the member does not get there.
    """
    if not isinstance(node, cst.Attribute):
        return False
    owner, member = code(node.value), node.attr.value
    below: cst.CSTNode = node
    for up in tree.ancestors(node):
        if isinstance(up, (cst.FunctionDef, cst.ClassDef)):
            return False
        if isinstance(up, (cst.If, cst.IfExp)) and up.body is below:
            if any(_probes(part, owner, member) for part in _all_true(up.test)):
                return True
        below = up
    return False


def _all_true(test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Yield the parts of a test that are all true if the test is."""
    if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
        yield from _all_true(test.left)
        yield from _all_true(test.right)
    else:
        yield test


def _probes(test: cst.BaseExpression, owner: str, member: str) -> bool:
    if not isinstance(test, cst.Call) or not calls_function(test, "hasattr"):
        return False
    if len(test.args) != 2 or code(test.args[0].value) != owner:
        return False
    asked = test.args[1].value
    return isinstance(asked, cst.SimpleString) and asked.evaluated_value == member
