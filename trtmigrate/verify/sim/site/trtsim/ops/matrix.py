"""Layers that sum products or look at a whole axis: matrices, reductions, softmax,
normalization.
"""

from __future__ import annotations

from typing import Callable, Dict, List, Sequence

import numpy as np

from ..release import refuse
from .registry import (
    Array,
    Attributes,
    Info,
    as_float,
    axes_of,
    broadcast,
    like_first,
    present,
    register,
)


def _operand_shape(info: Info, op: str) -> Sequence[int]:
    shape = list(info.shape)
    if op == "TRANSPOSE":
        shape[-2:] = shape[:-3:-1]
    elif op == "VECTOR":
        shape = [*shape, 1]
    return shape


def _product_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    left = _operand_shape(given[0], attributes["op0"])
    right = _operand_shape(given[1], attributes["op1"])
    if attributes["op0"] == "VECTOR":
        left = [*left[:-2], 1, left[-2]]
    if left[-1] != right[-2] and -1 not in (left[-1], right[-2]):
        raise ValueError("inner extents %d and %d differ" % (left[-1], right[-2]))
    shape = list(broadcast(tuple(left[:-2]), tuple(right[:-2])))
    if attributes["op0"] != "VECTOR":
        shape.append(left[-2])
    if attributes["op1"] != "VECTOR":
        shape.append(right[-1])
    return [Info(tuple(shape), given[0].dtype)]


def _product(attributes: Attributes, given: List[Array]) -> List[Array]:
    operands = []
    for place, name in enumerate(("op0", "op1")):
        x = as_float(given[place])
        if attributes[name] == "TRANSPOSE":
            x = np.swapaxes(x, -1, -2)
        elif attributes[name] == "VECTOR":
            x = x[..., None, :] if place == 0 else x[..., None]
        operands.append(x)
    found = np.matmul(operands[0], operands[1])
    if attributes["op1"] == "VECTOR":
        found = found[..., 0]
    if attributes["op0"] == "VECTOR":
        found = found[..., 0] if attributes["op1"] == "VECTOR" else found[..., 0, :]
    return [found]


def _connected_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    if len(given[0].shape) < 4:
        raise ValueError("at least 4 dimensions are required for input")
    outputs = attributes["num_output_channels"]
    return [Info((*given[0].shape[:-3], outputs, 1, 1), given[0].dtype)]


def _connected(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = as_float(given[0])
    flat = x.reshape(*x.shape[:-3], -1)
    outputs = attributes["num_output_channels"]
    kernel, bias = (
        given[place] if present(given, place) else attributes[name]
        for place, name in ((1, "kernel"), (2, "bias"))
    )
    found = flat @ as_float(kernel).reshape(outputs, -1).T
    if bias is not None and bias.size:
        found = found + as_float(bias).reshape(-1)
    return [found[..., None, None]]


def _einsum_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    inputs, _, output = attributes["equation"].replace(" ", "").partition("->")
    extents: Dict[str, int] = {}
    if "." in inputs:
        refuse("an Einsum equation with an ellipsis")
    for letters, info in zip(inputs.split(","), given):
        for letter, extent in zip(letters, info.shape):
            if extents.get(letter, -1) == -1:
                extents[letter] = extent
    return [Info(tuple(extents[letter] for letter in output), given[0].dtype)]


def _einsum(attributes: Attributes, given: List[Array]) -> List[Array]:
    return [np.einsum(attributes["equation"].replace(" ", ""), *[as_float(x) for x in given])]


REDUCTIONS: Dict[str, Callable[..., Array]] = {
    "SUM": np.sum,
    "PROD": np.prod,
    "MAX": np.max,
    "MIN": np.min,
    "AVG": np.mean,
}


def _reduce_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    shape = given[0].shape
    axes = axes_of(attributes["axes"], len(shape))
    if attributes["keep_dims"]:
        kept = [1 if axis in axes else extent for axis, extent in enumerate(shape)]
    else:
        kept = [extent for axis, extent in enumerate(shape) if axis not in axes]
    return [Info(tuple(kept), given[0].dtype)]


def _reduce(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = as_float(given[0])
    axes = axes_of(attributes["axes"], x.ndim)
    reduction = REDUCTIONS[attributes["op"]]
    return [reduction(x, axis=axes, keepdims=attributes["keep_dims"])]


def _softmax(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = as_float(given[0])
    mask = attributes["axes"]
    axes = axes_of(mask, x.ndim) if mask else (max(0, x.ndim - 3),)
    raised = np.exp(x - x.max(axis=axes, keepdims=True))
    return [raised / raised.sum(axis=axes, keepdims=True)]


def _normalization(attributes: Attributes, given: List[Array]) -> List[Array]:
    x, scale, bias = (as_float(array) for array in given)
    groups = attributes["num_groups"]
    shaped = x
    axes = axes_of(attributes["axes"], x.ndim)
    if groups > 1:
        shaped = x.reshape(x.shape[0], groups, -1, *x.shape[2:])
        axes = tuple(range(2, shaped.ndim))
    mean = shaped.mean(axis=axes, keepdims=True)
    variance = shaped.var(axis=axes, keepdims=True)
    normal = ((shaped - mean) / np.sqrt(variance + attributes["epsilon"])).reshape(x.shape)
    return [normal * scale + bias]


def _response(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = as_float(given[0])
    axis, window = x.ndim - 3, attributes["window_size"]
    squares = np.moveaxis(x * x, axis, 0)
    total = np.zeros_like(squares)
    for channel in range(len(squares)):
        low = max(0, channel - window // 2)
        total[channel] = squares[low : channel + window // 2 + 1].sum(axis=0)
    total = np.moveaxis(total, 0, axis)
    factor = attributes["k"] + attributes["alpha"] / window * total
    return [x / factor ** attributes["beta"]]


register("MATRIX_MULTIPLY", _product_infer, _product)
register("FULLY_CONNECTED", _connected_infer, _connected)
register("EINSUM", _einsum_infer, _einsum)
register("REDUCE", _reduce_infer, _reduce)
register("SOFTMAX", like_first, _softmax)
register("NORMALIZATION", like_first, _normalization)
register("LRN", like_first, _response)
