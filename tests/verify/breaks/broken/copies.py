"""Copies and waits that are missing, or that take the wrong bytes.

cudart is the module of cuda-python, cuda its driver module or that of pycuda.
"""

from __future__ import annotations

from typing import Any

from .common import COPY, TO_DEVICE, TO_HOST, WAIT, applied, breaks, device_memory, host_memory

# Programs in which a copy that waits for the stream follows, so that the wait before it is spare.
COPY_WAITS = (
    "gpuarrays_pycuda",
    "profiles_numpy_addresses",
    "lambda_of_execution",
    "contexts_made_anew",
)
before: dict[Any, Any] = {}
PYCUDA_TO_DEVICE = ("memcpy_htod_async", "memcpy_htod")
PYCUDA_TO_HOST = ("memcpy_dtoh_async", "memcpy_dtoh")
DRIVER_TO_HOST = ("cuMemcpyDtoH", "cuMemcpyDtoHAsync")
DONE = (0,)  # what a function of cuda-python answers


@breaks("an input is never copied to the device", COPY, "execute_v2_synchronous")
def no_upload(cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any) -> Any:
    if int(kind) != TO_DEVICE:
        return getattr(cudart, call)(to, source, size, kind, *on)
    applied()
    return DONE


@breaks("an input is copied for the first execution only", COPY, "execute_v2_synchronous")
def upload_once(
    cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any
) -> Any:
    if int(kind) == TO_DEVICE and int(to) in before:
        applied()
        return DONE
    before[int(to)] = True
    return getattr(cudart, call)(to, source, size, kind, *on)


@breaks("half of an input is copied", COPY, "execute_v2_synchronous")
def half_upload(
    cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any
) -> Any:
    if int(kind) == TO_DEVICE:
        applied()
        size //= 2
    return getattr(cudart, call)(to, source, size, kind, *on)


@breaks("an input is copied from other memory", COPY, "execute_v2_synchronous")
def upload_zeros(
    cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any
) -> Any:
    if int(kind) == TO_DEVICE:
        applied()
        source = host_memory(size)
    return getattr(cudart, call)(to, source, size, kind, *on)


@breaks("an output is never copied to the host", COPY, "execute_v2_synchronous")
def no_download(
    cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any
) -> Any:
    if int(kind) != TO_HOST:
        return getattr(cudart, call)(to, source, size, kind, *on)
    applied()
    return DONE


@breaks("half of an output is copied", COPY, "execute_v2_synchronous")
def half_download(
    cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any
) -> Any:
    if int(kind) == TO_HOST:
        applied()
        size //= 2
    return getattr(cudart, call)(to, source, size, kind, *on)


@breaks("an output is copied from its fifth byte on", COPY, "execute_v2_synchronous")
def download_four_bytes_off(
    cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any
) -> Any:
    if int(kind) == TO_HOST:
        applied()
        source, size = int(source) + 4, size - 4
    return getattr(cudart, call)(to, source, size, kind, *on)


@breaks("other memory is copied instead of an output", COPY, "execute_v2_synchronous")
def download_other(
    cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any
) -> Any:
    if int(kind) == TO_HOST:
        applied()
        source = device_memory(size)
    return getattr(cudart, call)(to, source, size, kind, *on)


@breaks("an input is copied back instead of the output", COPY, "ping_pong_in_place")
def download_input(
    cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any
) -> Any:
    if int(kind) == TO_DEVICE:
        before["input"] = to
    elif int(kind) == TO_HOST:
        applied()
        source = before.get("input", source)
    return getattr(cudart, call)(to, source, size, kind, *on)


@breaks("an output is copied to other memory of the host", COPY, "execute_v2_synchronous")
def download_elsewhere(
    cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any
) -> Any:
    if int(kind) == TO_HOST:
        applied()
        to = host_memory(size)
    return getattr(cudart, call)(to, source, size, kind, *on)


@breaks("an output is copied on a stream that nothing orders", COPY, "two_contexts_two_streams")
def download_on_other_stream(
    cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any
) -> Any:
    if int(kind) != TO_HOST:
        return getattr(cudart, call)(to, source, size, kind, *on)
    applied()
    _, stream = cudart.cudaStreamCreateWithFlags(cudart.cudaStreamNonBlocking)
    return cudart.cudaMemcpyAsync(to, source, size, kind, stream)


@breaks("a copy that blocks is one that nobody waits for", COPY, "execute_v2_synchronous")
def download_without_wait(
    cudart: Any, call: str, to: Any, source: Any, size: int, kind: Any, *on: Any
) -> Any:
    if int(kind) != TO_HOST or on:
        return getattr(cudart, call)(to, source, size, kind, *on)
    applied()
    _, stream = cudart.cudaStreamCreateWithFlags(cudart.cudaStreamNonBlocking)
    return cudart.cudaMemcpyAsync(to, source, size, kind, stream)


@breaks("nobody waits for the stream", WAIT, "two_contexts_two_streams", same_in=COPY_WAITS)
def no_wait(owner: Any, call: str, *given: Any) -> Any:
    applied()
    return DONE


@breaks(
    "the program waits for another stream",
    WAIT[:1],
    "two_contexts_two_streams",
    same_in=COPY_WAITS,
)
def wait_for_other_stream(cudart: Any, call: str, stream: Any) -> Any:
    applied()
    return cudart.cudaStreamSynchronize(cudart.cudaStreamCreateWithFlags(1)[1])


@breaks("pycuda: an input is never copied to the device", PYCUDA_TO_DEVICE, "literal_lists_pycuda")
def no_upload_pycuda(cuda: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()


@breaks("pycuda: an output is never copied to the host", PYCUDA_TO_HOST, "literal_lists_pycuda")
def no_download_pycuda(cuda: Any, call: str, *given: Any, **more: Any) -> Any:
    applied()


@breaks("pycuda: other memory is copied to the host", PYCUDA_TO_HOST, "literal_lists_pycuda")
def download_other_pycuda(cuda: Any, call: str, to: Any, source: Any, *on: Any) -> Any:
    applied()
    return getattr(cuda, call)(to, device_memory(memoryview(to).nbytes), *on)


@breaks(
    "pycuda: nobody waits for the stream",
    WAIT[2:],
    "literal_lists_pycuda",
    same_in=COPY_WAITS,
)
def no_wait_pycuda(stream: Any, call: str) -> Any:
    applied()


@breaks("driver: an output is never copied to the host", DRIVER_TO_HOST, "profiles_simple_driver")
def no_download_driver(cuda: Any, call: str, *given: Any) -> Any:
    applied()
    return DONE


@breaks("driver: half of an output is copied", DRIVER_TO_HOST, "profiles_simple_driver")
def half_download_driver(cuda: Any, call: str, to: Any, source: Any, size: int, *on: Any) -> Any:
    applied()
    return getattr(cuda, call)(to, source, size // 2, *on)


@breaks("driver: nobody waits for the stream", WAIT[1:2], "profiles_simple_driver")
def no_wait_driver(cuda: Any, call: str, stream: Any) -> Any:
    applied()
    return DONE


@breaks("a buffer is half as large as its tensor", ("cudaMalloc",), "execute_v2_synchronous")
def half_buffer(cudart: Any, call: str, size: int) -> Any:
    applied()
    return cudart.cudaMalloc(size // 2)


@breaks(
    "all buffers are one",
    ("cudaMalloc",),
    "execute_v2_synchronous",
    same_in=("profiles_numpy_addresses", "contexts_made_anew"),  # layers that work in place
)
def one_buffer(cudart: Any, call: str, size: int) -> Any:
    if "all" in before:
        applied()
        return before["all"]
    before["all"] = cudart.cudaMalloc(1 << 20)
    return before["all"]


@breaks("a buffer is larger than its tensor", ("cudaMalloc",), "execute_v2_synchronous", same=True)
def larger_buffer(cudart: Any, call: str, size: int) -> Any:
    applied()
    return cudart.cudaMalloc(size + 4096)
