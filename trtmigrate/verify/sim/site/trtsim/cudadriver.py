"""As much of cuda-python's driver module as inference scripts use."""

from __future__ import annotations

import enum
from typing import Any, Tuple

from . import cudart, device
from .device import memory, streams
from .pointers import Handle, address_of

Answer = Tuple[Any, ...]


class CUresult(enum.IntEnum):
    CUDA_SUCCESS = 0
    CUDA_ERROR_INVALID_VALUE = 1


class CUdeviceptr(Handle):
    __slots__ = ()


class CUstream(Handle):
    __slots__ = ()


class CUcontext(Handle):
    __slots__ = ()


class CUdevice(Handle):
    __slots__ = ()


class CUstream_flags(enum.IntEnum):
    CU_STREAM_DEFAULT = 0
    CU_STREAM_NON_BLOCKING = 1


_OK = CUresult.CUDA_SUCCESS


def _done(*arguments: Any) -> Answer:
    return (_OK,)


cuInit = cuCtxDestroy = cuCtxPushCurrent = cuCtxSetCurrent = cuDevicePrimaryCtxRelease = _done


def cuDeviceGet(number: int) -> Answer:
    return _OK, CUdevice(number)


def cuDeviceGetCount() -> Answer:
    return _OK, 1


def cuDeviceGetName(length: int, number: Any) -> Answer:
    return _OK, cudart.cudaDeviceProp.name


def cuCtxCreate(*arguments: Any) -> Answer:
    return _OK, CUcontext(1)


def cuDevicePrimaryCtxRetain(number: Any) -> Answer:
    return _OK, CUcontext(1)


def cuCtxPopCurrent() -> Answer:
    return _OK, CUcontext(1)


def cuCtxSynchronize() -> Answer:
    streams.synchronize_all()
    return (_OK,)


def cuMemAlloc(size: int) -> Answer:
    return _OK, CUdeviceptr(memory.allocate(size))


def cuMemFree(pointer: Any) -> Answer:
    device.free(address_of(pointer))
    return (_OK,)


def cuMemcpyHtoD(target: Any, source: Any, size: int) -> Answer:
    device.copy_now(address_of(target), address_of(source), size, "HtoD")
    return (_OK,)


def cuMemcpyDtoH(target: Any, source: Any, size: int) -> Answer:
    device.copy_now(address_of(target), address_of(source), size, "DtoH")
    return (_OK,)


def cuMemcpyHtoDAsync(target: Any, source: Any, size: int, stream: Any) -> Answer:
    device.copy(address_of(target), address_of(source), size, int(stream), "HtoD", source)
    return (_OK,)


def cuMemcpyDtoHAsync(target: Any, source: Any, size: int, stream: Any) -> Answer:
    device.copy(address_of(target), address_of(source), size, int(stream), "DtoH", target)
    return (_OK,)


def cuMemsetD8(pointer: Any, value: int, count: int) -> Answer:
    device.fill(address_of(pointer), value, count, 0)
    return (_OK,)


def cuStreamCreate(flags: int) -> Answer:
    return _OK, CUstream(streams.create(blocking=not int(flags) & 1))


def cuStreamSynchronize(stream: Any) -> Answer:
    streams.synchronize(int(stream))
    return (_OK,)


def cuStreamDestroy(stream: Any) -> Answer:
    streams.destroy(int(stream))
    return (_OK,)


def __getattr__(name: str) -> Any:
    raise AttributeError("sim: cuda.cuda.%s is not covered" % name)
