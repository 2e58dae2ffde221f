"""The calls of one CUDA library."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.generator.choices import Choices
from tests.generator.text import Lines, lines_of


@dataclass(frozen=True)
class Cuda:
    """Expressions and statements; `{0}`, `{1}` are their operands and $stream is the stream."""

    imports: Lines
    malloc: str
    stream: str
    handle: str
    to_device: str
    to_host: str
    wait: str
    free: str
    helpers: Lines = field(default_factory=list)


PYCUDA = Cuda(
    ["import pycuda.autoinit", "import pycuda.driver as cuda"],
    malloc="cuda.mem_alloc({0})",
    stream="cuda.Stream()",
    handle="$stream.handle",
    to_device="cuda.memcpy_htod_async({0}, {1}, $stream)",
    to_host="cuda.memcpy_dtoh_async({0}, {1}, $stream)",
    wait="$stream.synchronize()",
    free="{0}.free()",
)
PYCUDA_SYNCHRONOUS = Cuda(
    PYCUDA.imports,
    malloc="cuda.mem_alloc({0})",
    stream="cuda.Stream()",
    handle="$stream.handle",
    to_device="cuda.memcpy_htod({0}, {1})",
    to_host="cuda.memcpy_dtoh({0}, {1})",
    wait="$stream.synchronize()",
    free="del {0}",
)
CUDART = Cuda(
    ["from cuda import cudart"],
    malloc="cudart.cudaMalloc({0})[1]",
    stream="cudart.cudaStreamCreate()[1]",
    handle="$stream",
    to_device="cudart.cudaMemcpyAsync({0}, {1}.ctypes.data, {1}.nbytes, "
    "cudart.cudaMemcpyKind.cudaMemcpyHostToDevice, $stream)",
    to_host="cudart.cudaMemcpyAsync({0}.ctypes.data, {1}, {0}.nbytes, "
    "cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost, $stream)",
    wait="cudart.cudaStreamSynchronize($stream)",
    free="cudart.cudaFree({0})",
)
CHECKED = Cuda(
    ["from cuda import cudart"],
    malloc="checked(cudart.cudaMalloc({0}))",
    stream="checked(cudart.cudaStreamCreate())",
    handle="$stream",
    to_device="checked(cudart.cudaMemcpyAsync({0}, {1}.ctypes.data, {1}.nbytes, H2D, $stream))",
    to_host="checked(cudart.cudaMemcpyAsync({0}.ctypes.data, {1}, {0}.nbytes, D2H, $stream))",
    wait="checked(cudart.cudaStreamSynchronize($stream))",
    free="checked(cudart.cudaFree({0}))",
    helpers=lines_of(
        "H2D = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice\n"
        "D2H = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost\n\n\n"
        "def checked(answer):\n"
        "    if answer[0] != cudart.cudaError_t.cudaSuccess:\n"
        "        raise RuntimeError(answer[0])\n"
        "    return answer[1] if len(answer) > 1 else None"
    ),
)

TORCH = Cuda(["import torch"], "", "", "", "", "", "", "")  # its modules have their own calls


def choose_cuda(c: Choices) -> Cuda:
    return c.one(
        "cuda",
        {
            "cudart": CUDART,
            "cudart, checked": CHECKED,
            "pycuda": PYCUDA,
            "pycuda, synchronous copies": PYCUDA_SYNCHRONOUS,
        },
    )
