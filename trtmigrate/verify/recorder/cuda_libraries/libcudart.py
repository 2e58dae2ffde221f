"""Reach the device through the CUDA runtime library itself, by ctypes."""

from __future__ import annotations

import ctypes
import glob
import os
import sys
from typing import Any

from ..errors import NotCovered
from .version import cuda_version


class LibraryCuda:
    """The library libcudart."""

    name = "libcudart"

    def __init__(self) -> None:
        here = [os.path.join(path, "nvidia", "*", "lib", "libcudart.so.*") for path in sys.path]
        found = [match for pattern in here for match in glob.glob(pattern)]
        for name in [
            "libcudart.so",
            *(f"libcudart.so.{n}" for n in (13, 12, "11.0", "10.2")),
            *found,
        ]:
            try:
                self._library = ctypes.CDLL(name)
                return
            except OSError:
                continue
        raise ImportError("no libcudart")

    def call(self, function: str, *args: Any) -> None:
        """Call a function. Raise NotCovered if it fails."""
        status = getattr(self._library, function)(*args)
        if status != 0:
            raise NotCovered(f"{function} failed with {status}")

    def to_host(self, address: int, nbytes: int) -> bytes:
        data = bytearray(nbytes)
        target = (ctypes.c_char * nbytes).from_buffer(data)
        self.call("cudaMemcpy", target, ctypes.c_void_p(address), ctypes.c_size_t(nbytes), 2)
        return bytes(data)

    def synchronize(self, stream: int | None) -> None:
        if stream is None:
            self.call("cudaDeviceSynchronize")
        else:
            self.call("cudaStreamSynchronize", ctypes.c_void_p(stream))

    def _number(self, function: str, *args: Any) -> int:
        number = ctypes.c_int(0)
        self.call(function, *args, ctypes.byref(number))
        return number.value

    def capture_of(self, stream: int | None) -> int | None:
        if stream is None:
            return None
        return stream if self._number("cudaStreamIsCapturing", ctypes.c_void_p(stream)) else None

    def non_blocking(self, stream: int) -> bool:
        if stream in (0, 1, 2):
            return False
        return bool(self._number("cudaStreamGetFlags", ctypes.c_void_p(stream)) & 1)

    def device(self) -> dict[str, Any]:
        number, count = ctypes.c_int(0), ctypes.c_int(0)
        self.call("cudaGetDeviceCount", ctypes.byref(count))
        if count.value < 1:
            raise NotCovered("no CUDA device")
        self.call("cudaGetDevice", ctypes.byref(number))
        # cudaDeviceProp begins with `char name[256]`; it is far smaller than 16 KiB.
        properties = ctypes.create_string_buffer(1 << 14)
        self.call("cudaGetDeviceProperties", properties, number)
        driver, runtime = ctypes.c_int(0), ctypes.c_int(0)
        self.call("cudaDriverGetVersion", ctypes.byref(driver))
        self.call("cudaRuntimeGetVersion", ctypes.byref(runtime))
        return {
            "name": properties.value.decode(),
            "cuda_driver": cuda_version(driver.value),
            "cuda_runtime": cuda_version(runtime.value),
        }
