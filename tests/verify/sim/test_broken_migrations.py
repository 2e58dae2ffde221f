"""Whole programs on the simulator: a right migration prints what the original printed, and each of
the usual mistakes prints something else or fails loudly.

The programs run as they would for a user: in a process of their own, with the stand-ins first on
the path.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from trtmigrate.verify.sim import SITE

# Two inputs, so that a swap shows; two profiles; the second one is used.
BUILD = """
import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1)
config = builder.create_builder_config()
a = network.add_input("a", trt.float32, (-1, 3))
b = network.add_input("b", trt.float32, (-1, 3))
difference = network.add_elementwise(a, b, trt.ElementWiseOperation.SUB).get_output(0)
difference.name = "y"
network.mark_output(difference)
for most in (4, 8):
    profile = builder.create_optimization_profile()
    for name in ("a", "b"):
        profile.set_shape(name, (1, 3), (2, 3), (most, 3))
    config.add_optimization_profile(profile)
plan = builder.build_serialized_network(network, config)
engine = trt.Runtime(logger).deserialize_cuda_engine(plan)
context = engine.create_execution_context()
_, stream = cudart.cudaStreamCreateWithFlags(cudart.cudaStreamNonBlocking)
context.set_optimization_profile_async(1, int(stream))
H2D = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
D2H = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


def upload(array):
    address = cudart.cudaMalloc(array.nbytes)[1]
    cudart.cudaMemcpy(address, array.ctypes.data, array.nbytes, H2D)
    return address


host = np.zeros((6, 3), np.float32)
"""

BEFORE = """
for rows in (2, 6):
    first = upload(np.arange(rows * 3, dtype=np.float32))
    second = upload(np.ones(rows * 3, np.float32))
    result = cudart.cudaMalloc(rows * 12)[1]
    context.set_binding_shape(3, (rows, 3))
    context.set_binding_shape(4, (rows, 3))
    context.execute_async_v2([0, 0, 0, first, second, result], int(stream))
    cudart.cudaStreamSynchronize(stream)
    cudart.cudaMemcpy(host.ctypes.data, result, rows * 12, D2H)
    print(host[:rows].tolist())
"""

AFTER = """
for rows in (2, 6):
    first = upload(np.arange(rows * 3, dtype=np.float32))
    second = upload(np.ones(rows * 3, np.float32))
    result = cudart.cudaMalloc(rows * 12)[1]
    context.set_input_shape("a", (rows, 3))
    context.set_input_shape("b", (rows, 3))
    context.set_tensor_address("a", first)
    context.set_tensor_address("b", second)
    context.set_tensor_address("y", result)
    context.execute_async_v3(int(stream))
    cudart.cudaStreamSynchronize(stream)
    cudart.cudaMemcpy(host.ctypes.data, result, rows * 12, D2H)
    print(host[:rows].tolist())
"""

SET_A = 'context.set_tensor_address("a", first)'
SET_B = 'context.set_tensor_address("b", second)'
SET_Y = 'context.set_tensor_address("y", result)'
EXECUTE = "context.execute_async_v3(int(stream))"
WAIT = "cudart.cudaStreamSynchronize(stream)"
COPY = "cudart.cudaMemcpy(host.ctypes.data, result, rows * 12, D2H)"

# What was done wrong -> the replacements in AFTER or BUILD that do it.
BROKEN = {
    "swapped addresses": [
        (SET_A, SET_A.replace("first", "second")),
        (SET_B, SET_B.replace("second", "first")),
    ],
    "wrong profile": [("context.set_optimization_profile_async(1, int(stream))", "")],
    "stale shape": [("(rows, 3)", "(2, 3)")],
    "missing address": [(SET_B, "pass")],
    "address of the first round only": [(SET_Y, f"rows == 2 and {SET_Y}")],
    "wrong type of a buffer": [("np.arange(rows * 3, dtype=np.float32)", "np.arange(rows * 3)")],
    "too small a buffer": [("cudart.cudaMalloc(rows * 12)", "cudart.cudaMalloc(rows * 6)")],
    "copied before the stream ended": [(WAIT, "pass")],
    "copied on another stream": [
        (WAIT, "other = cudart.cudaStreamCreateWithFlags(1)[1]"),
        (COPY, COPY.replace("cudaMemcpy", "cudaMemcpyAsync").replace("D2H)", "D2H, other)")),
    ],
    "index instead of a name": [(SET_A, SET_A.replace('"a"', "0"))],
    "suffixed name": [(SET_A, SET_A.replace('"a"', '"a [profile 1]"'))],
    "freed before it ran": [(EXECUTE, f"cudart.cudaFree(second); {EXECUTE}")],
}


def run(folder: Path, program: str, release: str) -> subprocess.CompletedProcess[str]:
    script = folder / "program.py"
    script.write_text(program)
    environment = {**os.environ, "PYTHONPATH": str(SITE), "TRTMIGRATE_SIM_RELEASE": release}
    return subprocess.run(
        [sys.executable, str(script)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the original prints on 8.6."""
    done = run(tmp_path_factory.mktemp("before"), BUILD + BEFORE, "8.6")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("[[-1.0, 0.0, 1.0], [2.0")
    return done.stdout


@pytest.mark.parametrize("release", ["8.6", "10", "11"])
def test_a_right_migration_prints_the_same(tmp_path: Path, original: str, release: str) -> None:
    done = run(tmp_path, BUILD + AFTER, release)
    assert (done.returncode, done.stdout) == (0, original), done.stderr


def test_old_setters_with_the_new_call_compute_the_same_on_8_6_and_do_not_run_on_10(
    tmp_path: Path, original: str
) -> None:
    program = (BUILD + AFTER).replace(
        'context.set_input_shape("a", ', "context.set_binding_shape(3, "
    )
    program = program.replace('context.set_input_shape("b", ', "context.set_binding_shape(4, ")
    done = run(tmp_path, program, "8.6")
    assert (done.returncode, done.stdout) == (0, original), done.stderr
    assert "set_binding_shape" in run(tmp_path, program, "10").stderr


def test_the_original_does_not_run_on_10(tmp_path: Path) -> None:
    done = run(tmp_path, BUILD + BEFORE, "10")
    assert done.returncode != 0
    assert "has no attribute 'set_binding_shape'" in done.stderr


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_mistake_shows(tmp_path: Path, original: str, mistake: str) -> None:
    program = BUILD + AFTER
    for right, wrong in BROKEN[mistake]:
        assert right in program
        program = program.replace(right, wrong)
    done = run(tmp_path, program, "8.6")
    assert done.returncode != 0 or done.stdout != original


PYCUDA = textwrap.dedent(
    """
    import pycuda.autoinit
    import pycuda.driver as cuda

    context.set_optimization_profile_async(0, 0)
    stream = cuda.Stream()
    buffers = [cuda.pagelocked_empty(6, np.float32) for _ in range(3)]
    device = [cuda.mem_alloc(buffer.nbytes) for buffer in buffers]
    buffers[0][:] = 3
    buffers[1][:] = 1
    buffers[2][:] = 0
    for i in range(2):
        cuda.memcpy_htod_async(device[i], buffers[i], stream)
        context.set_input_shape(engine.get_tensor_name(i), (2, 3))
    for i in range(3):
        context.set_tensor_address(engine.get_tensor_name(i), int(device[i]))
    context.execute_async_v3(stream.handle)
    cuda.memcpy_dtoh_async(buffers[2], device[2], stream)
    stream.synchronize()
    print(buffers[2].tolist())
    """
)


def test_a_pycuda_program_without_its_synchronisation_shows(tmp_path: Path) -> None:
    right = run(tmp_path, BUILD + PYCUDA, "8.6")
    assert right.stdout == "[2.0, 2.0, 2.0, 2.0, 2.0, 2.0]\n", right.stderr
    wrong = run(tmp_path, BUILD + PYCUDA.replace("stream.synchronize()\n", ""), "8.6")
    assert wrong.stdout == "[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]\n", wrong.stderr


def test_the_stand_ins_are_written_for_python_3_8() -> None:
    import ast

    for path in SITE.rglob("*.py"):
        ast.parse(path.read_text(), str(path), feature_version=(3, 8))
