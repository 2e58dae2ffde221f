"""The device memory of a wrapper: CUDA libraries, and tensors of torch."""

from __future__ import annotations

from dataclasses import dataclass

from tests.generator.choices import Choices
from tests.generator.libraries import CHECKED, CUDART, PYCUDA, Cuda
from tests.generator.text import Lines


@dataclass(frozen=True)
class Device:
    """Expressions and statements; `{h}` is a host array, `{d}` device memory of its size."""

    imports: Lines
    made: str
    address: str
    stream: str
    handle: str
    to_device: str
    to_host: str
    wait: str
    helpers: Lines


def of_library(cuda: Cuda, address: str = "int({d})") -> Device:
    return Device(
        cuda.imports,
        cuda.malloc.format("{h}.nbytes"),
        address,
        cuda.stream,
        cuda.handle,
        cuda.to_device.format("{d}", "{h}"),
        cuda.to_host.format("{h}", "{d}"),
        cuda.wait,
        cuda.helpers,
    )


def of_torch(c: Choices, dtype: str) -> Device:
    """Tensors of torch; where copies do not wait for the stream, `$wait` does."""
    stream = c.pick("stream of torch", ["torch.cuda.Stream()", "torch.cuda.current_stream()"])
    made = {
        "empty": f'torch.empty({{h}}.shape, dtype=torch.{dtype}, device="cuda")',
        "size": f"torch.empty(size=tuple({{h}}.shape), dtype=torch.{dtype}).cuda()",
        "zeros": f'torch.zeros({{h}}.shape, dtype=torch.{dtype}, device="cuda")',
        "from_numpy": "torch.from_numpy({h}).cuda()",
        "to": 'torch.from_numpy({h}).to("cuda")',
        "empty_like": 'torch.empty_like(torch.from_numpy({h}), device="cuda")',
    }
    return Device(
        ["import torch"],
        c.one("tensor made", made),
        c.pick("address of a tensor", ["{d}.data_ptr()", "int({d}.data_ptr())"]),
        stream,
        "$stream.cuda_stream",
        "{d}.copy_(torch.from_numpy({h}))",
        "$wait\n{h}[...] = {d}.cpu().numpy()",
        "$stream.synchronize()",
        [],
    )


def choose_device(c: Choices, dtype: str) -> Device:
    name = c.pick("device memory", ["cudart", "cudart, plain", "pycuda", "checked", "torch"])
    if name == "torch":
        return of_torch(c, dtype)
    if name == "cudart, plain":
        return of_library(CUDART, "{d}")
    return of_library({"cudart": CUDART, "pycuda": PYCUDA, "checked": CHECKED}[name])
