"""Parts of the recorder: layouts in memory, stand-ins, plans, copies to the host."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from trtmigrate.verify.recorder.device import Device
from trtmigrate.verify.recorder.engines import dims
from trtmigrate.verify.recorder.errors import NotCovered
from trtmigrate.verify.recorder.execution import Execution
from trtmigrate.verify.recorder.host_memory import HostMemory
from trtmigrate.verify.recorder.layouts import VECTORIZED, physical_shape, without_padding
from trtmigrate.verify.recorder.reads import Reads
from trtmigrate.verify.recorder.stand_ins import add_stand_ins
from trtmigrate.verify.surface import surface_of


def padded(values: np.ndarray, layout: str) -> bytes:
    """A tensor in a vectorized layout, its padding filled with garbage."""
    step, rank = VECTORIZED[layout], 4 if "D" in layout else 3
    axis = values.ndim - rank
    channels = values.shape[axis]
    shape = physical_shape(list(values.shape), layout)
    memory = np.full(shape, 77, values.dtype)
    for index in itertools.product(*(range(extent) for extent in values.shape)):
        batch, channel, space = index[:axis], index[axis], index[axis + 1 :]
        if layout.startswith("C"):
            memory[(*batch, channel // step, *space, channel % step)] = values[index]
        else:
            memory[(*batch, *space, channel)] = values[index]
    assert channels <= shape[-1] * (shape[axis] if layout.startswith("C") else 1)
    return memory.tobytes()


@pytest.mark.parametrize("layout", sorted(VECTORIZED))
@pytest.mark.parametrize("channels", [1, 3, 8, 33])
def test_padding_of_a_vectorized_layout_is_left_out(layout: str, channels: int) -> None:
    space = (2, 3, 2) if "D" in layout else (3, 2)
    shape = (2, channels, *space)
    values = np.arange(np.prod(shape), dtype=np.int16).reshape(shape)
    found = without_padding(padded(values, layout), 2, list(shape), layout)
    assert found == values.tobytes()


@pytest.mark.parametrize("layout", ["LINEAR", "HWC", "DHWC"])
def test_dense_layout_is_taken_as_it_is(layout: str) -> None:
    assert physical_shape([2, 3, 4, 5], layout) == [2, 3, 4, 5]
    assert without_padding(b"abcd", 1, [4], layout) == b"abcd"


@pytest.mark.parametrize("layout", ["DLA_LINEAR", "DLA_HWC4"])
def test_layout_with_padding_of_the_hardware_is_not_covered(layout: str) -> None:
    with pytest.raises(NotCovered, match=layout):
        physical_shape([1, 3, 4, 4], layout)


def test_vectorized_layout_of_few_dimensions_is_not_covered() -> None:
    with pytest.raises(NotCovered, match="2 dimensions"):
        physical_shape([3, 4], "CHW4")


def test_invalid_dims_are_none() -> None:
    class Invalid:
        def __len__(self) -> int:
            return -1

        def __iter__(self) -> Invalid:
            raise ValueError("__len__() should return >= 0")

    assert dims(Invalid()) is None
    assert dims(()) == []


def test_host_memory_is_a_buffer_without_length_and_items() -> None:
    memory = HostMemory(b"plan")
    assert bytes(memory) == b"plan" and memory.nbytes == 4 and memory
    assert bytes(memoryview(memory)) == b"plan"
    with pytest.raises(TypeError):
        len(memory)
    with pytest.raises(TypeError):
        memory[0]


class LeanModule:
    """A TensorRT module without a builder."""

    __name__ = "tensorrt"

    class Dims:
        pass


@pytest.fixture
def lean() -> LeanModule:
    module = LeanModule()
    add_stand_ins(module, surface_of("10.16.1"))
    return module


class TestStandIns:
    def test_network_takes_what_its_release_has(self, lean: LeanModule) -> None:
        network = lean.Builder(None).create_network(0)  # type: ignore[attr-defined]
        tensor = network.add_input("x", "float32", (1, -1))
        layer = network.add_convolution_nd(tensor, 1, (3, 3), None)
        layer.stride_nd = (2, 2)
        layer.get_output(0).name = "y"
        assert network.num_layers == 0 and tensor.shape[1] + 1

    def test_member_that_its_release_lacks_is_an_error(self, lean: LeanModule) -> None:
        builder = lean.Builder(None)  # type: ignore[attr-defined]
        with pytest.raises(AttributeError, match="build_engine"):
            builder.build_engine(None, None)
        with pytest.raises(AttributeError, match="max_workspace_size"):
            builder.create_builder_config().max_workspace_size = 1
        with pytest.raises(AttributeError, match="add_fully_connected"):
            builder.create_network().add_fully_connected(None, 1, None)

    def test_enum_has_the_integers_of_its_release(self, lean: LeanModule) -> None:
        flag = lean.BuilderFlag.VERSION_COMPATIBLE  # type: ignore[attr-defined]
        assert int(flag) == 13
        assert not hasattr(lean.BuilderFlag, "STRICT_TYPES")  # type: ignore[attr-defined]

    def test_parser_says_that_it_parsed(self, lean: LeanModule) -> None:
        parser = lean.OnnxParser(None, None)  # type: ignore[attr-defined]
        assert parser.parse(b"") is True and parser.num_errors == 0

    def test_program_may_derive_a_class(self, lean: LeanModule) -> None:
        base = lean.IInt8EntropyCalibrator2  # type: ignore[attr-defined]

        class Calibrator(base):  # type: ignore[misc, valid-type]
            def __init__(self) -> None:
                base.__init__(self)
                self.batches = 3

        assert Calibrator().batches == 3

    def test_what_the_module_has_stays(self, lean: LeanModule) -> None:
        assert lean.Dims is LeanModule.Dims


class Events:
    """Stands for the record: keeps what it is told."""

    def __init__(self) -> None:
        self.copies: dict[int, list[dict[str, object]]] = {}

    def event(self, kind: str, *, execution: int, copies: list[dict[str, object]]) -> None:
        assert kind == "reads"
        self.copies[execution] = copies


def ran(number: int, address: int) -> Execution:
    """An execution on stream 7 whose output of 16 bytes lies at an address."""
    execution = Execution(number, None, "execute_async_v3", 7)
    execution.tensors = [{"name": "y", "mode": "output", "nbytes": 16}]
    execution.address = {"y": address}
    return execution


def test_copy_out_of_memory_allocated_again_is_of_the_latest_execution() -> None:
    events = Events()
    reads = Reads(events, Device(events))  # type: ignore[arg-type]
    for context in range(3):
        reads.follow(context, ran(context, 1024 if context < 2 else 4096))
    reads.copied(1028, 4, 7)
    reads.waited(7)
    reads.close_all()
    copy = {"tensor": "y", "offset": 4, "nbytes": 4, "state": "complete"}
    assert events.copies == {1: [copy]}
