"""Tell whether a module shows a sign of several optimization profiles."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts.profile_additions import adds_several_profiles
from trtmigrate.facts.profile_counts import asks_for_several
from trtmigrate.facts.profile_switches import switches_in
from trtmigrate.syntax.tree import Tree, code


def may_show_several_profiles(text: str) -> bool:
    """True if a text has a word without which nothing shows several profiles."""
    return any(
        word in text for word in ("optimization_profile", "[profile", "num_io_tensors", "[0")
    )


def shows_several_profiles(tree: Tree) -> bool:
    """True if the code switches profiles, works with their number, adds a second profile or knows
    the suffix of their names.

    Choosing profile 0, which every context starts with, is not such a sign.
    """
    counts = _names_holding(tree, "num_optimization_profiles")
    tensors = _names_holding(tree, "num_io_tensors")
    return (
        any(_is_arithmetic(node, counts) for node in tree.of_kind(cst.BinaryOperation))
        or any(_is_offset(node, tensors) for node in tree.of_kind(cst.BinaryOperation))
        or any(_is_in_place(node, counts) for node in tree.of_kind(cst.AugAssign))
        or any(asks_for_several(node, tree) for node in _reads(tree, counts))
        or any(not switch.to_first for switch in switches_in(tree))
        or adds_several_profiles(tree)
        or any("[profile" in node.value for node in tree.of_kind(cst.SimpleString))
        or any("[profile" in node.value for node in tree.of_kind(cst.FormattedStringText))
    )


def _names_holding(tree: Tree, member: str) -> set[str]:
    """Return the variables and attributes that are assigned a member of an engine."""
    return {
        code(target.target)
        for node in tree.of_kind(cst.Assign)
        if isinstance(node.value, cst.Attribute) and node.value.attr.value == member
        for target in node.targets
        if isinstance(target.target, (cst.Name, cst.Attribute))
    }


def _reads(tree: Tree, counts: set[str]) -> list[cst.Name | cst.Attribute]:
    """Return the places where the number of profiles is read or named."""
    attributes = [node for node in tree.of_kind(cst.Attribute) if _is_count(node, counts)]
    return [*attributes, *(use for name in counts for use in tree.named(name))]


def _is_count(
    node: cst.CSTNode, names: set[str], member: str = "num_optimization_profiles"
) -> bool:
    if isinstance(node, cst.Attribute):
        return node.attr.value == member or code(node) in names
    return isinstance(node, cst.Name) and node.value in names


def _is_offset(node: cst.BinaryOperation, tensors: set[str]) -> bool:
    """True for `k * n`, where n is the number of I/O tensors of one profile."""
    if not isinstance(node.operator, cst.Multiply):
        return False
    for count, other in ((node.left, node.right), (node.right, node.left)):
        if _is_count(count, tensors, "num_io_tensors"):
            return isinstance(other, (cst.Name, cst.Attribute))
    return False


def _is_arithmetic(node: cst.BinaryOperation, counts: set[str]) -> bool:
    """True for a product or quotient with the number of profiles, and for `[0] * k + addresses`."""
    if isinstance(node.operator, (cst.FloorDivide, cst.Divide, cst.Multiply)):
        return _is_count(node.left, counts) or _is_count(node.right, counts)
    padding = node.left if isinstance(node.operator, cst.Add) else None
    if not isinstance(padding, cst.BinaryOperation) or not isinstance(padding.left, cst.List):
        return False
    zeros = [isinstance(e.value, cst.Integer) and _is_zero(e.value) for e in padding.left.elements]
    return zeros == [True] and not isinstance(padding.right, cst.Integer)


def _is_in_place(node: cst.AugAssign, counts: set[str]) -> bool:
    """True for `n //= k` and `n *= k` with the number of profiles."""
    operators = (cst.FloorDivideAssign, cst.DivideAssign, cst.MultiplyAssign)
    return isinstance(node.operator, operators) and _is_count(node.value, counts)


def _is_zero(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Integer) and node.evaluated_value == 0
