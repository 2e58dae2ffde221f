"""How two tensors of one dtype and shape differ: where, and how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trtmigrate.verify.record import Tensor

PICTURE = 32  # cells at most along each side of the picture of an error

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """The elements of two tensors that differ."""

    differing: int
    elements: int
    first: tuple[int, ...]  # index of the first element that differs
    before: float  # the two values there
    after: float
    max_abs: float  # largest absolute error; infinite where only one side is finite
    max_rel: float  # largest error relative to the value of BEFORE
    picture: tuple[tuple[float, ...], ...]  # largest error in each cell, 0 to 1; rows by columns


@dataclass(frozen=True)
class Tolerance:
    """``|after - before| <= atol + rtol * |before|``; bit for bit when both are 0."""

    atol: float = 0.0
    rtol: float = 0.0

    @property
    def exact(self) -> bool:
        return self.atol == 0 and self.rtol == 0


def values(tensor: Tensor) -> Floats:
    """The elements of a tensor that was kept whole, in its shape.

    bfloat16 is the upper half of a float32; the other types that NumPy lacks are given as raw bytes
    in one dimension.
    """
    assert tensor.data is not None
    data, shape = tensor.data.read_bytes(), tensor.shape or ()
    if tensor.dtype == "bfloat16":
        halves = np.frombuffer(data, dtype="<u2").astype("<u4") << 16
        return halves.view("<f4").reshape(shape).astype(np.float64)
    try:
        dtype = np.dtype(tensor.dtype).newbyteorder("<")
    except TypeError:
        return np.frombuffer(data, dtype=np.uint8).astype(np.float64)
    return np.frombuffer(data, dtype=dtype).reshape(shape).astype(np.float64)


def compare_values(before: Tensor, after: Tensor, tolerance: Tolerance) -> Difference | None:
    """The elements that differ; None where all are equal or within the tolerance.

    NaN equals NaN, whatever its payload. Bit for bit, 0.0 and -0.0 differ; with a tolerance they
    do not.
    """
    old, new = values(before), values(after)
    both_nan = np.isnan(old) & np.isnan(new)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        error = np.abs(new - old)
        if tolerance.exact:
            # int64 beyond 2**53 rounds in float64, so equality is asked of the bytes.
            wrong = _bytes_differ(before, after, old.shape) & ~both_nan
        else:
            within = error <= tolerance.atol + tolerance.rtol * np.abs(old)
            wrong = ~(within | (old == new) | both_nan)
        if not wrong.any():
            return None
        error = np.where(np.isnan(error), np.inf, error)
        relative = np.where(old != 0, error / np.abs(old), np.where(error > 0, np.inf, 0.0))
    first = tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))
    return Difference(
        differing=int(wrong.sum()),
        elements=int(wrong.size),
        first=first,
        before=float(old[first]),
        after=float(new[first]),
        max_abs=float(error[wrong].max()),
        max_rel=float(relative[wrong].max()),
        picture=_picture(np.where(wrong, error, 0.0), wrong),
    )


def _bytes_differ(before: Tensor, after: Tensor, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    assert before.data is not None and after.data is not None
    old, new = (np.frombuffer(t.data.read_bytes(), np.uint8) for t in (before, after) if t.data)
    count = int(np.prod(shape, dtype=np.int64))
    found: npt.NDArray[np.bool_] = (old != new).reshape(count, -1).any(axis=1).reshape(shape)
    return found


def _picture(error: Floats, wrong: npt.NDArray[np.bool_]) -> tuple[tuple[float, ...], ...]:
    """The tensor laid out in two dimensions (the last one across) and cut into cells.

    A cell's value is its largest error on a logarithmic scale, and above 0 wherever an element
    differs.
    """
    columns = error.shape[-1] if error.ndim > 1 else int(np.ceil(np.sqrt(error.size)))
    rows = -(-error.size // columns)
    plane, mask = np.zeros(rows * columns), np.zeros(rows * columns, dtype=bool)
    plane[: error.size], mask[: error.size] = error.ravel(), wrong.ravel()
    finite = plane[np.isfinite(plane) & (plane > 0)]
    low, high = (np.log(finite.min()), np.log(finite.max())) if finite.size else (0.0, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = 0.2 + 0.8 * ((np.log(plane) - low) / (high - low) if high > low else 1.0)
    level = np.where(mask, np.clip(np.nan_to_num(scaled, nan=1.0, neginf=0.2, posinf=1.0), 0, 1), 0)
    level = level.reshape(rows, columns)
    row_edges = np.linspace(0, rows, min(rows, PICTURE) + 1).astype(int)
    column_edges = np.linspace(0, columns, min(columns, PICTURE) + 1).astype(int)
    by_row = np.maximum.reduceat(level, row_edges[:-1], axis=0)
    cells = np.maximum.reduceat(by_row, column_edges[:-1], axis=1)
    return tuple(tuple(round(float(value), 3) for value in row) for row in cells)
