"""Tell whether a module shows a sign of several optimization profiles."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts.profile_switches import switches_in
from trtmigrate.syntax.tree import Tree

ADD = "add_optimization_profile"


def may_show_several_profiles(text: str) -> bool:
    """True if a text has a word without which nothing shows several profiles."""
    return any(
        word in text for word in ("optimization_profile", "[profile", "num_io_tensors", "[0")
    )


def shows_several_profiles(tree: Tree) -> bool:
    """True if the code switches profiles, counts them, goes over them, adds a second profile or
    knows the suffix of their names.

    Choosing profile 0, which every context starts with, is not such a sign.
    """
    counts = _names_holding(tree, "num_optimization_profiles")
    tensors = _names_holding(tree, "num_io_tensors")
    calls = [c for c in tree.of_kind(cst.Call) if isinstance(c.func, cst.Attribute)]
    return (
        any(_is_arithmetic(node, counts) for node in tree.of_kind(cst.BinaryOperation))
        or any(_is_offset(node, tensors) for node in tree.of_kind(cst.BinaryOperation))
        or any(_is_in_place(node, counts) for node in tree.of_kind(cst.AugAssign))
        or any(_divides(call, counts) for call in tree.of_kind(cst.Call))
        or any(_is_range_of(call, counts) for call in tree.of_kind(cst.Call))
        or any(not switch.to_first for switch in switches_in(tree))
        or sum(_times(call, tree) for call in calls if _calls(call, ADD)) > 1
        or any("[profile" in node.value for node in tree.of_kind(cst.SimpleString))
        or any("[profile" in node.value for node in tree.of_kind(cst.FormattedStringText))
    )


def _times(call: cst.Call, tree: Tree) -> int:
    """Return how often a call is made at least: 2 in a loop over several items that are written
    down.
    """
    loops = (up for up in tree.ancestors(call) if isinstance(up, cst.For))
    return 2 if any(_goes_over_several(loop.iter, tree) for loop in loops) else 1


def _goes_over_several(node: cst.BaseExpression, tree: Tree) -> bool:
    if isinstance(node, cst.Call) and node.args:  # enumerate, zip, reversed, range
        numbers = [arg.value for arg in node.args if isinstance(arg.value, cst.Integer)]
        if isinstance(node.func, cst.Name) and node.func.value == "range":
            return len(node.args) == 1 and bool(numbers) and numbers[0].evaluated_value > 1
        return _goes_over_several(node.args[0].value, tree)
    if isinstance(node, cst.Name):
        held = [
            assign.value
            for assign in tree.of_kind(cst.Assign)
            for target in assign.targets
            if isinstance(target.target, cst.Name) and target.target.value == node.value
        ]
        return len(held) == 1 and _is_several(held[0])
    return _is_several(node)


def _is_several(node: cst.BaseExpression) -> bool:
    return isinstance(node, (cst.Tuple, cst.List)) and len(node.elements) > 1


def _calls(call: cst.Call, method: str) -> bool:
    return isinstance(call.func, cst.Attribute) and call.func.attr.value == method


def _names_holding(tree: Tree, member: str) -> set[str]:
    """Return the variables that are assigned a member of an engine."""
    return {
        target.target.value
        for node in tree.of_kind(cst.Assign)
        if isinstance(node.value, cst.Attribute) and node.value.attr.value == member
        for target in node.targets
        if isinstance(target.target, cst.Name)
    }


def _is_count(
    node: cst.CSTNode, names: set[str], member: str = "num_optimization_profiles"
) -> bool:
    if isinstance(node, cst.Attribute):
        return node.attr.value == member
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


def _divides(call: cst.Call, counts: set[str]) -> bool:
    """True for `divmod(n, k)` and `numpy.floor_divide(n, k)` with the number of profiles."""
    func = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    name = func.value if isinstance(func, cst.Name) else ""
    if name not in ("divmod", "floor_divide", "floordiv") or len(call.args) != 2:
        return False
    return _is_count(call.args[1].value, counts)


def _is_range_of(call: cst.Call, counts: set[str]) -> bool:
    """True for `range(k)` with the number of profiles."""
    named = isinstance(call.func, cst.Name) and call.func.value == "range"
    return named and any(_is_count(arg.value, counts) for arg in call.args)


def _is_zero(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Integer) and node.evaluated_value == 0
