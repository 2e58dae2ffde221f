"""Translate between TensorRT's element types and numpy's, and tell their sizes."""

from __future__ import annotations

import math
from typing import Dict, Sequence

import numpy as np

from .release import TENSOR_NAMES_ONLY, refuse

# By the name of the enumerator, which (unlike its integer) no release changed.
NUMPY: Dict[str, np.dtype] = {
    "FLOAT": np.dtype(np.float32),
    "HALF": np.dtype(np.float16),
    "INT8": np.dtype(np.int8),
    "INT32": np.dtype(np.int32),
    "BOOL": np.dtype(np.bool_),
    "UINT8": np.dtype(np.uint8),
    "INT64": np.dtype(np.int64),
}
_NAMES = {dtype: name for name, dtype in NUMPY.items()}
ITEM_SIZES = {"FLOAT": 4, "HALF": 2, "INT8": 1, "INT32": 4, "BOOL": 1, "UINT8": 1, "FP8": 1}
ITEM_SIZES.update({"BF16": 2, "INT64": 8, "INT4": 0.5, "FP4": 0.5})  # type: ignore[dict-item]

# NumPy has no bfloat16: it is computed in float32 and rounded, and stored as the upper halves.
_BFLOAT16 = "BF16"

# What the library itself computes with for shapes.
SHAPE_TYPE = "INT64" if TENSOR_NAMES_ONLY else "INT32"


def to_numpy(name: str) -> np.dtype:
    """The type of numpy that a DataType is computed in; refused for those that have none."""
    if name == _BFLOAT16:
        return NUMPY["FLOAT"]
    if name not in NUMPY:
        refuse("DataType.%s" % name)
    return NUMPY[name]


def from_numpy(dtype: np.dtype) -> str:
    """The DataType of a numpy type. Raises ValueError for one that TensorRT does not know."""
    name = _NAMES.get(np.dtype(dtype))
    if name is None or (name == "INT64" and not TENSOR_NAMES_ONLY):
        raise ValueError("Could not convert numpy type %s" % dtype)
    return name


def nbytes(name: str, shape: Sequence[int]) -> int:
    """Return the size of an array in bytes."""
    return int(math.prod(shape)) * (2 if name == _BFLOAT16 else to_numpy(name).itemsize)


def rounded(array: np.ndarray, name: str) -> np.ndarray:
    """An array with the values that its type can hold."""
    return from_bytes(to_bytes(array, name), name) if name == _BFLOAT16 else array


def from_bytes(data: np.ndarray, name: str) -> np.ndarray:
    """The elements in an array of bytes."""
    if name == _BFLOAT16:
        return (data.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    return data.view(to_numpy(name))


def to_bytes(array: np.ndarray, name: str) -> np.ndarray:
    """The bytes of an array."""
    flat = np.ascontiguousarray(array).reshape(-1)
    if name == _BFLOAT16:
        bits = flat.view(np.uint32)
        even = bits + 0x7FFF + (bits >> 16 & 1)  # to the nearest, of two to the even one
        flat = (np.where(np.isnan(flat), bits | 0x400000, even) >> 16).astype(np.uint16)
    return flat.view(np.uint8)
