"""Whether a module shows a sign of several optimization profiles."""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax.tree import walk


def shows_several_profiles(module: cst.Module) -> bool:
    """True if the code switches profiles, counts them, adds a second one or knows their name
    suffix.

    Choosing profile 0, which every context starts with, is no such sign.
    """
    added = 0
    counts = _names_of_count(module)
    for node in walk(module):
        if isinstance(node, cst.BinaryOperation) and _is_arithmetic(node, counts):
            return True
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            called = node.func.attr.value
            if called == "set_optimization_profile_async" and node.args:
                if not _is_zero(node.args[0].value):
                    return True
            if called == "add_optimization_profile":
                added += 1
                if added > 1:
                    return True
        if isinstance(node, cst.Assign):
            for target in node.targets:
                if (
                    isinstance(target.target, cst.Attribute)
                    and target.target.attr.value == "active_optimization_profile"
                    and not _is_zero(node.value)
                ):
                    return True
        if (
            isinstance(node, (cst.SimpleString, cst.FormattedStringText))
            and "[profile" in node.value
        ):
            return True
    return False


def _names_of_count(module: cst.Module) -> set[str]:
    """The variables that hold the number of profiles."""
    return {
        target.target.value
        for node in walk(module)
        if isinstance(node, cst.Assign) and _is_count(node.value, set())
        for target in node.targets
        if isinstance(target.target, cst.Name)
    }


def _is_count(node: cst.CSTNode, names: set[str]) -> bool:
    if isinstance(node, cst.Attribute):
        return node.attr.value == "num_optimization_profiles"
    return isinstance(node, cst.Name) and node.value in names


def _is_arithmetic(node: cst.BinaryOperation, counts: set[str]) -> bool:
    """A division or multiplication by the number of profiles, or `[0] * offset + addresses`."""
    if isinstance(node.operator, (cst.FloorDivide, cst.Divide, cst.Multiply)):
        return _is_count(node.left, counts) or _is_count(node.right, counts)
    padding = node.left if isinstance(node.operator, cst.Add) else None
    if not isinstance(padding, cst.BinaryOperation) or not isinstance(padding.left, cst.List):
        return False
    zeros = [isinstance(e.value, cst.Integer) and _is_zero(e.value) for e in padding.left.elements]
    return zeros == [True] and not isinstance(padding.right, cst.Integer)


def _is_zero(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Integer) and node.evaluated_value == 0
