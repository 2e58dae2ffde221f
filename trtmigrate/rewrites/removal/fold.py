"""Conditions that are always true or always false on the target, and the code around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from trtmigrate.editing.edit import Edit, Statement
from trtmigrate.syntax.effects import has_effect
from trtmigrate.syntax.tree import Tree, Try


def fold_condition(node: cst.BaseExpression, truth: bool, tree: Tree) -> Edit:
    """Return the edit that replaces `node` by `truth` and simplifies the code that tests it.

    `not`, `and` and `or` fold. A branch that always runs replaces its `if`; a branch that never
    runs goes. The statements of a branch stay the original nodes, so that other edits reach them.
    """
    parent = tree.parent(node)
    if isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not):
        return fold_condition(parent, not truth, tree)
    if isinstance(parent, cst.Comparison):
        same = _find_compared_constant(parent, node)
        if same is not None:
            return fold_condition(parent, same is truth, tree)
    if isinstance(parent, cst.BooleanOperation):
        return _fold_chain(parent, node, truth, tree)
    if isinstance(parent, cst.If) and parent.test is node:
        return _fold_branch(parent, truth, tree)
    if isinstance(parent, cst.IfExp) and parent.test is node:
        return Edit({parent: parent.body if truth else parent.orelse})
    if isinstance(parent, cst.Assert) and parent.test is node and truth:
        return Edit(remove=(parent,))
    if (
        isinstance(parent, cst.AugAssign)
        and isinstance(parent.operator, cst.BitAndAssign)
        and truth
    ):
        return Edit(remove=(parent,))
    return Edit({node: cst.Name(str(truth))})


def _find_compared_constant(parent: cst.Comparison, node: cst.CSTNode) -> bool | None:
    """Return the value of `node` that makes `node == constant` (or `!=`) true."""
    if parent.left is not node or len(parent.comparisons) != 1:
        return None
    (target,) = parent.comparisons
    if not isinstance(target.comparator, cst.Name):
        return None
    constant = {"True": True, "False": False}.get(target.comparator.value)
    if constant is None:
        return None
    if isinstance(target.operator, (cst.Equal, cst.Is)):
        return constant
    if isinstance(target.operator, (cst.NotEqual, cst.IsNot)):
        return not constant
    return None


def _fold_chain(
    parent: cst.BooleanOperation, node: cst.BaseExpression, truth: bool, tree: Tree
) -> Edit:
    other = parent.left if parent.right is node else parent.right
    if truth is isinstance(parent.operator, cst.And):  # the result is the other operand
        return Edit({parent: other})
    if parent.left is node or not has_effect(parent.left):  # the result is `truth`
        return fold_condition(parent, truth, tree)
    return Edit({node: cst.Name(str(truth))})


def _fold_branch(node: cst.If, truth: bool, tree: Tree) -> Edit:
    """Fold an `if` whose test is known; `elif` and `else` move up. The comments within a branch
    that never runs go with it.
    """
    dead = node.orelse if truth else node.body
    edit = _without_test(node, truth, tree)
    return edit if dead is None else replace(edit, with_comments=(*edit.with_comments, dead))


def _without_test(node: cst.If, truth: bool, tree: Tree) -> Edit:
    above = tree.parent(node)
    if isinstance(above, cst.If) and above.orelse is node:
        if truth:
            return Edit({node: cst.Else(body=node.body, leading_lines=node.leading_lines)})
        return Edit({node: node.orelse}) if node.orelse is not None else Edit(remove=(node,))
    if truth:
        return _hoist(node, node.body)
    if isinstance(node.orelse, cst.If):
        return put_in_place_of(node, [node.orelse])
    return _hoist(node, node.orelse.body if node.orelse is not None else None)


def _hoist(node: cst.If, body: cst.BaseSuite | None) -> Edit:
    """Put the statements of `body`, if any, in the place of `node`; the comments above it stay."""
    lines: Sequence[Statement] = ()
    if isinstance(body, cst.IndentedBlock):
        lines = [s for s in body.body if not is_pass(s)]
    elif isinstance(body, cst.SimpleStatementSuite):
        lines = [cst.SimpleStatementLine(body.body, trailing_whitespace=body.trailing_whitespace)]
    return put_in_place_of(node, lines)


def put_in_place_of(node: cst.If | Try, lines: Sequence[Statement]) -> Edit:
    """Put original statements, if any, in the place of `node`; the comments above it stay."""
    if not lines:
        return Edit(remove=(node,))
    nothing = cst.Pass()
    gap = cst.SimpleStatementLine([nothing], leading_lines=node.leading_lines)
    return Edit({node: gap}, after={node: tuple(lines)}, remove=(nothing,))


def is_pass(line: cst.CSTNode) -> bool:
    """True for a line with nothing but `pass`."""
    return isinstance(line, cst.SimpleStatementLine) and all(
        isinstance(small, cst.Pass) for small in line.body
    )
