"""The number of dimensions of a network's tensor, as the layers that make it show it."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import External, Instance, Items
from trtmigrate.syntax.calls import argument

# These give (N, C, H, W); with `_nd`, N and C and as many extents as the window has.
_OF_IMAGES = ("add_convolution", "add_deconvolution", "add_pooling")
_KEEP_RANK = (
    "add_activation",
    "add_scale",
    "add_lrn",
    "add_softmax",
    "add_identity",
    "add_unary",
    "add_fully_connected",
    "add_elementwise",
)


def count_dimensions(tensor: cst.CSTNode, facts: Facts, depth: int = 20) -> int | None:
    """Return the number of dimensions of a tensor; None if the code does not show it."""
    value = facts.value(tensor)
    made = value.origin if isinstance(value, (Instance, External)) else None
    if depth == 0 or not isinstance(made, cst.Call) or not isinstance(made.func, cst.Attribute):
        return None
    method = made.func.attr.value
    if method == "get_output":
        return _count_of_layer(made.func.value, facts, depth)
    if method == "add_input":
        shape = argument(made, 2, "shape")
        given = facts.value(shape.value) if shape is not None else None
        if isinstance(given, Items) and given.items is not None and len(given.items) > 3:
            return len(given.items)
    return None


def _count_of_layer(layer: cst.CSTNode, facts: Facts, depth: int) -> int | None:
    value = facts.value(layer)
    made = value.origin if isinstance(value, (Instance, External)) else None
    if not isinstance(made, cst.Call) or not isinstance(made.func, cst.Attribute):
        return None
    method = made.func.attr.value
    if method in _OF_IMAGES:
        return 4
    if method.removesuffix("_nd") in _OF_IMAGES:
        window = argument(made, 2, "kernel_shape", "window_size")
        sizes = facts.value(window.value) if window is not None else None
        if isinstance(sizes, Items) and sizes.items is not None:
            return 2 + len(sizes.items)
        return None
    source = argument(made, 0, "input", "input1")
    if method in _KEEP_RANK and source is not None:
        return count_dimensions(source.value, facts, depth - 1)
    return None
