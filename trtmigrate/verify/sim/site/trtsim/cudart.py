"""cuda-python's runtime module: every call returns a tuple that begins with the error.

Misuse of memory is raised (MemoryMisuse), not returned: most programs never look at the error.
"""

from __future__ import annotations

import enum
from typing import Any, Dict, Tuple

import numpy as np

from . import device
from .device import memory, streams
from .pointers import Handle, address_of
from .streams import Graph

Answer = Tuple[Any, ...]


class cudaError_t(enum.IntEnum):
    cudaSuccess = 0
    cudaErrorInvalidValue = 1
    cudaErrorMemoryAllocation = 2
    cudaErrorInvalidDevice = 101
    cudaErrorNotReady = 600


class cudaMemcpyKind(enum.IntEnum):
    cudaMemcpyHostToHost = 0
    cudaMemcpyHostToDevice = 1
    cudaMemcpyDeviceToHost = 2
    cudaMemcpyDeviceToDevice = 3
    cudaMemcpyDefault = 4


class cudaStreamCaptureMode(enum.IntEnum):
    cudaStreamCaptureModeGlobal = 0
    cudaStreamCaptureModeThreadLocal = 1
    cudaStreamCaptureModeRelaxed = 2


class cudaStreamCaptureStatus(enum.IntEnum):
    cudaStreamCaptureStatusNone = 0
    cudaStreamCaptureStatusActive = 1
    cudaStreamCaptureStatusInvalidated = 2


class cudaDeviceAttr(enum.IntEnum):
    cudaDevAttrMultiProcessorCount = 16
    cudaDevAttrComputeCapabilityMajor = 75
    cudaDevAttrComputeCapabilityMinor = 76


class cudaStream_t(Handle):
    __slots__ = ()


class cudaEvent_t(Handle):
    __slots__ = ()


class cudaGraph_t(Handle):
    __slots__ = ()


class cudaGraphExec_t(Handle):
    __slots__ = ()


class cudaDeviceProp:
    """What the simulated device says of itself."""

    name = b"trtmigrate simulator"
    totalGlobalMem = device.TOTAL
    multiProcessorCount = 1
    major, minor = 9, 0
    warpSize = 32
    maxThreadsPerBlock = 1024
    sharedMemPerBlock = 48 << 10
    l2CacheSize = 0


cudaStreamDefault = 0
cudaStreamNonBlocking = 1
cudaStreamLegacy = 1
cudaStreamPerThread = 2
cudaEventDefault = 0
cudaEventBlockingSync = 1
cudaEventDisableTiming = 2
cudaEventRecordDefault = cudaEventWaitDefault = 0
cudaHostAllocDefault = 0
cudaHostAllocPortable = 1
cudaHostAllocMapped = 2
cudaHostAllocWriteCombined = 4
cudaHostRegisterDefault = 0
cudaMemAttachGlobal = 1

_OK = cudaError_t.cudaSuccess
_DIRECTIONS = {0: "HtoH", 1: "HtoD", 2: "DtoH", 3: "DtoD"}
_graphs: Dict[int, Graph] = {}


def _stream(stream: Any) -> int:
    return 0 if stream is None else int(stream)


# -- memory


def cudaMalloc(size: int) -> Answer:
    return (_OK, memory.allocate(size)) if size else (_OK, 0)


def cudaMallocAsync(size: int, stream: Any) -> Answer:
    streams.get(_stream(stream))
    return cudaMalloc(size)


def cudaFree(pointer: Any) -> Answer:
    if address_of(pointer):
        device.free(address_of(pointer))
    return (_OK,)


def cudaFreeAsync(pointer: Any, stream: Any) -> Answer:
    device.free_later(address_of(pointer), _stream(stream))
    return (_OK,)


def cudaMallocHost(size: int) -> Answer:
    return _OK, memory.pin(size)


def cudaHostAlloc(size: int, flags: int) -> Answer:
    return _OK, memory.pin(size)


def cudaFreeHost(pointer: Any) -> Answer:
    streams.synchronize_all()
    memory.unpin(address_of(pointer))
    return (_OK,)


def cudaHostRegister(pointer: Any, size: int, flags: int) -> Answer:
    memory.register(address_of(pointer), size, pointer)
    return (_OK,)


def cudaHostUnregister(pointer: Any) -> Answer:
    streams.synchronize_all()
    memory.unpin(address_of(pointer))
    return (_OK,)


def cudaHostGetDevicePointer(pointer: Any, flags: int) -> Answer:
    return _OK, address_of(pointer)


def cudaMemGetInfo() -> Answer:
    return _OK, device.TOTAL - memory.in_use()[1], device.TOTAL


def cudaMemcpy(target: Any, source: Any, size: int, kind: Any) -> Answer:
    to, of = address_of(target), address_of(source)
    device.copy_now(to, of, size, _DIRECTIONS.get(int(kind)) or device.direction_of(to, of))
    return (_OK,)


def cudaMemcpyAsync(target: Any, source: Any, size: int, kind: Any, stream: Any) -> Answer:
    to, of = address_of(target), address_of(source)
    direction = _DIRECTIONS.get(int(kind)) or device.direction_of(to, of)
    keep = [one for one in (target, source) if not isinstance(one, (int, np.integer, Handle))]
    device.copy(to, of, size, _stream(stream), direction, keep or None)
    return (_OK,)


def cudaMemset(pointer: Any, value: int, size: int) -> Answer:
    device.fill(address_of(pointer), value, size, 0)
    return (_OK,)


def cudaMemsetAsync(pointer: Any, value: int, size: int, stream: Any) -> Answer:
    device.fill(address_of(pointer), value, size, _stream(stream))
    return (_OK,)


# -- streams and events


def cudaStreamCreate() -> Answer:
    return _OK, cudaStream_t(streams.create())


def cudaStreamCreateWithFlags(flags: int) -> Answer:
    return _OK, cudaStream_t(streams.create(blocking=not flags & cudaStreamNonBlocking))


def cudaStreamCreateWithPriority(flags: int, priority: int) -> Answer:
    return cudaStreamCreateWithFlags(flags)


def cudaStreamDestroy(stream: Any) -> Answer:
    streams.destroy(_stream(stream))
    return (_OK,)


def cudaStreamSynchronize(stream: Any) -> Answer:
    streams.synchronize(_stream(stream))
    return (_OK,)


def cudaStreamQuery(stream: Any) -> Answer:
    return (_OK if streams.is_idle(_stream(stream)) else cudaError_t.cudaErrorNotReady,)


def cudaStreamGetFlags(stream: Any) -> Answer:
    return _OK, 0 if streams.get(_stream(stream)).blocking else cudaStreamNonBlocking


def cudaStreamWaitEvent(stream: Any, event: Any, flags: int = 0) -> Answer:
    device.wait(_stream(stream), int(event))
    return (_OK,)


def cudaDeviceSynchronize() -> Answer:
    streams.synchronize_all()
    return (_OK,)


def cudaEventCreate() -> Answer:
    return _OK, cudaEvent_t(device.new_event())


def cudaEventCreateWithFlags(flags: int) -> Answer:
    return cudaEventCreate()


def cudaEventRecord(event: Any, stream: Any) -> Answer:
    streams.record(_stream(stream), device.event(int(event)))
    return (_OK,)


def cudaEventSynchronize(event: Any) -> Answer:
    device.wait_for_event(int(event))
    return (_OK,)


def cudaEventQuery(event: Any) -> Answer:
    return (_OK if device.event(int(event)).done else cudaError_t.cudaErrorNotReady,)


def cudaEventElapsedTime(start: Any, end: Any) -> Answer:
    device.event(int(start)), device.event(int(end))
    return _OK, 0.0


def cudaEventDestroy(event: Any) -> Answer:
    device.event(int(event))
    del device.events[int(event)]
    return (_OK,)


# -- graphs


def _keep(graph: Graph) -> int:
    _graphs[id(graph)] = graph
    return id(graph)


def cudaStreamBeginCapture(stream: Any, mode: Any) -> Answer:
    streams.begin_capture(_stream(stream))
    return (_OK,)


def cudaStreamEndCapture(stream: Any) -> Answer:
    return _OK, cudaGraph_t(_keep(streams.end_capture(_stream(stream))))


def cudaStreamIsCapturing(stream: Any) -> Answer:
    capturing = streams.get(_stream(stream)).captured is not None
    return _OK, cudaStreamCaptureStatus(int(capturing))


def cudaStreamGetCaptureInfo(stream: Any) -> Answer:
    graph = streams.get(_stream(stream)).captured
    if graph is None:
        return _OK, cudaStreamCaptureStatus(0), 0
    return _OK, cudaStreamCaptureStatus(1), graph.number


def cudaGraphInstantiate(graph: Any, *settings: Any) -> Answer:
    # Given a buffer for its log, as up to CUDA 11, it also returns a node to blame.
    made = (_OK, cudaGraphExec_t(int(graph)))
    return (*made, None) if len(settings) > 1 else made


def cudaGraphLaunch(graph: Any, stream: Any) -> Answer:
    streams.launch(_graphs[int(graph)], _stream(stream))
    return (_OK,)


def cudaGraphDestroy(graph: Any) -> Answer:
    return (_OK,)


cudaGraphExecDestroy = cudaGraphDestroy


# -- the device


def cudaGetDeviceCount() -> Answer:
    return _OK, 1


def cudaGetDevice() -> Answer:
    return _OK, 0


def cudaSetDevice(number: int) -> Answer:
    return (_OK if number == 0 else cudaError_t.cudaErrorInvalidDevice,)


def cudaGetDeviceProperties(number: int) -> Answer:
    return _OK, cudaDeviceProp()


def cudaDeviceGetAttribute(attribute: Any, number: int) -> Answer:
    return _OK, {16: 1, 75: 9, 76: 0}.get(int(attribute), 0)


def cudaDriverGetVersion() -> Answer:
    return _OK, 12020


def cudaRuntimeGetVersion() -> Answer:
    return _OK, 12020


def cudaDeviceReset() -> Answer:
    return (_OK,)


def cudaProfilerStart() -> Answer:
    return (_OK,)


cudaProfilerStop = cudaProfilerStart


def cudaGetLastError() -> Answer:
    return (_OK,)


cudaPeekAtLastError = cudaGetLastError


def cudaGetErrorName(error: Any) -> Answer:
    return _OK, cudaError_t(int(error)).name.encode("ascii")


def cudaGetErrorString(error: Any) -> Answer:
    return _OK, b"no error" if int(error) == 0 else cudaError_t(int(error)).name.encode("ascii")


def __getattr__(name: str) -> Any:
    raise AttributeError("sim: cuda.cudart.%s is not covered" % name)
