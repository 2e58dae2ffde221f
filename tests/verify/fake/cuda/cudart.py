"""As much of cuda-python's runtime as the recorder and its test programs touch; host memory."""

import ctypes
import enum


class cudaError_t(enum.IntEnum):
    cudaSuccess = 0
    cudaErrorInvalidValue = 1


class cudaMemcpyKind(enum.IntEnum):
    cudaMemcpyHostToDevice = 1
    cudaMemcpyDeviceToHost = 2


class _Properties:
    name = b"fake device"


OK = cudaError_t.cudaSuccess
_memory = {}
_flags = {}
capturing = set()
graphs = {}


def cudaGetDeviceCount():
    return OK, 1


def cudaGetDevice():
    return OK, 0


def cudaGetDeviceProperties(_):
    return OK, _Properties()


def cudaDriverGetVersion():
    return OK, 12080


def cudaRuntimeGetVersion():
    return OK, 12020


def cudaMalloc(nbytes):
    block = ctypes.create_string_buffer(b"\xcd" * int(nbytes), int(nbytes) + 1)
    _memory[ctypes.addressof(block)] = block
    return OK, ctypes.addressof(block)


def cudaFree(address):
    return (OK if _memory.pop(int(address), None) else cudaError_t.cudaErrorInvalidValue,)


def cudaMemset(address, value, nbytes):
    ctypes.memset(int(address), value, int(nbytes))
    return (OK,)


def cudaMemcpy(target, source, nbytes, kind):
    ctypes.memmove(int(target), int(source), int(nbytes))
    return (OK,)


def cudaMemcpyAsync(target, source, nbytes, kind, stream):
    return cudaMemcpy(target, source, nbytes, kind)


def cudaStreamCreate():
    return cudaStreamCreateWithFlags(0)


def cudaStreamCreateWithFlags(flags):
    stream = 1000 + len(_flags)
    _flags[stream] = flags
    return OK, stream


def cudaStreamGetFlags(stream):
    return OK, _flags[int(stream)]


def cudaStreamSynchronize(stream):
    return (OK,)


def cudaDeviceSynchronize():
    return (OK,)


def cudaStreamIsCapturing(stream):
    return OK, int(int(stream) in capturing)


def cudaStreamBeginCapture(stream, mode):
    capturing.add(int(stream))
    graphs[int(stream)] = []
    return (OK,)


def cudaStreamEndCapture(stream):
    capturing.discard(int(stream))
    graph = 5000 + int(stream)
    graphs[graph] = graphs.pop(int(stream))
    return OK, graph


def cudaGraphInstantiate(graph, flags=0):
    executable = 9000 + int(graph)
    graphs[executable] = graphs[int(graph)]
    return OK, executable


def cudaGraphLaunch(executable, stream):
    for work in graphs[int(executable)]:
        work()
    return (OK,)
