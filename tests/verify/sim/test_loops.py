"""Loops of a network: what they begin with, how often they turn, and what they give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.verify.sim.worlds import World


class Looped:
    """A network around a float input ``x`` of three elements, with constants and sums."""

    def __init__(self, sim: World) -> None:
        self.sim, self.trt = sim, sim.trt
        self.builder, self.network, self.config = sim.network()
        self.x = self.network.add_input("x", self.trt.float32, (3,))

    def constant(self, values: Any, dtype: Any = np.float32) -> Any:
        array = np.array(values, dtype)
        return self.network.add_constant(array.shape, array).get_output(0)

    def sum(self, left: Any, right: Any) -> Any:
        operation = self.trt.ElementWiseOperation.SUM
        return self.network.add_elementwise(left, right, operation).get_output(0)

    def turns(self, loop: Any, count: int) -> None:
        loop.add_trip_limit(self.constant(count, np.int32), self.trt.TripLimit.COUNT)

    def result(self, loop: Any, tensor: Any, kind: str, length: int = 0, axis: int = 0) -> Any:
        layer = loop.add_loop_output(tensor, getattr(self.trt.LoopOutput, kind), axis)
        if kind != "LAST_VALUE":
            layer.set_input(1, self.constant(length, np.int32))
        return layer.get_output(0)

    def run(self, tensors: Sequence[Any], x: Sequence[float] = (1, 2, 3)) -> list[Any]:
        """Mark outputs, build, and give what an execution makes of `x`."""
        for number, tensor in enumerate(tensors):
            tensor.name = f"y{number}"
            self.network.mark_output(tensor)
        engine = self.sim.build(self.builder, self.network, self.config)
        context = engine.create_execution_context()
        context.set_tensor_address("x", self.sim.upload(np.array(x, np.float32)))
        shapes = [tuple(engine.get_tensor_shape(f"y{i}")) for i in range(len(tensors))]
        addresses = [self.sim.allocate(4 * int(np.prod(shape))) for shape in shapes]
        for number, address in enumerate(addresses):
            context.set_tensor_address(f"y{number}", address)
        assert context.execute_async_v3(0)
        return [self.sim.download(a, s).tolist() for a, s in zip(addresses, shapes, strict=True)]


def doubling(net: Looped, count: int) -> tuple[Any, Any]:
    """A loop that doubles ``x`` in each turn, and its recurrence."""
    loop = net.network.add_loop()
    net.turns(loop, count)
    layer = loop.add_recurrence(net.x)
    layer.set_input(1, net.sum(layer.get_output(0), layer.get_output(0)))
    return loop, layer.get_output(0)


def test_a_loop_of_a_count_gives_its_last_value_and_all_values(sim: World) -> None:
    net = Looped(sim)
    loop, value = doubling(net, 3)
    kinds = ("LAST_VALUE", "CONCATENATE", "REVERSE")
    last, forward, backward = net.run([net.result(loop, value, kind, 3) for kind in kinds])
    assert last == [8, 16, 24]
    assert forward == [[1, 2, 3], [2, 4, 6], [4, 8, 12]]
    assert backward == forward[::-1]


def test_a_longer_result_ends_in_zeros_and_lies_along_its_axis(sim: World) -> None:
    net = Looped(sim)
    loop, value = doubling(net, 2)
    (found,) = net.run([net.result(loop, value, "CONCATENATE", 3, axis=1)])
    assert found == [[1, 2, 0], [2, 4, 0], [3, 6, 0]]


def test_a_loop_without_turns_gives_what_it_begins_with(sim: World) -> None:
    net = Looped(sim)
    loop, value = doubling(net, 0)
    results = [net.result(loop, value, kind, 1) for kind in ("LAST_VALUE", "CONCATENATE")]
    assert net.run(results) == [[1, 2, 3], [[0, 0, 0]]]


def test_a_loop_goes_on_while_its_condition_holds(sim: World) -> None:
    net = Looped(sim)
    loop = net.network.add_loop()
    layer = loop.add_recurrence(net.x)
    value = layer.get_output(0)
    largest = net.network.add_reduce(value, net.trt.ReduceOperation.MAX, 1, False).get_output(0)
    less = net.trt.ElementWiseOperation.LESS
    condition = net.network.add_elementwise(largest, net.constant(20), less).get_output(0)
    loop.add_trip_limit(condition, net.trt.TripLimit.WHILE)
    layer.set_input(1, net.sum(value, value))
    last, kept = net.run([net.result(loop, value, kind, 4) for kind in ("LAST_VALUE", "REVERSE")])
    assert last == [8, 16, 24]
    assert kept == [[4, 8, 12], [2, 4, 6], [1, 2, 3], [0, 0, 0]]


@pytest.mark.parametrize(("reverse", "wanted"), [(False, [0, 1, 3]), (True, [0, 3, 5])])
def test_an_iterator_gives_one_element_a_turn(sim: World, reverse: bool, wanted: Any) -> None:
    net = Looped(sim)
    loop = net.network.add_loop()
    net.turns(loop, 3)
    one = loop.add_iterator(net.x, 0, reverse).get_output(0)
    layer = loop.add_recurrence(net.constant(0))
    layer.set_input(1, net.sum(layer.get_output(0), one))
    (found,) = net.run([net.result(loop, layer.get_output(0), "CONCATENATE", 3)])
    assert found == wanted


def test_a_loop_in_a_loop_begins_anew_in_each_turn(sim: World) -> None:
    net = Looped(sim)
    outer = net.network.add_loop()
    net.turns(outer, 2)
    total = outer.add_recurrence(net.x)
    inner = net.network.add_loop()
    net.turns(inner, 3)
    # What the inner loop begins with does not depend on the outer one; what it adds does.
    layer = inner.add_recurrence(net.constant([0, 0, 1]))
    layer.set_input(1, net.sum(layer.get_output(0), total.get_output(0)))
    added = net.result(inner, layer.get_output(0), "LAST_VALUE")
    total.set_input(1, added)
    assert net.run([net.result(outer, total.get_output(0), "LAST_VALUE")]) == [[9, 18, 31]]


def test_what_a_loop_gives_is_used_after_it(sim: World) -> None:
    net = Looped(sim)
    first, value = doubling(net, 2)
    second = net.network.add_loop()
    net.turns(second, 1)
    layer = second.add_recurrence(net.result(first, value, "LAST_VALUE"))
    layer.set_input(1, net.sum(layer.get_output(0), net.x))
    assert net.run([net.result(second, layer.get_output(0), "LAST_VALUE")]) == [[5, 10, 15]]


def test_layers_know_their_loop_and_its_kind(sim: World) -> None:
    net = Looped(sim)
    loop = net.network.add_loop()
    loop.name = "turns"
    layer = loop.add_trip_limit(net.constant(2, np.int32), net.trt.TripLimit.COUNT)
    assert layer.loop is loop and layer.loop.name == "turns"
    assert layer.kind == net.trt.TripLimit.COUNT
    assert layer.type == net.trt.LayerType.TRIP_LIMIT and layer.num_outputs == 0


def test_a_count_can_be_a_shape_input(sim: World) -> None:
    net = Looped(sim)
    count = net.network.add_input("count", net.trt.int32, ())
    loop = net.network.add_loop()
    loop.add_trip_limit(count, net.trt.TripLimit.COUNT)
    layer = loop.add_recurrence(net.x)
    layer.set_input(1, net.sum(layer.get_output(0), layer.get_output(0)))
    net.result(loop, layer.get_output(0), "LAST_VALUE").name = "y"
    assert count.is_shape_tensor
    assert not net.x.is_shape_tensor


def not_built(net: Looped, tensor: Any) -> str:
    """The error before that of the builder itself."""
    net.network.mark_output(tensor)
    assert net.builder.build_serialized_network(net.network, net.config) is None
    return net.sim.messages[-2]


def test_the_last_value_of_anything_else_is_not_built(sim: World) -> None:
    net = Looped(sim)
    loop, value = doubling(net, 1)
    result = net.result(loop, net.sum(value, value), "LAST_VALUE")
    assert "must be that of a recurrence" in not_built(net, result)


def test_a_loop_that_is_not_complete_is_not_built(sim: World) -> None:
    net = Looped(sim)
    loop = net.network.add_loop()
    value = loop.add_recurrence(net.x).get_output(0)
    result = net.result(loop, value, "LAST_VALUE")
    assert "no trip limit" in not_built(net, result)
    net.turns(loop, 1)
    assert "no value for the next turn" in not_built(net, result)
