"""Layers that slide a window over the last axes: convolution, deconvolution, pooling, padding."""

from __future__ import annotations

import itertools
from typing import Any, List, Sequence, Tuple

import numpy as np

from ..release import refuse
from .registry import Array, Attributes, Info, as_float, present, register

Pads = Tuple[List[int], List[int]]


def _setting(attributes: Attributes, name: str, rank: int, neutral: int) -> List[int]:
    found = attributes.get(name)
    return list(found) if found else [neutral] * rank


def _pads(
    attributes: Attributes, sizes: Sequence[int], window: Sequence[int], stride: Sequence[int]
) -> Pads:
    rank = len(window)
    mode = attributes.get("padding_mode", "EXPLICIT_ROUND_DOWN")
    if mode.startswith("SAME"):
        before, after = [], []
        for size, reach, step in zip(sizes, window, stride):
            total = max(0, (-(-size // step) - 1) * step + reach - size)
            small, large = total // 2, total - total // 2
            before.append(large if mode == "SAME_LOWER" else small)
            after.append(small if mode == "SAME_LOWER" else large)
        return before, after
    if mode.startswith("CAFFE"):
        refuse("PaddingMode.%s" % mode)
    return (
        _setting(attributes, "pre_padding", rank, 0),
        _setting(attributes, "post_padding", rank, 0),
    )


def _extent(size: int, reach: int, step: int, pads: int, up: bool) -> int:
    if size < 0:
        return -1
    room = size + pads - reach
    return (-(-room // step) if up else room // step) + 1


def _spatial(attributes: Attributes, shape: Sequence[int], window: Sequence[int]) -> List[int]:
    rank = len(window)
    stride = _setting(attributes, "stride_nd", rank, 1)
    sizes = shape[-rank:]
    before, after = _pads(attributes, sizes, window, stride)
    up = attributes.get("padding_mode") == "EXPLICIT_ROUND_UP"
    return [
        -1 if sizes[i] < 0 else _extent(sizes[i], window[i], stride[i], before[i] + after[i], up)
        for i in range(rank)
    ]


def _reach(attributes: Attributes) -> List[int]:
    window = list(attributes["kernel_size_nd"])
    dilation = _setting(attributes, "dilation_nd", len(window), 1)
    return [(size - 1) * step + 1 for size, step in zip(window, dilation)]


def _convolution_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    shape = given[0].shape
    window = _reach(attributes)
    lead = (*shape[: -len(window) - 1], attributes["num_output_maps"])
    return [Info((*lead, *_spatial(attributes, shape, window)), given[0].dtype)]


def _windows(
    x: Array, reach: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> Array:
    """Every position of the window: the spatial axes, then as many axes inside the window."""
    rank = len(reach)
    axes = tuple(range(x.ndim - rank, x.ndim))
    views = np.lib.stride_tricks.sliding_window_view(x, tuple(reach), axis=axes)
    steps = [slice(None)] * (x.ndim - rank)
    return views[
        tuple(
            steps
            + [slice(None, None, s) for s in stride]
            + [slice(None, None, d) for d in dilation]
        )
    ]


def _weights(attributes: Attributes, given: List[Array], name: str, place: int) -> Array:
    # From 8 on the kernel can be a tensor: then it is an input of the layer.
    if present(given, place):
        return as_float(given[place])
    found = attributes[name]
    return as_float(found) if found is not None else np.zeros(0, np.float32)


def _add_bias(found: Array, bias: Array, rank: int) -> Array:
    return found + bias.reshape(-1, *[1] * rank) if bias.size else found


def _convolution(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = as_float(given[0])
    window = list(attributes["kernel_size_nd"])
    rank, groups, maps = len(window), attributes["num_groups"], attributes["num_output_maps"]
    stride = _setting(attributes, "stride_nd", rank, 1)
    dilation = _setting(attributes, "dilation_nd", rank, 1)
    reach = _reach(attributes)
    before, after = _pads(attributes, x.shape[-rank:], reach, stride)
    x = np.pad(x, [(0, 0)] * (x.ndim - rank) + list(zip(before, after)))
    kernel = _weights(attributes, given, "kernel", 1).reshape(maps, -1, *window)
    views = _windows(x, reach, stride, dilation)
    outputs = []
    share_in, share_out = x.shape[-rank - 1] // groups, maps // groups
    for group in range(groups):
        taken = np.take(
            views, range(group * share_in, (group + 1) * share_in), axis=x.ndim - rank - 1
        )
        part = kernel[group * share_out : (group + 1) * share_out]
        channel = x.ndim - rank - 1
        inner = tuple(range(taken.ndim - rank, taken.ndim))
        found = np.tensordot(taken, part, axes=((channel, *inner), tuple(range(1, part.ndim))))
        outputs.append(np.moveaxis(found, -1, channel))
    found = np.concatenate(outputs, axis=x.ndim - rank - 1)
    return [_add_bias(found, _weights(attributes, given, "bias", 2), rank)]


def _last(index: Sequence[Any]) -> Any:
    """An index into the last axes."""
    return (Ellipsis, *index)


def _cuts(attributes: Attributes, reach: Sequence[int], stride: Sequence[int]) -> Pads:
    """What a deconvolution drops at both ends of each axis: SAME leaves size times stride."""
    mode = attributes.get("padding_mode", "EXPLICIT_ROUND_DOWN")
    rank = len(reach)
    if not mode.startswith("SAME"):
        return (
            _setting(attributes, "pre_padding", rank, 0),
            _setting(attributes, "post_padding", rank, 0),
        )
    totals = [max(0, width - step) for width, step in zip(reach, stride)]
    small, large = [n // 2 for n in totals], [n - n // 2 for n in totals]
    return (large, small) if mode == "SAME_LOWER" else (small, large)


def _deconvolution_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    shape = given[0].shape
    window = _reach(attributes)
    rank = len(window)
    stride = _setting(attributes, "stride_nd", rank, 1)
    before, after = _cuts(attributes, window, stride)
    sizes = [
        -1 if size < 0 else (size - 1) * stride[i] + window[i] - before[i] - after[i]
        for i, size in enumerate(shape[-rank:])
    ]
    return [Info((*shape[: -rank - 1], attributes["num_output_maps"], *sizes), given[0].dtype)]


def _deconvolution(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = as_float(given[0])
    window = list(attributes["kernel_size_nd"])
    rank, groups, maps = len(window), attributes["num_groups"], attributes["num_output_maps"]
    stride = _setting(attributes, "stride_nd", rank, 1)
    dilation = _setting(attributes, "dilation_nd", rank, 1)
    reach = _reach(attributes)
    sizes = x.shape[-rank:]
    channels = x.shape[-rank - 1]
    kernel = _weights(attributes, given, "kernel", 1)
    kernel = kernel.reshape(groups, channels // groups, maps // groups, *window)
    grouped = x.reshape(*x.shape[: -rank - 1], groups, channels // groups, *sizes)
    lead = x.shape[: -rank - 1]
    full = [(size - 1) * step + width for size, step, width in zip(sizes, stride, reach)]
    found = np.zeros((*lead, groups, maps // groups, *full), x.dtype)
    letters = "xyz"[:rank]
    equation = "...gc%s,gco->...go%s" % (letters, letters)
    for place in itertools.product(*map(range, window)):
        part = np.einsum(equation, grouped, kernel[_last(place)])
        where = tuple(
            slice(p * d, p * d + (size - 1) * s + 1, s)
            for p, d, size, s in zip(place, dilation, sizes, stride)
        )
        found[_last(where)] += part
    found = found.reshape(*lead, maps, *full)
    before, after = _cuts(attributes, reach, stride)
    cut = tuple(slice(b, size - a) for b, a, size in zip(before, after, full))
    return [_add_bias(found[_last(cut)], _weights(attributes, given, "bias", 2), rank)]


def _pooling_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    window = list(attributes["window_size_nd"])
    shape = given[0].shape
    return [Info((*shape[: -len(window)], *_spatial(attributes, shape, window)), given[0].dtype)]


def _pooling(attributes: Attributes, given: List[Array]) -> List[Array]:
    x = as_float(given[0])
    window = list(attributes["window_size_nd"])
    rank = len(window)
    stride = _setting(attributes, "stride_nd", rank, 1)
    before, after = _pads(attributes, x.shape[-rank:], window, stride)
    # Rounding up asks for windows that begin inside and end past the padding.
    sizes = _spatial(attributes, x.shape, window)
    after = [
        max(a, (n - 1) * s + w - size - b)
        for a, n, s, w, size, b in zip(after, sizes, stride, window, x.shape[-rank:], before)
    ]
    pads = [(0, 0)] * (x.ndim - rank) + list(zip(before, after))
    inner = tuple(range(-rank, 0))
    ones = [1] * rank

    def pooled(kind: str) -> Array:
        if kind == "MAX":
            low = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
            return _windows(np.pad(x, pads, constant_values=low), window, stride, ones).max(inner)
        total = _windows(np.pad(x, pads), window, stride, ones).sum(inner)
        if not attributes["average_count_excludes_padding"]:
            return total / np.prod(window)
        return total / _windows(np.pad(np.ones_like(x), pads), window, stride, ones).sum(inner)

    if attributes["type"] == "MAX_AVERAGE_BLEND":
        blend = attributes["blend_factor"]
        return [(1 - blend) * pooled("MAX") + blend * pooled("AVERAGE")]
    return [pooled(attributes["type"])]


def _padding_infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    before, after = attributes["pre_padding_nd"], attributes["post_padding_nd"]
    shape = list(given[0].shape)
    for place in range(1, len(before) + 1):
        if shape[-place] >= 0:
            shape[-place] += before[-place] + after[-place]
    return [Info(tuple(shape), given[0].dtype)]


def _padding(attributes: Attributes, given: List[Array]) -> List[Array]:
    before, after = attributes["pre_padding_nd"], attributes["post_padding_nd"]
    x = given[0]
    pads = [(max(0, b), max(0, a)) for b, a in zip(before, after)]
    wide = np.pad(x, [(0, 0)] * (x.ndim - len(pads)) + pads)
    # A negative padding cuts.
    cut = [
        slice(max(0, -b), wide.shape[i - len(pads)] - max(0, -a))
        for i, (b, a) in enumerate(zip(before, after))
    ]
    return [wide[_last(cut)]]


register("CONVOLUTION", _convolution_infer, _convolution)
register("DECONVOLUTION", _deconvolution_infer, _deconvolution)
register("POOLING", _pooling_infer, _pooling)
register("PADDING", _padding_infer, _padding)
