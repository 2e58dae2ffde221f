"""pycuda.gpuarray: arrays on the device, made, filled, read back; arithmetic is not covered."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np

# As pycuda does: who watches the copies of the driver module sees those of arrays too.
import pycuda.driver as cuda  # type: ignore[import-not-found]


class GPUArray:
    def __init__(self, shape: Any, dtype: Any, gpudata: Any = None) -> None:
        self.shape = (shape,) if np.ndim(shape) == 0 else tuple(int(n) for n in shape)
        self.dtype = np.dtype(dtype)
        self.size = int(np.prod(self.shape, dtype=np.int64))
        self.nbytes = self.size * self.dtype.itemsize
        self.gpudata = (
            gpudata if gpudata is not None or not self.nbytes else cuda.mem_alloc(self.nbytes)
        )

    @property
    def ptr(self) -> int:
        return 0 if self.gpudata is None else int(self.gpudata)

    def set(self, array: np.ndarray) -> None:
        cuda.memcpy_htod(self.gpudata, np.ascontiguousarray(array, self.dtype))

    def set_async(self, array: np.ndarray, stream: Any = None) -> None:
        cuda.memcpy_htod_async(self.gpudata, array, stream)

    def get(self, ary: Optional[np.ndarray] = None) -> np.ndarray:
        found = np.empty(self.shape, self.dtype) if ary is None else ary
        cuda.memcpy_dtoh(found, self.gpudata)
        return found

    def get_async(self, stream: Any = None, ary: Optional[np.ndarray] = None) -> np.ndarray:
        found = cuda.pagelocked_empty(self.shape, self.dtype) if ary is None else ary
        cuda.memcpy_dtoh_async(found, self.gpudata, stream)
        return found

    def fill(self, value: Any) -> GPUArray:
        self.set(np.full(self.shape, value, self.dtype))
        return self

    def reshape(self, *shape: Any) -> GPUArray:
        wanted = shape[0] if len(shape) == 1 and np.ndim(shape[0]) else shape
        found = np.empty(self.shape, np.bool_).reshape(wanted).shape
        return GPUArray(found, self.dtype, self.gpudata)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotImplementedError("sim: GPUArray.%s is not covered" % name)


def to_gpu(array: np.ndarray) -> GPUArray:
    made = GPUArray(array.shape, array.dtype)
    made.set(array)
    return made


def empty(shape: Any, dtype: Any) -> GPUArray:
    return GPUArray(shape, dtype)


def zeros(shape: Any, dtype: Any) -> GPUArray:
    return GPUArray(shape, dtype).fill(0)


def empty_like(other: GPUArray) -> GPUArray:
    return GPUArray(other.shape, other.dtype)


def zeros_like(other: GPUArray) -> GPUArray:
    return zeros(other.shape, other.dtype)
