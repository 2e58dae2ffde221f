"""Bring tensors from the layout of their format in memory to plain order."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import NotCovered

DENSE = ("LINEAR", "HWC", "DHWC")
# Format -> how many channels lie together.
VECTORIZED = {
    "CHW2": 2,
    "CHW4": 4,
    "CHW16": 16,
    "CHW32": 32,
    "CDHW32": 32,
    "HWC8": 8,
    "HWC16": 16,
    "DHWC8": 8,
}


def physical_shape(shape: list[int], layout: str) -> list[int]:
    """Return the shape of a tensor in memory, padding included.

    CHW4 of (n, c, h, w) is (n, c/4, h, w, 4), HWC8 is (n, h, w, c padded to a multiple of 8).
    Raise NotCovered for a format whose padding depends on the hardware.
    """
    if layout in DENSE:
        return shape
    if layout not in VECTORIZED:
        raise NotCovered(f"tensor format {layout}")
    rank, step = 4 if "D" in layout else 3, VECTORIZED[layout]
    if len(shape) < rank:
        raise NotCovered(f"tensor format {layout} of {len(shape)} dimensions")
    batch, channels, space = shape[:-rank], shape[-rank], shape[1 - rank :]
    groups = -(-channels // step)
    if layout.startswith("C"):
        return [*batch, groups, *space, step]
    return [*batch, *space, groups * step]


def without_padding(data: bytes, itemsize: int, shape: list[int], layout: str) -> bytes:
    """Return the bytes of the elements in plain order, without the undefined padding."""
    if layout in DENSE:
        return data
    import numpy as np  # most tensors are dense

    rank = 4 if "D" in layout else 3
    axis, channels = len(shape) - rank, shape[-rank]
    items = np.frombuffer(data, dtype=f"V{itemsize}").reshape(physical_shape(shape, layout))
    if layout.startswith("C"):
        items = np.moveaxis(items, -1, axis + 1)
        items = items.reshape([*items.shape[:axis], -1, *items.shape[axis + 2 :]])
        items = items.take(range(channels), axis=axis)
    else:
        items = np.moveaxis(items[..., :channels], -1, axis)
    return np.ascontiguousarray(items).tobytes()


def volume(shape: Iterable[int]) -> int:
    """Return the number of elements."""
    product = 1
    for extent in shape:
        product *= extent
    return product
