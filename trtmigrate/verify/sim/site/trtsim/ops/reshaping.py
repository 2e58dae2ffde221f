"""Layers that give the same elements another shape or place, or tell a shape."""

from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np

from ..dtypes import SHAPE_TYPE, to_numpy
from ..release import refuse
from .registry import Array, Attributes, Info, as_float, present, register


def _transposed(shape: Sequence[Any], order: Optional[Sequence[int]]) -> List[Any]:
    return [shape[axis] for axis in order[: len(shape)]] if order else list(shape)


def _wanted(attributes: Attributes, given: Sequence[Info]) -> Optional[List[int]]:
    if present(given, 1):
        value = given[1].value
        return [int(n) for n in value] if value is not None else [-2] * given[1].shape[0]
    found = attributes["reshape_dims"]
    return list(found) if found is not None else None


def _reshaped(shape: Sequence[int], wanted: List[int], placeholder: bool) -> Tuple[int, ...]:
    """The extents after a reshape: 0 copies one, -1 is what is left, -2 is not known yet."""
    found = [shape[i] if n == 0 and placeholder else n for i, n in enumerate(wanted)]
    if -2 in found:
        return tuple(-1 if n == -2 else n for n in found)
    if -1 in wanted:
        place = wanted.index(-1)
        others = [n for i, n in enumerate(found) if i != place]
        # An unknown extent that is copied cancels out.
        left, copied = list(shape), [n for n in others if n == -1]
        for n in copied:
            left.remove(n)
        others = [n for n in others if n != -1]
        if -1 in left:
            found[place] = -1
        else:
            product = math.prod(others)
            found[place] = math.prod(left) // product if product else 0
    if all(n >= 0 for n in (*shape, *found)) and math.prod(shape) != math.prod(found):
        raise ValueError("reshape changes the volume: %s to %s" % (tuple(shape), tuple(found)))
    return tuple(found)


def _shuffle_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    shape = _transposed(given[0].shape, attributes["first_transpose"])
    wanted = _wanted(attributes, given)
    if wanted is not None:
        shape = list(_reshaped(shape, wanted, attributes["zero_is_placeholder"]))
    return [Info(tuple(_transposed(shape, attributes["second_transpose"])), given[0].dtype)]


def _shuffle(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = given[0]
    if attributes["first_transpose"]:
        x = x.transpose(attributes["first_transpose"][: x.ndim])
    wanted = [int(n) for n in given[1]] if present(given, 1) else attributes["reshape_dims"]
    if wanted is not None:
        x = x.reshape(_reshaped(x.shape, list(wanted), attributes["zero_is_placeholder"]))
    if attributes["second_transpose"]:
        x = x.transpose(attributes["second_transpose"][: x.ndim])
    return [x]


def _shape_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    shape = given[0].shape
    value = np.array(shape, to_numpy(SHAPE_TYPE)) if given[0].is_static else None
    return [Info((len(shape),), SHAPE_TYPE, value)]


def _shape(attributes: Attributes, given: List[Array]) -> List[Array]:
    return [np.array(given[0].shape, to_numpy(SHAPE_TYPE))]


def _concatenation_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    axis, rank = attributes["axis"], len(given[0].shape)
    axis = max(0, rank - 3) if axis is None else axis % rank
    shape = list(given[0].shape)
    for info in given[1:]:
        shape = [b if a == -1 else a for a, b in zip(shape, info.shape)]
    extents = [info.shape[axis] for info in given]
    shape[axis] = -1 if -1 in extents else sum(extents)
    for info in given:
        if any(
            a != b and -1 not in (a, b)
            for i, (a, b) in enumerate(zip(shape, info.shape))
            if i != axis
        ):
            raise ValueError("concatenation of %s" % [one.shape for one in given])
    return [Info(tuple(shape), given[0].dtype)]


def _concatenation(attributes: Attributes, given: List[Array]) -> List[Array]:
    axis = attributes["axis"]
    return [np.concatenate(given, axis=max(0, given[0].ndim - 3) if axis is None else axis)]


def _slice_sizes(attributes: Attributes, given: Sequence[Info]) -> Tuple[int, ...]:
    if present(given, 2):
        value = given[2].value
        return tuple(int(n) for n in value) if value is not None else (-1,) * given[2].shape[0]
    if not attributes["shape"]:
        return (-1,) * len(given[0].shape)
    return tuple(attributes["shape"])


def _slice_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return [Info(_slice_sizes(attributes, given), given[0].dtype)]


def _slice(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = given[0]
    names = ("start", "shape", "stride")
    start, sizes, stride = (
        [int(n) for n in (given[place] if present(given, place) else attributes[name])]
        for place, name in enumerate(names, 1)
    )
    mode = attributes["mode"]
    outside = np.zeros((), np.bool_)
    for axis, extent in enumerate(x.shape):
        at = start[axis] + stride[axis] * np.arange(sizes[axis])
        missing = (at < 0) | (at >= extent)
        if mode == "WRAP":
            at = at % extent
        elif mode == "CLAMP" or mode == "FILL":
            at = np.clip(at, 0, extent - 1)
        elif mode == "REFLECT":
            period = max(1, 2 * (extent - 1))
            at = at % period
            at = np.where(at >= extent, period - at, at)
        elif missing.any():
            raise ValueError("slice goes past extent %d of axis %d" % (extent, axis))
        shape = [1] * x.ndim
        shape[axis] = -1
        outside = outside | missing.reshape(shape)
        x = np.take(x, at, axis=axis)
    if mode == "FILL":
        x = np.where(outside, given[4] if present(given, 4) else x.dtype.type(0), x)
    return [x]


def _resize_sizes(attributes: Attributes, given: Sequence[Info]) -> Tuple[int, ...]:
    shape = given[0].shape
    if present(given, 1):
        value = given[1].value
        return tuple(int(n) for n in value) if value is not None else (-1,) * len(shape)
    if attributes["scales"]:
        pairs = zip(shape, attributes["scales"])
        return tuple(-1 if n < 0 else math.floor(n * scale) for n, scale in pairs)
    if attributes["shape"] is None:
        return shape
    return tuple(attributes["shape"])


def _resize_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return [Info(_resize_sizes(attributes, given), given[0].dtype)]


def _coordinates(size: int, target: int, attributes: Attributes, scale: float) -> Array:
    out = np.arange(target, dtype=np.float64)
    # Left alone, it goes with the mode.
    by_mode = "HALF_PIXEL" if attributes["resize_mode"] == "LINEAR" else "ASYMMETRIC"
    rule = attributes["coordinate_transformation"] or by_mode
    if target == 1 and attributes["selector_for_single_pixel"] == "UPPER":
        return np.zeros(1)
    if rule == "ALIGN_CORNERS":
        return out * (size - 1) / (target - 1) if target > 1 else out * 0
    if rule == "HALF_PIXEL":
        return (out + 0.5) / scale - 0.5
    return out / scale


_ROUND: Dict[str, Callable[[Array], Array]] = {
    "HALF_UP": lambda at: np.floor(at + 0.5),
    "HALF_DOWN": lambda at: np.ceil(at - 0.5),
    "FLOOR": np.floor,
    "CEIL": np.ceil,
}


def _resize(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = as_float(given[0])
    infos = [Info(a.shape, "FLOAT", a if i else None) for i, a in enumerate(given)]
    sizes = _resize_sizes(attributes, infos)
    for axis, target in enumerate(sizes):
        size = x.shape[axis]
        scales = attributes["scales"] if len(given) == 1 else None
        scale = scales[axis] if scales else target / size
        if target == size and scale == 1:
            continue
        at = _coordinates(size, target, attributes, scale)
        if attributes["resize_mode"] == "NEAREST":
            at = _ROUND[attributes["nearest_rounding"]](at)
            x = np.take(x, np.clip(at, 0, size - 1).astype(int), axis=axis)
        elif attributes["resize_mode"] == "LINEAR":
            at = np.clip(at, 0, size - 1)
            low = np.floor(at).astype(int)
            shape = [1] * x.ndim
            shape[axis] = -1
            part = (at - low).astype(np.float32).reshape(shape)
            high = np.minimum(low + 1, size - 1)
            x = np.take(x, low, axis=axis) * (1 - part) + np.take(x, high, axis=axis) * part
        else:
            refuse("IResizeLayer.resize_mode = %s" % attributes["resize_mode"])
    return [x]


def _squeeze_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    axes = given[1].value
    if axes is None:
        refuse("ISqueezeLayer with axes that are no constant")
    gone = {int(axis) % len(given[0].shape) for axis in axes.reshape(-1)}
    kept = tuple(n for i, n in enumerate(given[0].shape) if i not in gone)
    return [Info(kept, given[0].dtype)]


def _squeeze(attributes: Attributes, given: List[Array]) -> List[Array]:
    return [np.squeeze(given[0], tuple(int(axis) for axis in given[1].reshape(-1)))]


def _unsqueeze_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    axes = given[1].value
    if axes is None:
        refuse("IUnsqueezeLayer with axes that are no constant")
    shape = list(given[0].shape)
    rank = len(shape) + axes.size
    for axis in sorted(int(axis) % rank for axis in axes.reshape(-1)):
        shape.insert(axis, 1)
    return [Info(tuple(shape), given[0].dtype)]


def _unsqueeze(attributes: Attributes, given: List[Array]) -> List[Array]:
    return [np.expand_dims(given[0], tuple(int(axis) for axis in given[1].reshape(-1)))]


register("SHUFFLE", _shuffle_infer, _shuffle)
register("SHAPE", _shape_infer, _shape)
register("CONCATENATION", _concatenation_infer, _concatenation)
register("SLICE", _slice_infer, _slice)
register("RESIZE", _resize_infer, _resize)
register("SQUEEZE", _squeeze_infer, _squeeze)
register("UNSQUEEZE", _unsqueeze_infer, _unsqueeze)
