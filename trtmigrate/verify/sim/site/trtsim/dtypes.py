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

# What the library itself computes with for shapes.
SHAPE_TYPE = "INT64" if TENSOR_NAMES_ONLY else "INT32"


def to_numpy(name: str) -> np.dtype:
    """numpy's type for a DataType; refused for the types that numpy lacks."""
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
    return int(math.prod(shape)) * to_numpy(name).itemsize
