"""Networks: what layers compute, and what a builder refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.verify.sim.worlds import World

RNG = np.random.default_rng(11)
IMAGE = RNG.standard_normal((2, 4, 6, 5)).astype(np.float32)


def run(sim: World, add: Callable[[Any, Any], Any], *arrays: np.ndarray) -> np.ndarray:
    """What a network of one layer gives for inputs of fixed shapes."""
    trt = sim.trt
    types = {"float32": trt.float32, "int32": trt.int32, "bool": trt.bool}
    builder, network, config = sim.network()
    inputs = [
        network.add_input(f"x{place}", types[array.dtype.name], array.shape)
        for place, array in enumerate(arrays)
    ]
    layer = add(network, *inputs) if len(inputs) > 1 else add(network, inputs[0])
    output = layer.get_output(0)
    output.name = "y"
    network.mark_output(output)
    declared = tuple(output.shape)
    engine = sim.build(builder, network, config)
    context = engine.create_execution_context()
    assert context.get_tensor_shape("y") == declared
    dtype = trt.nptype(engine.get_tensor_dtype("y"))
    y = sim.allocate(max(1, int(np.prod(declared)) * np.dtype(dtype).itemsize))
    context.set_tensor_address("y", y)
    for place, array in enumerate(arrays):
        context.set_tensor_address(f"x{place}", sim.upload(array))
    assert context.execute_async_v3(0), sim.messages
    return sim.download(y, declared, dtype)


def convolved(x: np.ndarray, kernel: np.ndarray, stride: int, padding: int) -> np.ndarray:
    """A convolution spelt out."""
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    height = (x.shape[2] - kernel.shape[2]) // stride + 1
    width = (x.shape[3] - kernel.shape[3]) // stride + 1
    found = np.zeros((x.shape[0], kernel.shape[0], height, width), np.float64)
    for n, k, i, j in np.ndindex(found.shape):
        top, left = i * stride, j * stride
        part = x[n, :, top : top + kernel.shape[2], left : left + kernel.shape[3]]
        found[n, k, i, j] = (part * kernel[k]).sum()
    return found


@pytest.mark.parametrize("operation", ["SUM", "SUB", "PROD", "DIV", "MAX", "MIN", "POW"])
def test_elementwise_broadcasts_extents_of_one(sim: World, operation: str) -> None:
    numpy_operation = {
        "SUM": np.add,
        "SUB": np.subtract,
        "PROD": np.multiply,
        "DIV": np.divide,
        "MAX": np.maximum,
        "MIN": np.minimum,
        "POW": np.power,
    }[operation]
    left, right = np.abs(IMAGE), np.abs(IMAGE[:, :1]) + 1
    op = getattr(sim.trt.ElementWiseOperation, operation)
    found = run(sim, lambda n, a, b: n.add_elementwise(a, b, op), left, right)
    np.testing.assert_array_equal(found, numpy_operation(left, right))


@pytest.mark.parametrize("stride,padding", [(1, 0), (2, 1)])
def test_a_convolution_slides_its_kernel(sim: World, stride: int, padding: int) -> None:
    kernel = RNG.standard_normal((3, 4, 3, 3)).astype(np.float32)
    bias = np.arange(3, dtype=np.float32)

    def add(network: Any, x: Any) -> Any:
        layer = network.add_convolution_nd(x, 3, (3, 3), kernel, bias)
        layer.stride_nd = (stride, stride)
        layer.padding_nd = (padding, padding)
        return layer

    wanted = convolved(IMAGE, kernel, stride, padding) + bias.reshape(1, 3, 1, 1)
    np.testing.assert_allclose(run(sim, add, IMAGE), wanted, rtol=1e-4, atol=1e-4)


def test_the_short_properties_of_8_6_are_those_of_n_dimensions(sim8: World) -> None:
    _, network, _ = sim8.network()
    x = network.add_input("x", sim8.trt.float32, (1, 4, 8, 8))
    layer = network.add_convolution(x, 2, (3, 3), np.zeros((2, 4, 3, 3), np.float32))
    layer.stride = (2, 2)
    layer.padding = (1, 1)
    assert tuple(layer.stride_nd) == (2, 2)
    assert tuple(layer.pre_padding) == tuple(layer.post_padding) == (1, 1)
    assert layer.kernel_size.h == 3
    assert tuple(layer.get_output(0).shape) == (1, 2, 4, 4)


def test_grouped_and_dilated_convolution(sim: World) -> None:
    kernel = RNG.standard_normal((4, 2, 2, 2)).astype(np.float32)

    def add(network: Any, x: Any) -> Any:
        layer = network.add_convolution_nd(x, 4, (2, 2), kernel)
        layer.num_groups = 2
        layer.dilation_nd = (2, 2)
        return layer

    wide = np.zeros((4, 2, 3, 3), np.float32)
    wide[:, :, ::2, ::2] = kernel
    halves = [convolved(IMAGE[:, 2 * g : 2 * g + 2], wide[2 * g : 2 * g + 2], 1, 0) for g in (0, 1)]
    wanted = np.concatenate(halves, axis=1)
    np.testing.assert_allclose(run(sim, add, IMAGE), wanted, rtol=1e-4, atol=1e-4)


def test_a_deconvolution_is_the_transpose_of_a_convolution(sim: World) -> None:
    kernel = RNG.standard_normal((4, 3, 3, 3)).astype(np.float32)

    def add(network: Any, x: Any) -> Any:
        layer = network.add_deconvolution_nd(x, 3, (3, 3), kernel)
        layer.stride_nd = (2, 2)
        return layer

    found = run(sim, add, IMAGE)
    # <conv(a), b> == <a, deconv(b)> for any a.
    other = RNG.standard_normal(found.shape).astype(np.float32)
    left = (convolved(other, kernel, 2, 0) * IMAGE).sum()
    assert left == pytest.approx(float((other * found).sum()), rel=1e-3)


@pytest.mark.parametrize("kind,reduce", [("MAX", np.max), ("AVERAGE", np.mean)])
def test_pooling_reduces_windows(sim: World, kind: str, reduce: Any) -> None:
    def add(network: Any, x: Any) -> Any:
        layer = network.add_pooling_nd(x, getattr(sim.trt.PoolingType, kind), (2, 2))
        layer.stride_nd = (2, 2)
        return layer

    wanted = np.array(
        [
            [
                [
                    [reduce(p[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]) for j in range(2)]
                    for i in range(3)
                ]
                for p in n
            ]
            for n in IMAGE
        ]
    )
    np.testing.assert_allclose(run(sim, add, IMAGE), wanted, rtol=1e-6)


def test_a_fully_connected_layer_flattens_the_last_three_axes(sim8: World) -> None:
    kernel = RNG.standard_normal((7, 120)).astype(np.float32)
    found = run(sim8, lambda n, x: n.add_fully_connected(x, 7, kernel), IMAGE)
    wanted = (IMAGE.reshape(2, 120) @ kernel.T).reshape(2, 7, 1, 1)
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4)


def test_matrix_products_transpose_their_operands(sim: World) -> None:
    op = sim.trt.MatrixOperation
    left, right = IMAGE[0], IMAGE[1]
    found = run(
        sim, lambda n, a, b: n.add_matrix_multiply(a, op.TRANSPOSE, b, op.NONE), left, right
    )
    np.testing.assert_allclose(found, np.swapaxes(left, 1, 2) @ right, rtol=1e-4, atol=1e-4)


def test_softmax_adds_up_to_one_along_its_axis(sim: World) -> None:
    def add(network: Any, x: Any) -> Any:
        layer = network.add_softmax(x)
        layer.axes = 1 << 3
        return layer

    np.testing.assert_allclose(run(sim, add, IMAGE).sum(axis=3), 1, rtol=1e-5)


def test_topk_gives_values_in_order(sim: World) -> None:
    op = sim.trt.TopKOperation.MAX
    found = run(sim, lambda n, x: n.add_topk(x, op, 2, 1 << 3), IMAGE)
    np.testing.assert_array_equal(found, -np.sort(-IMAGE, axis=3)[..., :2])


def test_a_shuffle_copies_an_extent_and_fills_in_another(sim: World) -> None:
    def add(network: Any, x: Any) -> Any:
        layer = network.add_shuffle(x)
        layer.first_transpose = (0, 2, 3, 1)
        layer.reshape_dims = (0, -1)
        return layer

    wanted = IMAGE.transpose(0, 2, 3, 1).reshape(2, -1)
    np.testing.assert_array_equal(run(sim, add, IMAGE), wanted)


def test_slices_concatenations_and_gathers_pick_elements(sim: World) -> None:
    part = run(sim, lambda n, x: n.add_slice(x, (0, 1, 0, 0), (2, 2, 3, 5), (1, 2, 2, 1)), IMAGE)
    np.testing.assert_array_equal(part, IMAGE[:, 1:4:2, ::2])

    def add(network: Any, a: Any, b: Any) -> Any:
        layer = network.add_concatenation([a, b])
        layer.axis = 2
        return layer

    np.testing.assert_array_equal(run(sim, add, IMAGE, IMAGE), np.concatenate([IMAGE] * 2, 2))
    indices = np.array([2, 0], np.int32)
    taken = run(sim, lambda n, x, i: n.add_gather(x, i, 1), IMAGE, indices)
    np.testing.assert_array_equal(taken, IMAGE[:, [2, 0]])


def test_a_reduction_keeps_its_axes_when_asked(sim: World) -> None:
    op = sim.trt.ReduceOperation.AVG
    found = run(sim, lambda n, x: n.add_reduce(x, op, 1 << 2 | 1 << 3, True), IMAGE)
    np.testing.assert_allclose(found, IMAGE.mean(axis=(2, 3), keepdims=True), rtol=1e-5, atol=1e-6)


def test_a_scale_layer_works_by_channel(sim: World) -> None:
    shift, scale = np.arange(4, dtype=np.float32), np.full(4, 2, np.float32)
    mode = sim.trt.ScaleMode.CHANNEL
    found = run(sim, lambda n, x: n.add_scale(x, mode, shift, scale), IMAGE)
    np.testing.assert_allclose(found, IMAGE * 2 + shift.reshape(4, 1, 1), rtol=1e-6)


def test_a_selection_follows_its_condition(sim: World) -> None:
    condition = IMAGE > 0
    found = run(sim, lambda n, c, a, b: n.add_select(c, a, b), condition, IMAGE, -IMAGE)
    np.testing.assert_array_equal(found, np.abs(IMAGE))


def test_the_shape_of_a_dynamic_tensor_decides_another_shape(sim: World) -> None:
    trt = sim.trt
    builder, network, config = sim.network()
    x = network.add_input("x", trt.float32, (-1, 4))
    like = network.add_input("like", trt.float32, (-1, -1))
    layer = network.add_shuffle(x)
    layer.set_input(1, network.add_shape(like).get_output(0))
    layer.get_output(0).name = "y"
    network.mark_output(layer.get_output(0))
    profile = builder.create_optimization_profile()
    profile.set_shape("x", (1, 4), (2, 4), (4, 4))
    profile.set_shape("like", (1, 1), (4, 2), (8, 8))
    config.add_optimization_profile(profile)
    engine = sim.build(builder, network, config)
    assert engine.get_tensor_shape("y") == (-1, -1)
    context = engine.create_execution_context()
    context.set_input_shape("x", (3, 4))
    context.set_input_shape("like", (6, 2))
    assert context.get_tensor_shape("y") == (6, 2)


def test_half_precision_is_kept_in_half(sim: World) -> None:
    trt = sim.trt
    builder, network, config = sim.network()
    x = network.add_input("x", trt.float16, (4,))
    layer = network.add_unary(x, trt.UnaryOperation.EXP)
    layer.get_output(0).name = "y"
    network.mark_output(layer.get_output(0))
    engine = sim.build(builder, network, config)
    assert engine.get_tensor_dtype("y") == trt.float16
    context = engine.create_execution_context()
    given, y = np.arange(4, dtype=np.float16), sim.allocate(8)
    context.set_tensor_address("x", sim.upload(given))
    context.set_tensor_address("y", y)
    context.execute_async_v3(0)
    wanted = np.exp(given.astype(np.float32)).astype(np.float16)
    np.testing.assert_array_equal(sim.download(y, 4, np.float16), wanted)


def test_bfloat16_is_rounded_to_the_nearest_and_stored_in_two_bytes(sim10: World) -> None:
    trt = sim10.trt
    builder, network, config = sim10.network()
    x = network.add_input("x", trt.float32, (6,))
    layer = network.add_cast(x, trt.bfloat16)
    layer.get_output(0).name = "y"
    network.mark_output(layer.get_output(0))
    engine = sim10.build(builder, network, config)
    assert engine.get_tensor_dtype("y") == trt.bfloat16
    context = engine.create_execution_context()
    given = np.array([1, -2.5, 1 + 2**-8, 1 + 3 * 2**-8, np.inf, np.nan], np.float32)
    y = sim10.allocate(12)
    context.set_tensor_address("x", sim10.upload(given))
    context.set_tensor_address("y", y)
    context.execute_async_v3(0)
    bits = sim10.download(y, 6, np.uint16).astype(np.uint32) << 16
    wanted = np.array([1, -2.5, 1, 1 + 2**-6, np.inf, np.nan], np.float32)
    np.testing.assert_array_equal(bits.view(np.float32), wanted)


def test_unnamed_outputs_are_called_after_their_layer(sim: World) -> None:
    _, network, _ = sim.network()
    x = network.add_input("x", sim.trt.float32, (4,))
    assert network.add_identity(x).get_output(0).name == "(Unnamed Layer* 0) [Identity]_output"
    top = network.add_topk(x, sim.trt.TopKOperation.MAX, 1, 1)
    assert top.get_output(1).name == "(Unnamed Layer* 1) [TopK]_output_2"


def test_a_network_without_output_is_not_built(sim: World) -> None:
    builder, network, config = sim.network()
    network.add_input("x", sim.trt.float32, (1,))
    assert builder.build_serialized_network(network, config) is None
    assert any("at least one output" in message for message in sim.messages)


def test_dynamic_inputs_without_a_profile_are_not_built(sim: World) -> None:
    builder, network, config = sim.network()
    x = network.add_input("x", sim.trt.float32, (-1,))
    network.mark_output(network.add_identity(x).get_output(0))
    assert builder.build_serialized_network(network, config) is None
    assert any("optimization profile" in message for message in sim.messages)


def test_a_profile_that_does_not_fit_the_network_is_not_built(sim: World) -> None:
    builder, network, config = sim.network()
    x = network.add_input("x", sim.trt.float32, (-1, 3))
    network.mark_output(network.add_identity(x).get_output(0))
    profile = builder.create_optimization_profile()
    profile.set_shape("x", (1, 4), (2, 4), (4, 4))
    config.add_optimization_profile(profile)
    assert builder.build_serialized_network(network, config) is None


def test_shapes_that_do_not_go_together_are_not_built(sim: World) -> None:
    builder, network, config = sim.network()
    a = network.add_input("a", sim.trt.float32, (2, 3))
    b = network.add_input("b", sim.trt.float32, (2, 4))
    total = network.add_elementwise(a, b, sim.trt.ElementWiseOperation.SUM)
    network.mark_output(total.get_output(0))
    assert builder.build_serialized_network(network, config) is None


def test_a_calibrator_is_asked_for_batches_until_there_are_none(sim8: World) -> None:
    trt, calls = sim8.trt, []

    class Calibrator(trt.IInt8EntropyCalibrator2):  # type: ignore[misc]
        def __init__(self) -> None:
            trt.IInt8EntropyCalibrator2.__init__(self)
            self.left = 2

        def get_batch_size(self) -> int:
            return 1

        def get_batch(self, names: list[str]) -> list[int] | None:
            calls.append(names)
            self.left -= 1
            return [sim8.allocate(4)] if self.left else None

        def read_calibration_cache(self) -> None:
            return None

        def write_calibration_cache(self, cache: Any) -> None:
            calls.append(len(cache) > 0)

    builder, network, config = sim8.network()
    config.set_flag(trt.BuilderFlag.INT8)
    config.int8_calibrator = Calibrator()
    x = network.add_input("x", trt.float32, (1,))
    network.mark_output(network.add_identity(x).get_output(0))
    assert builder.build_serialized_network(network, config) is not None
    assert calls == [["x"], ["x"], True]


def test_an_onnx_model_runs_through_the_reference_evaluator(sim: World) -> None:
    onnx = pytest.importorskip("onnx", reason="the extra 'onnx' brings it")
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["r"]), helper.make_node("Flatten", ["r"], ["y"])],
        "small",
        [helper.make_tensor_value_info("x", kind, ["n", 2, 3])],
        [helper.make_tensor_value_info("y", kind, ["n", 6])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    builder, network, config = sim.network()
    parser = sim.trt.OnnxParser(network, builder.logger)
    assert parser.parse(model.SerializeToString()), parser.get_error(0).desc()
    profile = builder.create_optimization_profile()
    profile.set_shape("x", (1, 2, 3), (2, 2, 3), (4, 2, 3))
    config.add_optimization_profile(profile)
    engine = sim.build(builder, network, config)
    context = engine.create_execution_context()
    context.set_input_shape("x", (3, 2, 3))
    assert context.get_tensor_shape("y") == (3, 6)
    given, y = RNG.standard_normal((3, 2, 3)).astype(np.float32), sim.allocate(72)
    context.set_tensor_address("x", sim.upload(given))
    context.set_tensor_address("y", y)
    assert context.execute_async_v3(0)
    np.testing.assert_array_equal(sim.download(y, (3, 6)), np.maximum(given, 0).reshape(3, 6))


def test_bytes_that_are_no_onnx_model_are_an_error_of_the_parser(sim: World) -> None:
    pytest.importorskip("onnx", reason="the extra 'onnx' brings it")
    builder, network, _ = sim.network()
    parser = sim.trt.OnnxParser(network, builder.logger)
    assert parser.parse(b"no model") is False
    assert parser.num_errors == 1
    assert parser.parse_from_file("nowhere.onnx") is False


def test_get_layer_gives_a_layer_of_no_kind(sim: World) -> None:
    """`layer.type` is a LayerType there, whatever object add_pooling_nd gave; seen on 8.6.0."""
    trt = sim.trt
    _, network, _ = sim.network()
    data = network.add_input("x", trt.float32, IMAGE.shape)
    pool = network.add_pooling_nd(data, trt.PoolingType.MAX, (2, 2))
    layer = network.get_layer(0)
    assert layer.type == network[0].type == trt.LayerType.POOLING
    layer.__class__ = trt.IPoolingLayer
    layer.stride_nd = (2, 2)
    assert tuple(pool.stride_nd) == (2, 2)
    assert tuple(pool.get_output(0).shape) == (2, 4, 3, 2)


def test_fully_connected_layers_refuse_three_dimensions(sim8: World) -> None:
    _, network, _ = sim8.network()
    data = network.add_input("x", sim8.trt.float32, (2, 3, 4))
    layer = network.add_fully_connected(data, 5, np.ones((5, 24), np.float32))
    assert tuple(layer.get_output(0).shape) == ()
    assert any("at least 4 dimensions" in message for message in sim8.messages)
