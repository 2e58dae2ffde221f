"""Plans: engines as bytes, across releases, and engines known only by a description."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.verify.sim.worlds import World, entered

DESCRIPTION: dict[str, Any] = {
    "tensors": [
        {"name": "x", "mode": "input", "dtype": "float32", "shape": [-1, 3], "location": "device"},
        {"name": "w", "mode": "input", "dtype": "float32", "shape": [2], "location": "device"},
        {"name": "y", "mode": "output", "dtype": "float32", "shape": [-1, 4], "location": "device"},
        {
            "name": "z",
            "mode": "output",
            "dtype": "int32",
            "shape": ["2 * x[0]"],
            "location": "device",
        },
    ],
    "profiles": [{"x": [[1, 3], [4, 3], [8, 3]], "w": [[2], [2], [2]]}],
}
PLAN = b"ptrt" + bytes(range(256))


@pytest.fixture
def described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan file of a GPU with its description, in the current folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "model.plan"
    path.write_bytes(PLAN)
    path.with_name("model.plan.io.json").write_text(json.dumps(DESCRIPTION))
    return path


def deserialized(sim: World, plan: Any) -> Any:
    return sim.trt.Runtime(sim.logger()).deserialize_cuda_engine(plan)


def outputs(sim: World, engine: Any, x: np.ndarray, w: np.ndarray) -> tuple[bytes, bytes]:
    context = engine.create_execution_context()
    assert context.set_input_shape("x", x.shape)
    y, z = sim.allocate(16 * len(x)), sim.allocate(8 * len(x))
    for name, address in (("x", sim.upload(x)), ("w", sim.upload(w)), ("y", y), ("z", z)):
        assert context.set_tensor_address(name, address)
    assert context.execute_async_v3(0)
    return (
        sim.download(y, (len(x), 4)).tobytes(),
        sim.download(z, (2 * len(x),), np.int32).tobytes(),
    )


def test_a_plan_gives_the_engine_back(sim: World) -> None:
    plan = bytes(sim.sum_and_product().serialize())
    engine = deserialized(sim, plan)
    assert [engine.get_tensor_name(i) for i in range(4)] == ["inputT0", "inputT1", "outA", "outB"]
    assert engine.num_optimization_profiles == 2
    assert bytes(engine.serialize()) == plan


def test_the_same_network_gives_the_same_bytes(sim: World) -> None:
    assert bytes(sim.negation().serialize()) == bytes(sim.negation().serialize())


@pytest.mark.parametrize("later", ["10", "11"])
def test_a_plan_of_8_6_runs_on_a_later_release(later: str) -> None:
    with entered("8.6") as sim:
        plan = bytes(sim.negation((2,)).serialize())
    with entered(later) as sim:
        context = deserialized(sim, plan).create_execution_context()
        x, y = sim.upload(np.array([1, 2], np.float32)), sim.allocate(8)
        context.set_tensor_address("x", x)
        context.set_tensor_address("y", y)
        assert context.execute_async_v3(0)
        assert sim.download(y, (2,)).tolist() == [-1, -2]


def test_a_plan_in_memory_is_a_buffer_and_nothing_more(sim: World) -> None:
    plan = sim.negation().serialize()
    assert len(bytes(plan)) == plan.nbytes == memoryview(plan).nbytes
    assert bool(plan)
    with pytest.raises(TypeError):
        len(plan)
    with pytest.raises(TypeError):
        plan[0]
    with pytest.raises(AttributeError):
        plan.create_execution_context()


def test_a_plan_can_be_written_to_a_file(sim: World, tmp_path: Path) -> None:
    plan = sim.negation().serialize()
    with open(tmp_path / "model.plan", "wb") as file:
        file.write(plan)
    assert (tmp_path / "model.plan").read_bytes() == bytes(plan)


def test_an_empty_plan_gives_no_engine(sim: World) -> None:
    assert deserialized(sim, b"") is None


@pytest.mark.parametrize("wrong", [None, "text"])
def test_what_is_no_buffer_is_a_type_error(sim: World, wrong: Any) -> None:
    with pytest.raises(TypeError):
        deserialized(sim, wrong)


def test_a_plan_of_a_gpu_without_description_is_refused_by_name(
    sim: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotImplementedError, match=r"plan made for a GPU.*\.io\.json"):
        deserialized(sim, PLAN)


def test_a_description_beside_the_plan_gives_an_engine(sim: World, described: Path) -> None:
    engine = deserialized(sim, PLAN)
    assert [engine.get_tensor_name(i) for i in range(4)] == ["x", "w", "y", "z"]
    assert engine.get_tensor_shape("x") == (-1, 3)
    assert [tuple(s) for s in engine.get_tensor_profile_shape("x", 0)] == [(1, 3), (4, 3), (8, 3)]


def test_a_description_is_found_where_the_program_opened_the_plan(
    sim: World, described: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = described.parent / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    with open(described, "rb") as file:
        assert deserialized(sim, file.read()) is not None


def test_a_description_of_another_plan_does_not_count(sim: World, described: Path) -> None:
    with pytest.raises(NotImplementedError):
        deserialized(sim, PLAN + b"more")


def test_described_outputs_take_their_extents_from_the_inputs(sim: World, described: Path) -> None:
    context = deserialized(sim, PLAN).create_execution_context()
    assert context.get_tensor_shape("y") == (-1, 4)
    context.set_input_shape("x", (5, 3))
    assert context.get_tensor_shape("y") == (5, 4)
    assert context.get_tensor_shape("z") == (10,)


def test_described_outputs_are_the_same_for_the_same_inputs(sim: World, described: Path) -> None:
    x, w = np.ones((2, 3), np.float32), np.ones(2, np.float32)
    first, second = (outputs(sim, deserialized(sim, PLAN), x, w) for _ in range(2))
    assert first == second


def test_described_outputs_are_the_same_in_every_release(described: Path) -> None:
    x, w = np.ones((2, 3), np.float32), np.ones(2, np.float32)
    found = set()
    for release in ("8.6", "10", "11"):
        with entered(release) as sim:
            found.add(outputs(sim, deserialized(sim, PLAN), x, w))
    assert len(found) == 1


def test_a_bit_of_any_input_changes_every_described_output(sim: World, described: Path) -> None:
    x, w = np.ones((2, 3), np.float32), np.ones(2, np.float32)
    first = outputs(sim, deserialized(sim, PLAN), x, w)
    other_x, other_w = x.copy(), w.copy()
    other_x[1, 2] = np.nextafter(np.float32(1), np.float32(2))
    other_w[0] = -1
    for changed in ((other_x, w), (x, other_w)):
        found = outputs(sim, deserialized(sim, PLAN), *changed)
        assert all(a != b for a, b in zip(first, found, strict=True))


def test_described_outputs_differ_from_each_other(sim: World, described: Path) -> None:
    x, w = np.ones((2, 3), np.float32), np.ones(2, np.float32)
    y, z = outputs(sim, deserialized(sim, PLAN), x, w)
    assert y[: len(z)] != z


def test_a_described_shape_input_lies_on_the_host(
    sim: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plan = PLAN + b"with a shape input"
    (tmp_path / "s.plan").write_bytes(plan)
    tensors = [
        {"name": "s", "mode": "input", "dtype": "int32", "shape": [2], "location": "host"},
        {"name": "y", "mode": "output", "dtype": "float32", "shape": [3], "location": "device"},
    ]
    (tmp_path / "s.plan.io.json").write_text(json.dumps({"tensors": tensors, "profiles": [{}]}))
    context = deserialized(sim, plan).create_execution_context()
    values, y = np.array([4, 5], np.int32), sim.allocate(12)
    context.set_tensor_address("s", values.ctypes.data)
    context.set_tensor_address("y", y)
    assert context.execute_async_v3(0)
    first = sim.download(y, (3,)).tobytes()
    values[0] = 9
    assert context.execute_async_v3(0)
    assert sim.download(y, (3,)).tobytes() != first


def test_a_refitted_engine_computes_with_the_new_weights(sim: World) -> None:
    trt = sim.trt
    builder, network, config = sim.network()
    config.set_flag(trt.BuilderFlag.REFIT)
    x = network.add_input("x", trt.float32, (2,))
    constant = network.add_constant((2,), np.array([1, 1], np.float32))
    constant.name = "offset"
    total = network.add_elementwise(x, constant.get_output(0), trt.ElementWiseOperation.SUM)
    total.get_output(0).name = "y"
    network.mark_output(total.get_output(0))
    engine = sim.build(builder, network, config)
    refitter = trt.Refitter(engine, builder.logger)
    assert refitter.set_weights("offset", trt.WeightsRole.CONSTANT, np.array([5, 6], np.float32))
    assert refitter.set_weights("nope", trt.WeightsRole.CONSTANT, np.zeros(2, np.float32)) is False
    assert refitter.refit_cuda_engine()
    context = engine.create_execution_context()
    y = sim.allocate(8)
    context.set_tensor_address("x", sim.upload(np.zeros(2, np.float32)))
    context.set_tensor_address("y", y)
    context.execute_async_v3(0)
    assert sim.download(y, (2,)).tolist() == [5, 6]
