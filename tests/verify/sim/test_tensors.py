"""The tensor-name API, in every release unless the claim says otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.verify.sim.worlds import World


class WithInt:
    def __init__(self, value: int) -> None:
        self.value = value

    def __int__(self) -> int:
        return self.value


class WithIndex(WithInt):
    def __index__(self) -> int:
        return self.value


@pytest.fixture
def context(sim: World) -> Any:
    return sim.sum_and_product().create_execution_context()


def ready(sim: World, context: Any) -> list[int]:
    """Shapes, inputs 2 and 5, and addresses; returns the addresses."""
    for name in ("inputT0", "inputT1"):
        assert context.set_input_shape(name, (3, 2))
    left, right = np.full((3, 2), 2, np.float32), np.full((3, 2), 5, np.float32)
    addresses = [sim.upload(left), sim.upload(right), sim.allocate(24), sim.allocate(24)]
    for place, address in enumerate(addresses):
        assert context.set_tensor_address(context.engine.get_tensor_name(place), address)
    return addresses


def test_an_execution_by_names_computes(sim: World, context: Any) -> None:
    addresses = ready(sim, context)
    assert context.execute_async_v3(0) is True
    assert (sim.download(addresses[2], (3, 2)) == 7).all()
    assert (sim.download(addresses[3], (3, 2)) == 10).all()


def test_without_an_address_the_answer_is_false_and_a_message(sim: World, context: Any) -> None:
    for name in ("inputT0", "inputT1"):
        context.set_input_shape(name, (3, 2))
    assert context.execute_async_v3(0) is False
    assert "Address is not set for input tensor inputT0" in sim.messages[-1]


def test_addresses_stay_until_they_are_changed(sim: World, context: Any) -> None:
    addresses = ready(sim, context)
    context.set_optimization_profile_async(1, 0)
    assert context.get_tensor_address("inputT0") == addresses[0]
    for name in ("inputT0", "inputT1"):
        context.set_input_shape(name, (3, 2))
    assert context.execute_async_v3(0) is True


def test_shapes_survive_another_profile_on_8_only(sim: World, context: Any) -> None:
    ready(sim, context)
    context.set_optimization_profile_async(1, 0)
    if sim.release.startswith("8"):
        assert context.get_tensor_shape("outA") == (3, 2)
        return
    assert context.get_tensor_shape("outA") == (-1, -1)
    assert context.execute_async_v3(0) is False


def resized(sim: World, context: Any, *asked: str) -> Any:
    """The sum of (3, 2) inputs that had (1, 2) in the execution before; `asked` comes between."""
    left, right = np.full((3, 2), 2, np.float32), np.full((3, 2), 5, np.float32)
    addresses = [sim.upload(left), sim.upload(right), sim.upload(left * 0), sim.allocate(24)]
    for place, address in enumerate(addresses):
        context.set_tensor_address(context.engine.get_tensor_name(place), address)
    for rows in (1, 3):
        for name in ("inputT0", "inputT1"):
            context.set_input_shape(name, (rows, 2))
        for method in asked if rows == 3 else ():
            getattr(context, method)(*(() if method == "infer_shapes" else ("outA",)))
        assert context.execute_async_v3(0) is True
    return sim.download(addresses[2], (3, 2))


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ((), 3),
        (("get_tensor_shape",), 3),
        (("get_tensor_strides",), 1),
        (("get_tensor_shape", "get_tensor_strides"), 1),
        (("get_tensor_strides", "get_tensor_shape"), 3),
        (("infer_shapes", "get_tensor_strides"), 3),
        (("get_tensor_strides", "infer_shapes"), 3),
    ],
)
def test_strides_asked_before_infer_shapes_leave_the_former_shapes(
    sim: World, context: Any, asked: tuple[str, ...], rows: int
) -> None:
    found = resized(sim, context, *asked)
    assert (found[:rows] == 7).all() and (found[rows:] == 0).all()


def test_infer_shapes_names_what_is_missing(context: Any) -> None:
    assert context.infer_shapes() == ["inputT0", "inputT1"]
    context.set_input_shape("inputT0", (2, 2))
    assert context.infer_shapes() == ["inputT1"]
    context.set_input_shape("inputT1", (2, 2))
    assert context.infer_shapes() == []


def test_shapes_that_do_not_fit_each_other_are_refused(sim: World, context: Any) -> None:
    context.set_input_shape("inputT0", (2, 3))
    context.set_input_shape("inputT1", (4, 3))
    with pytest.raises(RuntimeError):
        context.infer_shapes()


@pytest.mark.parametrize(
    "shape",
    [(3, 2), [3, 2], [np.int64(3), np.int32(2)], np.array([3, 2])],
    ids=["tuple", "list", "numpy integers", "array"],
)
def test_a_shape_may_be_any_sequence_of_integers(context: Any, shape: Any) -> None:
    assert context.set_input_shape("inputT0", shape) is True
    assert context.get_tensor_shape("inputT0") == (3, 2)


@pytest.mark.parametrize("shape", [(3, 2.5), (3, np.zeros((2, 2))), (3, "2")])
def test_other_extents_are_type_errors(context: Any, shape: Any) -> None:
    with pytest.raises(TypeError):
        context.set_input_shape("inputT0", shape)


@pytest.mark.parametrize("kind", [int, np.int64, WithInt, WithIndex, np.array])
def test_an_address_may_be_anything_with_an_integer(sim: World, context: Any, kind: Any) -> None:
    address = sim.allocate(16)
    assert context.set_tensor_address("inputT0", kind(address)) is True
    assert context.get_tensor_address("inputT0") == address


@pytest.mark.parametrize("wrong", [1.0, None, "0", -1, np.array([1])])
def test_other_addresses_are_type_errors(context: Any, wrong: Any) -> None:
    with pytest.raises(TypeError):
        context.set_tensor_address("inputT0", wrong)


def test_an_address_for_an_unknown_name_is_refused(sim: World, context: Any) -> None:
    assert context.set_tensor_address("nope", 1) is False
    assert "nope" in sim.messages[-1]


def test_the_address_zero_is_taken_back(context: Any) -> None:
    assert context.set_tensor_address("inputT0", 0) is True
    assert context.get_tensor_address("inputT0") == 0


def test_an_unknown_name_gets_answers_and_no_exceptions(sim: World) -> None:
    engine = sim.negation()
    assert engine.get_tensor_mode("nope") == sim.trt.TensorIOMode.NONE
    assert engine.get_tensor_dtype("nope") == sim.trt.DataType.FLOAT
    assert engine.get_tensor_location("nope") == sim.trt.TensorLocation.DEVICE
    assert engine.get_tensor_dtype(None) == sim.trt.DataType.FLOAT
    shape = engine.get_tensor_shape("nope")
    assert [extent for extent in shape] == []  # noqa: C416  (list() asks for the length)
    assert sim.trt.volume(shape) == 1
    with pytest.raises(ValueError):
        bool(shape)


def test_10_iterates_names_once_and_has_no_length(sim10: World) -> None:
    engine = sim10.sum_and_product()
    assert list(engine) == ["inputT0", "inputT1", "outA", "outB"]
    assert engine[-1] == "outB"
    with pytest.raises(TypeError):
        len(engine)
    with pytest.raises(TypeError):
        engine["outA"]
    with pytest.raises(IndexError):
        engine[4]


def test_every_context_of_10_starts_at_profile_0(sim10: World) -> None:
    engine = sim10.sum_and_product()
    contexts = [engine.create_execution_context() for _ in range(2)]
    assert [one.active_optimization_profile for one in contexts] == [0, 0]


def test_the_list_of_10_has_the_tensors_of_one_profile(sim10: World) -> None:
    context = sim10.sum_and_product().create_execution_context()
    context.set_optimization_profile_async(1, 0)
    addresses = ready(sim10, context)
    assert context.execute_v2(addresses) is True
    assert (sim10.download(addresses[2], (3, 2)) == 7).all()


def test_a_padded_list_on_10_reads_the_wrong_entries(sim10: World) -> None:
    context = sim10.sum_and_product().create_execution_context()
    context.set_optimization_profile_async(1, 0)
    addresses = ready(sim10, context)
    assert context.execute_v2([0] * 4 + addresses) is False


def test_a_profile_that_is_not_there_is_an_error(context: Any) -> None:
    with pytest.raises(RuntimeError, match="no optimization profile 2"):
        context.set_optimization_profile_async(2, 0)


def test_shape_tensors_are_read_from_the_host_when_enqueued(sim: World) -> None:
    engine = sim.reshape()
    context = engine.create_execution_context()
    assert engine.get_tensor_location("dims") == sim.trt.TensorLocation.HOST
    assert engine.is_shape_inference_io("dims")
    values = np.array([3, 8], np.int32)
    assert context.infer_shapes() == ["dims"]
    context.set_tensor_address("dims", values.ctypes.data)
    assert context.get_tensor_shape("y") == (3, 8)
    values[:] = (6, 4)  # not copied before
    assert context.get_tensor_shape("y") == (6, 4)
    x, y = np.arange(24, dtype=np.float32), sim.allocate(96)
    context.set_tensor_address("x", sim.upload(x))
    context.set_tensor_address("y", y)
    assert context.execute_async_v3(0)
    assert (sim.download(y, (24,)) == x).all()


def test_a_device_pointer_for_a_shape_tensor_is_told_of(sim: World) -> None:
    context = sim.reshape().create_execution_context()
    context.set_tensor_address("dims", sim.upload(np.array([3, 8], np.int32)))
    with pytest.raises(RuntimeError, match="as host memory"):
        context.get_tensor_shape("y")


def test_an_output_allocator_is_asked_for_memory_and_told_the_shape(sim: World) -> None:
    trt, asked = sim.trt, []

    class Allocator(trt.IOutputAllocator):  # type: ignore[misc]
        def __init__(self) -> None:
            trt.IOutputAllocator.__init__(self)
            self.address = 0

        def reallocate_output(self, name: str, memory: int, size: int, alignment: int) -> int:
            asked.append((name, size, alignment))
            self.address = sim.allocate(size)
            return self.address

        def notify_shape(self, name: str, shape: Any) -> None:
            asked.append((name, tuple(shape)))

    builder, network, config = sim.network()
    x = network.add_input("x", trt.float32, (4,))
    found = network.add_non_zero(x).get_output(0)
    found.name = "y"
    network.mark_output(found)
    config.add_optimization_profile(builder.create_optimization_profile())
    context = sim.build(builder, network, config).create_execution_context()
    allocator = Allocator()
    assert context.get_tensor_shape("y") == (1, -1)
    assert context.set_output_allocator("y", allocator)
    context.set_tensor_address("x", sim.upload(np.array([0, 1, 0, 2], np.float32)))
    assert context.execute_async_v3(0)
    assert asked == [("y", 8, 256), ("y", (1, 2))]
    assert sim.download(allocator.address, (1, 2), np.int32).tolist() == [[1, 3]]


@pytest.mark.parametrize("has_profile", [False, True])
def test_8_6_has_no_context_for_shapes_that_depend_on_data_without_a_profile(
    sim: World, has_profile: bool
) -> None:
    builder, network, config = sim.network()
    x = network.add_input("x", sim.trt.float32, (4,))
    network.mark_output(network.add_non_zero(x).get_output(0))
    if has_profile:
        config.add_optimization_profile(builder.create_optimization_profile())
    context = sim.build(builder, network, config).create_execution_context()
    is_8 = sim.trt.__version__.startswith("8.")
    assert (context is None) == (is_8 and not has_profile)


def test_both_apis_of_8_6_compute_the_same_bits(sim8: World) -> None:
    context = sim8.sum_and_product().create_execution_context()
    rng = np.random.default_rng(3)
    arrays = [rng.random((3, 2), np.float32) for _ in range(2)]
    inputs = [sim8.upload(array) for array in arrays]
    old, new = ([sim8.allocate(24) for _ in range(2)] for _ in range(2))
    for place, name in enumerate(("inputT0", "inputT1")):
        context.set_binding_shape(place, (3, 2))
        context.set_input_shape(name, (3, 2))
    assert context.execute_async_v2(inputs + old + [0] * 4, 0)
    for place, address in enumerate(inputs + new):
        context.set_tensor_address(context.engine.get_tensor_name(place), address)
    assert context.execute_async_v3(0)
    for before, after in zip(old, new, strict=True):
        assert sim8.download(before, (6,)).tobytes() == sim8.download(after, (6,)).tobytes()


def test_a_context_gives_its_engine_itself(sim: World) -> None:
    engine = sim.negation()
    assert engine.create_execution_context().engine is engine


def test_a_profiler_hears_of_every_layer(sim: World) -> None:
    trt, heard = sim.trt, []

    class Profiler(trt.IProfiler):  # type: ignore[misc]
        def __init__(self) -> None:
            trt.IProfiler.__init__(self)

        def report_layer_time(self, layer_name: str, ms: float) -> None:
            heard.append(layer_name)

    context = sim.sum_and_product().create_execution_context()
    context.profiler = Profiler()
    ready(sim, context)
    context.execute_async_v3(0)
    sim.cudart.cudaDeviceSynchronize()
    assert len(heard) == 2
