"""Reach the device through cuda-python."""

from __future__ import annotations

import ctypes
import importlib
from typing import Any

from ..errors import NotCovered
from .version import cuda_version


class PythonCuda:
    """The runtime module of cuda-python."""

    name = "cuda-python"

    def __init__(self) -> None:
        for name in ("cuda.bindings.runtime", "cuda.cudart"):
            try:
                self._module = importlib.import_module(name)
                break
            except ImportError:
                continue
        else:
            raise ImportError("no cuda-python")

    def call(self, function: str, *args: Any) -> tuple[Any, ...]:
        """Return the results of a function, unpatched. Raise NotCovered if it fails."""
        found = getattr(self._module, function)
        answer = getattr(found, "__wrapped__", found)(*args)
        if int(answer[0]) != 0:
            raise NotCovered(f"{function} failed: {answer[0]}")
        return tuple(answer[1:])

    def to_host(self, address: int, nbytes: int) -> bytes:
        data = bytearray(nbytes)
        target = ctypes.addressof((ctypes.c_char * nbytes).from_buffer(data))
        kind = self._module.cudaMemcpyKind.cudaMemcpyDeviceToHost
        self.call("cudaMemcpy", target, address, nbytes, kind)
        return bytes(data)

    def synchronize(self, stream: int | None) -> None:
        if stream is None:
            self.call("cudaDeviceSynchronize")
        else:
            self.call("cudaStreamSynchronize", stream)

    def capture_of(self, stream: int | None) -> int | None:
        if stream is None or not hasattr(self._module, "cudaStreamIsCapturing"):
            return None
        if int(self.call("cudaStreamIsCapturing", stream)[0]) == 0:
            return None
        if not hasattr(self._module, "cudaStreamGetCaptureInfo"):
            return stream
        # The status, the number, and in newer releases more.
        return int(self.call("cudaStreamGetCaptureInfo", stream)[1])

    def non_blocking(self, stream: int) -> bool:
        if stream in (0, 1, 2) or not hasattr(self._module, "cudaStreamGetFlags"):
            return False
        return bool(int(self.call("cudaStreamGetFlags", stream)[0]) & 1)

    def device(self) -> dict[str, Any]:
        if int(self.call("cudaGetDeviceCount")[0]) < 1:
            raise NotCovered("no CUDA device")
        number = int(self.call("cudaGetDevice")[0])
        name = self.call("cudaGetDeviceProperties", number)[0].name
        return {
            "name": name.decode().rstrip("\0") if isinstance(name, bytes) else str(name),
            "cuda_driver": cuda_version(self.call("cudaDriverGetVersion")[0]),
            "cuda_runtime": cuda_version(self.call("cudaRuntimeGetVersion")[0]),
        }
