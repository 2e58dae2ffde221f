"""Layers that pick elements by index or find indices of elements."""

from __future__ import annotations

from typing import List, Sequence

import numpy as np

from ..release import TENSOR_NAMES_ONLY, refuse
from .registry import Array, Attributes, Info, as_float, axes_of, present, register


def _gather_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    data, indices = given[0].shape, given[1].shape
    mode, batch = attributes["mode"], attributes["num_elementwise_dims"]
    if mode == "ELEMENT":
        return [Info(indices, given[0].dtype)]
    if mode == "ND":
        depth = indices[-1]
        return [Info((*indices[:-1], *data[batch + depth :]), given[0].dtype)]
    axis = attributes["axis"] % len(data)
    return [Info((*data[:axis], *indices[batch:], *data[axis + 1 :]), given[0].dtype)]


def _gather(attributes: Attributes, given: List[Array]) -> List[Array]:
    data, indices = given[0], given[1].astype(np.int64)
    mode, batch = attributes["mode"], attributes["num_elementwise_dims"]
    if mode == "ELEMENT":
        return [np.take_along_axis(data, indices, axis=attributes["axis"])]
    if mode == "ND":
        if batch:
            pairs = [
                _gather({**attributes, "num_elementwise_dims": batch - 1}, [d, i])[0]
                for d, i in zip(data, indices)
            ]
            return [np.stack(pairs)]
        return [data[tuple(np.moveaxis(indices, -1, 0))]]
    axis = attributes["axis"] % data.ndim
    if batch:
        inner = {**attributes, "axis": axis - 1, "num_elementwise_dims": batch - 1}
        return [np.stack([_gather(inner, [d, i])[0] for d, i in zip(data, indices)])]
    return [np.take(data, indices, axis=axis)]


def _top_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    shape = list(given[0].shape)
    (axis,) = axes_of(attributes["axes"], len(shape))
    if present(given, 1):
        shape[axis] = -1 if given[1].value is None else int(given[1].value)
    else:
        shape[axis] = attributes["k"]
    return [Info(tuple(shape), given[0].dtype), Info(tuple(shape), "INT32")]


def _top(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = given[0]
    (axis,) = axes_of(attributes["axes"], x.ndim)
    k = int(given[1]) if present(given, 1) else attributes["k"]
    keys = as_float(x)
    order = np.argsort(-keys if attributes["op"] == "MAX" else keys, axis=axis, kind="stable")
    order = np.take(order, range(k), axis=axis)
    return [np.take_along_axis(x, order, axis=axis), order]


def _one_hot_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    depth = -1 if given[2].value is None else int(given[2].value)
    shape = list(given[0].shape)
    shape.insert(attributes["axis"] % (len(shape) + 1), depth)
    return [Info(tuple(shape), given[1].dtype)]


def _one_hot(attributes: Attributes, given: List[Array]) -> List[Array]:
    indices, values, depth = given[0], given[1], int(given[2])
    axis = attributes["axis"] % (indices.ndim + 1)
    hit = np.moveaxis(indices[..., None] % depth == np.arange(depth), -1, axis)
    return [np.where(hit, values[1], values[0])]


def _non_zero_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return [Info((len(given[0].shape), -1), "INT32")]


def _non_zero(attributes: Attributes, given: List[Array]) -> List[Array]:
    return [np.stack(np.nonzero(given[0])) if given[0].ndim else np.zeros((0, 1))]


def _scatter_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return [Info(given[0].shape, given[0].dtype)]


def _scatter(attributes: Attributes, given: List[Array]) -> List[Array]:
    data, indices, updates = given[0].copy(), given[1].astype(np.int64), given[2]
    if attributes["mode"] == "ELEMENT":
        np.put_along_axis(data, indices, updates, axis=attributes["axis"])
    else:
        data[tuple(np.moveaxis(indices, -1, 0))] = updates
    return [data]


def _reverse(attributes: Attributes, given: List[Array]) -> List[Array]:
    batch, sequence = attributes["batch_axis"], attributes["sequence_axis"]
    found = np.moveaxis(given[0], (batch, sequence), (0, 1)).copy()
    for row, length in zip(found, given[1]):
        row[:length] = row[:length][::-1].copy()
    return [np.moveaxis(found, (0, 1), (batch, sequence))]


def _ragged_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return [Info(given[0].shape, given[0].dtype)]


def _ragged(attributes: Attributes, given: List[Array]) -> List[Array]:
    x, bounds = as_float(given[0]), given[1]
    inside = np.arange(x.shape[-1]) < bounds.reshape(*x.shape[:-1], 1)
    raised = np.where(inside, np.exp(x - np.where(inside, x, -np.inf).max(-1, keepdims=True)), 0)
    total = raised.sum(-1, keepdims=True)
    return [np.where(total > 0, raised / total, 0)]


def _cumulative(attributes: Attributes, given: List[Array]) -> List[Array]:
    x, axis = as_float(given[0]), int(given[1])
    if attributes["op"] != "SUM":
        refuse("CumulativeOperation.%s" % attributes["op"])
    if attributes["reverse"]:
        x = np.flip(x, axis)
    found = np.cumsum(x, axis=axis) - (x if attributes["exclusive"] else 0)
    return [np.flip(found, axis) if attributes["reverse"] else found]


register("GATHER", _gather_infer, _gather)
register("TOPK", _top_infer, _top)
register("ONE_HOT", _one_hot_infer, _one_hot)
register("NON_ZERO", _non_zero_infer, _non_zero)
register("SCATTER", _scatter_infer, _scatter)
register("REVERSE_SEQUENCE", _scatter_infer, _reverse)
register("RAGGED_SOFTMAX", _ragged_infer, _ragged)
if TENSOR_NAMES_ONLY:
    register("CUMULATIVE", _scatter_infer, _cumulative)
