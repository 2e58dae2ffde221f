"""The binding API of 8.6, as it was seen running; each table row a claim."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.verify.sim.worlds import World

NAMES = ["inputT0", "inputT1", "outA", "outB"]


@pytest.fixture
def engine(sim8: World) -> Any:
    return sim8.sum_and_product()


def test_bindings_count_every_profile_and_tensors_one(engine: Any) -> None:
    assert (engine.num_bindings, len(engine), engine.num_io_tensors) == (8, 8, 4)


def test_names_of_the_second_profile_carry_its_suffix(engine: Any) -> None:
    names = NAMES + [f"{name} [profile 1]" for name in NAMES]
    assert [engine.get_binding_name(i) for i in range(8)] == names
    assert list(engine) == names


def test_tensor_names_are_in_the_order_of_the_bindings(engine: Any) -> None:
    assert [engine.get_tensor_name(i) for i in range(4)] == NAMES


def test_outputs_are_in_the_order_they_were_marked_after_all_inputs(sim8: World) -> None:
    trt = sim8.trt
    builder, network, config = sim8.network()
    first = network.add_input("a", trt.float32, (1,))
    tensors = [network.add_identity(first).get_output(0) for _ in range(2)]
    network.add_input("b", trt.float32, (1,))
    for tensor, name in zip(reversed(tensors), ("late", "early"), strict=True):
        tensor.name = name
        network.mark_output(tensor)
    assert list(sim8.build(builder, network, config)) == ["a", "b", "late", "early"]


def test_the_engine_is_indexed_by_number_and_by_name(engine: Any) -> None:
    assert (engine[0], engine["outA"], engine[-1]) == ("inputT0", 2, "outB [profile 1]")
    with pytest.raises(IndexError):
        engine[8]


def test_the_index_of_an_unknown_name_is_minus_one(engine: Any) -> None:
    assert engine.get_binding_index("nope") == -1
    assert engine["nope"] == -1
    assert engine.get_binding_index("outA [profile 1]") == 6


def test_an_index_out_of_range_has_no_name_and_is_logged(sim8: World, engine: Any) -> None:
    assert engine.get_tensor_name(9) is None
    assert engine.get_binding_name(99) is None
    assert len(sim8.messages) == 2


def test_the_limits_of_a_profile_are_the_same_by_index_name_and_tensor(engine: Any) -> None:
    asked = [
        engine.get_profile_shape(1, 0),
        engine.get_profile_shape(1, 4),
        engine.get_profile_shape(1, "inputT0"),
        engine.get_tensor_profile_shape("inputT0", 1),
    ]
    assert [[tuple(shape) for shape in one] for one in asked] == [[(1, 1), (2, 2), (8, 8)]] * 4


def test_the_limits_of_an_output_are_no_shapes(engine: Any) -> None:
    for shape in engine.get_tensor_profile_shape("outA", 0):
        with pytest.raises(ValueError):
            tuple(shape)


def test_an_output_has_no_shape_before_the_inputs_have(engine: Any) -> None:
    context = engine.create_execution_context()
    assert context.get_tensor_shape("outA") == (-1, -1)
    with pytest.raises(ValueError):
        len(context.get_binding_shape(2))


def test_binding_shapes_reach_the_output(engine: Any) -> None:
    context = engine.create_execution_context()
    assert context.set_binding_shape(0, (3, 3))
    assert not context.all_binding_shapes_specified
    assert context.set_binding_shape(1, (3, 3))
    assert context.all_binding_shapes_specified
    assert context.get_binding_shape(2) == (3, 3)


def test_binding_shapes_do_not_feed_tensor_shapes(engine: Any) -> None:
    context = engine.create_execution_context()
    context.set_binding_shape(0, (3, 3))
    context.set_binding_shape(1, (3, 3))
    assert context.get_tensor_shape("outA") == (-1, -1)
    assert context.infer_shapes() == ["inputT0", "inputT1"]


def test_tensor_shapes_do_not_feed_binding_shapes(engine: Any) -> None:
    context = engine.create_execution_context()
    context.set_input_shape("inputT0", (3, 3))
    context.set_input_shape("inputT1", (3, 3))
    assert context.get_tensor_shape("outA") == (3, 3)
    assert not context.all_binding_shapes_specified


@pytest.mark.parametrize("synchronous", [True, False])
def test_executions_of_bindings_see_shapes_set_by_name(
    sim8: World, engine: Any, synchronous: bool
) -> None:
    context = engine.create_execution_context()
    for name in ("inputT0", "inputT1"):
        assert context.set_input_shape(name, (3, 2))
    ones = np.ones((3, 2), np.float32)
    own = [sim8.upload(ones), sim8.upload(ones), sim8.allocate(24), sim8.allocate(24)]
    bindings = own + [0] * 4
    if synchronous:
        assert context.execute_v2(bindings) is True
    else:
        assert context.execute_async_v2(bindings, 0) is True
    assert (sim8.download(own[2], (3, 2)) == 2).all()


def test_a_shape_outside_every_profile_is_refused_and_logged(sim8: World, engine: Any) -> None:
    context = engine.create_execution_context()
    assert context.set_binding_shape(0, (5, 5)) is False
    assert context.set_input_shape("inputT0", (9, 9)) is False
    assert len(sim8.messages) == 2
    context.set_optimization_profile_async(1, 0)
    assert context.set_binding_shape(4, (5, 5)) is True


def test_a_shape_of_another_profile_set_by_name_is_refused_by_the_execution(
    sim8: World, engine: Any
) -> None:
    context = engine.create_execution_context()
    for name in ("inputT0", "inputT1"):
        assert context.set_input_shape(name, (5, 5)) is True
    assert context.execute_v2([sim8.allocate(100) for _ in range(8)]) is False
    assert "outside of profile 0" in sim8.messages[-1]


def test_a_binding_of_another_profile_is_refused(engine: Any) -> None:
    context = engine.create_execution_context()
    assert context.set_binding_shape(4, (2, 2)) is False
    context.set_optimization_profile_async(1, 0)
    assert context.set_binding_shape(0, (2, 2)) is False


def test_a_shape_for_an_output_is_refused(engine: Any) -> None:
    context = engine.create_execution_context()
    assert context.set_binding_shape(2, (2, 2)) is False
    assert context.set_input_shape("outA", (2, 2)) is False


@pytest.mark.parametrize("profile", [0, 1])
@pytest.mark.parametrize("synchronous", [True, False])
def test_a_list_padded_by_zeros_serves_every_profile(
    sim8: World, engine: Any, profile: int, synchronous: bool
) -> None:
    context = engine.create_execution_context()
    context.set_optimization_profile_async(profile, 0)
    left, right = np.full((3, 2), 2, np.float32), np.full((3, 2), 5, np.float32)
    for place in range(2):
        assert context.set_binding_shape(4 * profile + place, (3, 2))
    own = [sim8.upload(left), sim8.upload(right), sim8.allocate(24), sim8.allocate(24)]
    bindings = [0] * 4 + own if profile else own + [0] * 4
    if synchronous:
        assert context.execute_v2(bindings) is True
    else:
        assert context.execute_async_v2(bindings, 0) is True
    assert (sim8.download(own[2], (3, 2)) == 7).all()
    assert (sim8.download(own[3], (3, 2)) == 10).all()


def test_a_list_without_the_padding_is_told_of(sim8: World, engine: Any) -> None:
    context = engine.create_execution_context()
    context.set_optimization_profile_async(1, 0)
    for place in range(2):
        context.set_binding_shape(4 + place, (1, 1))
    with pytest.raises(RuntimeError, match="past the end"):
        context.execute_v2([sim8.allocate(4) for _ in range(4)])


def test_a_zero_address_of_the_active_profile_is_refused(sim8: World, engine: Any) -> None:
    context = engine.create_execution_context()
    for place in range(2):
        context.set_binding_shape(place, (1, 1))
    assert context.execute_v2([0] * 8) is False
    assert "no address for tensor inputT0" in sim8.messages[-1]


def test_executing_before_the_shapes_are_set_is_refused(sim8: World, engine: Any) -> None:
    context = engine.create_execution_context()
    assert context.execute_v2([sim8.allocate(64) for _ in range(8)]) is False


def test_another_profile_forgets_the_shapes(engine: Any) -> None:
    context = engine.create_execution_context()
    for place in range(2):
        context.set_binding_shape(place, (3, 3))
    context.set_optimization_profile_async(0, 0)
    assert not context.all_binding_shapes_specified


def test_only_the_first_context_starts_with_a_profile(engine: Any) -> None:
    first, second = (engine.create_execution_context() for _ in range(2))
    assert (first.active_optimization_profile, second.active_optimization_profile) == (0, -1)
    assert second.set_input_shape("inputT0", (2, 2)) is True
    assert second.execute_async_v3(0) is False
    second.active_optimization_profile = 1
    assert second.set_binding_shape(4, (2, 2)) is True


def test_a_profile_serves_one_context_at_a_time(engine: Any) -> None:
    first, second = (engine.create_execution_context() for _ in range(2))
    with pytest.raises(RuntimeError, match="another IExecutionContext"):
        second.active_optimization_profile = 0
    del first
    second.active_optimization_profile = 0


def test_contexts_of_a_fixed_engine_share_their_profile(sim8: World) -> None:
    engine = sim8.negation()
    contexts = [engine.create_execution_context() for _ in range(2)]
    assert [one.active_optimization_profile for one in contexts] == [0, 0]


def test_a_dimension_that_the_profile_fixes_is_known_by_binding_only(sim8: World) -> None:
    trt = sim8.trt
    builder, network, config = sim8.network()
    x = network.add_input("x", trt.float32, (-1, -1))
    network.mark_output(network.add_identity(x).get_output(0))
    profile = builder.create_optimization_profile()
    profile.set_shape("x", (1, 7), (2, 7), (3, 7))
    config.add_optimization_profile(profile)
    engine = sim8.build(builder, network, config)
    assert engine.get_binding_shape(0) == (-1, 7)
    assert engine.get_binding_shape(1) == (-1, 7)
    assert engine.get_tensor_shape("x") == (-1, -1)


def test_an_unknown_binding_has_no_shape(engine: Any) -> None:
    with pytest.raises(ValueError, match="__len__"):
        tuple(engine.get_binding_shape("nope"))
    assert engine.binding_is_input("nope") is False


def test_bindings_of_shape_tensors_take_values_and_ignore_their_buffer(sim8: World) -> None:
    engine = sim8.reshape()
    context = engine.create_execution_context()
    assert engine.is_shape_binding(1)
    assert engine.is_execution_binding(1)  # as 8.6.0 does, whatever its header says
    assert engine.get_location(1) == sim8.trt.TensorLocation.DEVICE
    assert context.set_shape_input(1, [25, 1]) is False
    values = np.array([3, 8], np.int32)
    assert context.set_shape_input(1, values) is True
    values[:] = 1  # copied when it was set
    assert context.get_shape(1) == [3, 8]
    assert context.get_binding_shape(2) == (3, 8)
    x = np.arange(24, dtype=np.float32)
    garbage, y = sim8.upload(np.zeros(2, np.int32)), sim8.allocate(96)
    assert context.execute_v2([sim8.upload(x), garbage, y])
    assert (sim8.download(y, (24,)) == x).all()


def test_execute_ignores_the_batch_size(sim8: World) -> None:
    engine = sim8.negation((2,))
    x, y = sim8.upload(np.array([1, 2], np.float32)), sim8.allocate(8)
    assert engine.create_execution_context().execute(batch_size=16, bindings=[x, y])
    assert sim8.download(y, (2,)).tolist() == [-1, -2]


def test_asking_a_binding_makes_an_execution_run_with_its_old_shape(
    sim8: World, engine: Any
) -> None:
    """As measured on 8.6.0: code that mixes both APIs is wrong there, and right on 10."""
    context = engine.create_execution_context()
    bindings = [sim8.upload(np.ones((3, 3), np.float32)) for _ in range(4)] + [0] * 4
    for name in ("inputT0", "inputT1"):
        context.set_input_shape(name, (2, 2))
    assert context.execute_v2(bindings)
    for name in ("inputT0", "inputT1"):
        context.set_input_shape(name, (3, 3))
    assert context.get_binding_shape(2) == (2, 2)
    assert context.execute_v2(bindings)
    assert (sim8.download(bindings[2], (3, 3)) == 2).sum() == 4
