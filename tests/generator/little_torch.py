# The simulator is on the path of the server alone.
# mypy: disable-error-code="import-not-found"
"""The few members of torch that generated programs use, on the memory of the simulated device.

It is no torch: it computes nothing. Where torch itself is installed, `trtmigrate verify` runs it.
"""

from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np
from trtsim import torchcuda
from trtsim.device import memory, streams

DTYPES = ("float32", "float16", "int32", "int64", "int8", "uint8", "bool")


class Device:
    def __init__(self, name: str, index: int = 0) -> None:
        self.type = name.partition(":")[0]

    def __eq__(self, other: object) -> bool:
        return self.type == _place(other)

    def __hash__(self) -> int:
        return hash(self.type)


def _place(device: Any) -> str:
    if device is None:
        return "cpu"
    if isinstance(device, int):
        return "cuda"
    return device.type if isinstance(device, Device) else str(device).partition(":")[0]


class Dtype:
    def __init__(self, name: str) -> None:
        self.name, self.numpy = name, np.dtype(name)

    def __repr__(self) -> str:
        return f"torch.{self.name}"


class Tensor:
    """An array, in host memory or on the device."""

    def __init__(self, array: Any, device: str = "cpu") -> None:
        self._array, self._where, self._address = array, device, 0
        if device == "cuda":
            self._address = memory.allocate(max(array.nbytes, 1))
            view = memory.device(self._address, array.nbytes, "a tensor")
            self._array = view.view(array.dtype).reshape(array.shape)
            self._array[...] = array

    shape = property(lambda self: tuple(self._array.shape))
    dtype = property(lambda self: _dtypes[str(self._array.dtype)])
    device = property(lambda self: Device(self._where))
    is_cuda = property(lambda self: self._where == "cuda")

    def data_ptr(self) -> int:
        return self._address or int(self._array.ctypes.data)

    def numel(self) -> int:
        return int(self._array.size)

    def element_size(self) -> int:
        return int(self._array.itemsize)

    def size(self, dimension: Any = None) -> Any:
        return self.shape if dimension is None else self.shape[dimension]

    def is_contiguous(self) -> bool:
        return True

    def contiguous(self) -> Tensor:
        return self

    def detach(self) -> Tensor:
        return self

    def cuda(self, device: Any = None, non_blocking: bool = False) -> Tensor:
        return self.to("cuda")

    def cpu(self) -> Tensor:
        return self.to("cpu")

    def to(self, device: Any, non_blocking: bool = False) -> Tensor:
        streams.synchronize(torchcuda.current_stream().cuda_stream)
        where = _place(device)
        return self if where == self._where else Tensor(self._array.copy(), where)

    def clone(self) -> Tensor:
        streams.synchronize(torchcuda.current_stream().cuda_stream)
        return Tensor(self._array.copy(), self._where)

    def copy_(self, other: Tensor, non_blocking: bool = False) -> Tensor:
        streams.synchronize(torchcuda.current_stream().cuda_stream)
        self._array[...] = other._array
        return self

    def numpy(self) -> Any:
        if self._where == "cuda":
            raise TypeError("can't convert cuda:0 device type tensor to numpy")
        return self._array

    def tolist(self) -> Any:
        return self.to("cpu")._array.tolist()


class Module:
    def __call__(self, *given: Any, **named: Any) -> Any:
        return self.forward(*given, **named)  # type: ignore[attr-defined]


def empty(*size: Any, **named: Any) -> Tensor:
    return _made(size or (named.pop("size"),), **named)


def _made(size: Any, dtype: Any = None, device: Any = None) -> Tensor:
    shape = size[0] if len(size) == 1 and not isinstance(size[0], int) else size
    array = np.zeros(tuple(shape), dtype.numpy if dtype is not None else np.float32)
    return Tensor(array, _place(device))


def empty_like(tensor: Tensor, dtype: Any = None, device: Any = None) -> Tensor:
    return _made((tensor.shape,), dtype or tensor.dtype, device or tensor.device)


_dtypes = {name: Dtype(name) for name in DTYPES}


def install() -> None:
    """Let programs import it as torch."""
    torch: Any = types.ModuleType("torch")
    torch.cuda, torch.nn = types.ModuleType("torch.cuda"), types.ModuleType("torch.nn")
    vars(torch).update(_dtypes, empty=empty, zeros=empty, empty_like=empty_like, device=Device)
    vars(torch).update(Tensor=Tensor, from_numpy=Tensor)
    vars(torch.cuda).update(torchcuda.MEMBERS)
    torch.nn.Module = Module
    sys.modules.update({"torch": torch, "torch.cuda": torch.cuda, "torch.nn": torch.nn})
