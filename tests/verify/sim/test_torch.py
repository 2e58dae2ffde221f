"""Real torch on the simulated device. Skipped where torch is not installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from trtmigrate.verify.backend import simulated
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.options import Options
from trtmigrate.verify.result import Verification
from trtmigrate.verify.verification import verify

pytest.importorskip("torch")

BEFORE = """
import numpy as np
import tensorrt as trt
import torch

device = torch.device("cuda:0")
logger = trt.Logger()
builder = trt.Builder(logger)
network, config = builder.create_network(1), builder.create_builder_config()
profile = builder.create_optimization_profile()
for name in "ab":
    network.add_input(name, trt.float32, (-1, 4))
    profile.set_shape(name, (1, 4), (2, 4), (8, 4))
config.add_optimization_profile(profile)
a, b = (network.get_input(i) for i in range(2))
layer = network.add_elementwise(a, b, trt.ElementWiseOperation.SUB)
layer.get_output(0).name = "y"
network.mark_output(layer.get_output(0))
plan = builder.build_serialized_network(network, config)
engine = trt.Runtime(logger).deserialize_cuda_engine(plan)
context = engine.create_execution_context()
model = torch.nn.Linear(4, 4).eval().to(device)
stream = torch.cuda.Stream()
for rows in (2, 5):
    with torch.no_grad(), torch.cuda.stream(stream):
        first = model(torch.arange(rows * 4, dtype=torch.float32, device=device).view(rows, 4))
        second = torch.ones(rows, 4).pin_memory().cuda(non_blocking=True)
        for i in range(2):
            context.set_binding_shape(i, (rows, 4))
        y = torch.empty(tuple(context.get_binding_shape(2)), device=device)
        pointers = [first.data_ptr(), second.data_ptr(), y.data_ptr()]
        context.execute_async_v2(pointers, stream.cuda_stream)
        stream.synchronize()
        host = y.cpu()
    print(tuple(host.shape), torch.equal(host, (first - second).cpu()), float(host.sum()))
"""
QUESTIONS = """
import torch
x = torch.ones(2, device="cuda")
half = x.half()
assert x.is_cuda and half.is_cuda and x[0].is_cuda and torch.cat([x, x]).is_cuda
assert x.device == torch.device("cuda:0") and half.dtype == torch.float16
assert not x.cpu().is_cuda and not x.to("cpu").is_cuda and x.to(torch.int32).is_cuda
assert not torch.ones(2).is_cuda and torch.ones(2).to(x.device).is_cuda
assert torch.zeros_like(x).is_cuda and not torch.zeros_like(x, device="cpu").is_cuda
assert torch.empty(3, device="cuda").tolist() == [0, 0, 0]
assert all(p.is_cuda for p in torch.nn.Linear(2, 2).cuda().parameters())
kept = torch.ones(2)
moved = kept.cuda()
moved += 1
assert kept.tolist() == [1, 1] and moved.is_cuda and moved.tolist() == [2, 2]
try:
    x.numpy()
except TypeError as error:
    assert "Tensor.cpu()" in str(error)
else:
    raise AssertionError
"""


def run(tmp_path: Path, before: str, after: str) -> Verification:
    for name, source in (("before.py", before), ("after.py", after)):
        (tmp_path / name).write_text(source)
    places = simulated("8.6", "test"), simulated("8.6", "test")
    scripts = tmp_path / "before.py", tmp_path / "after.py"
    return verify(*scripts, [], Options(timeout=120), places)


def test_program_with_torch_is_compared(tmp_path: Path) -> None:
    (tmp_path / "before.py").write_text(BEFORE)
    places = simulated("8.6", "test"), simulated("10", "test")
    result = verify(tmp_path / "before.py", None, [], Options(timeout=120), places)
    assert result.verdict is Verdict.IDENTICAL, result.reason
    assert len(result.comparison.executions) == 2
    assert result.before is not None
    assert result.before.printed.lines[0].text.startswith("(2, 4) True ")
    reads = [copy for one in result.before.record.executions for copy in one.copies]
    assert [(copy.tensor, copy.early) for copy in reads] == [("y", False)] * 2


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("[first.data_ptr(), second.data_ptr()", "[second.data_ptr(), first.data_ptr()"),
        ("y.data_ptr()]", "torch.empty_like(y).data_ptr()]"),
        ("stream.synchronize()\n        host = y.cpu()", "pass\n    host = y.cpu()"),
    ],
)
def test_break_is_found(tmp_path: Path, right: str, wrong: str) -> None:
    assert right in BEFORE
    assert run(tmp_path, BEFORE, BEFORE.replace(right, wrong)).verdict is Verdict.DIFFERENT


def test_every_way_to_the_host_is_a_read_and_is_early_outside_the_stream(tmp_path: Path) -> None:
    ways = 'y.to("cpu"), y.tolist(), torch.empty(y.shape).copy_(y), y[0, 0].item(), y.half()'
    source, _, _ = BEFORE.replace("host = y.cpu()", f"host = [{ways}]").partition("    print(")
    assert ways in source
    hurried = source.replace("stream.synchronize()\n        host", "pass\n    host")
    result = run(tmp_path, source, hurried)
    assert result.verdict is Verdict.DIFFERENT
    assert result.before and result.after
    copies = [
        [(copy.nbytes, copy.early) for one in side.record.executions for copy in one.copies]
        for side in (result.before, result.after)
    ]
    sizes = (32, 32, 32, 4, 80, 80, 80, 4)  # half() stays on the GPU
    assert copies == [[(size, False) for size in sizes], [(size, True) for size in sizes]]


def test_copy_that_does_not_block_is_waited_for_by_the_program(tmp_path: Path) -> None:
    copy = "torch.empty(y.shape).copy_(y, non_blocking=True)"
    source = BEFORE.replace("stream.synchronize()\n        host = y.cpu()", f"host = {copy}")
    assert copy in source
    waiting = source.replace(copy, f"{copy}\n        stream.synchronize()")
    result = run(tmp_path, waiting, source)
    assert result.verdict is Verdict.DIFFERENT
    assert result.before and result.after
    assert not result.before.record.executions[0].copies[0].early
    assert result.after.record.executions[0].copies[0].early


def test_tensors_say_that_they_are_on_a_gpu(tmp_path: Path) -> None:
    result = run(tmp_path, QUESTIONS + BEFORE, QUESTIONS + BEFORE)
    assert result.verdict is Verdict.IDENTICAL, result.reason
