"""Device memory: what a program may do with a pointer, and what it is told otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.verify.sim.worlds import World

HTOD, DTOH = 1, 2


def write(sim: World, address: int, array: np.ndarray) -> None:
    sim.cudart.cudaMemcpy(address, array.ctypes.data, array.nbytes, HTOD)


def test_bytes_come_back_as_they_were_written(sim8: World) -> None:
    array = np.arange(5, dtype=np.float64)
    assert (sim8.download(sim8.upload(array), 5, np.float64) == array).all()


def test_memory_that_nobody_wrote_to_shows(sim8: World) -> None:
    found = sim8.download(sim8.allocate(16), 4, np.uint32)
    assert found.tolist() == [0xCDCDCDCD] * 4


def test_an_offset_into_an_allocation_is_its_memory(sim8: World) -> None:
    array = np.arange(8, dtype=np.int32)
    assert sim8.download(sim8.upload(array) + 12, 2, np.int32).tolist() == [3, 4]


def test_an_execution_may_use_a_part_of_an_allocation(sim8: World) -> None:
    engine = sim8.negation((2,))
    both = sim8.upload(np.array([1, 2, 0, 0], np.float32))
    assert engine.create_execution_context().execute_v2([both, both + 8])
    assert sim8.download(both, (4,)).tolist() == [1, 2, -1, -2]


def test_past_the_end_of_an_allocation_is_an_error(sim8: World) -> None:
    address = sim8.allocate(16)
    with pytest.raises(RuntimeError, match="past the end"):
        sim8.download(address + 12, 2)


def test_the_end_of_one_allocation_is_not_the_next_one(sim8: World) -> None:
    first, second = sim8.allocate(512), sim8.allocate(512)
    assert second > first + 512
    with pytest.raises(RuntimeError, match="past the end"):
        sim8.download(first + 512, 1)


def test_freed_memory_is_an_error(sim8: World) -> None:
    address = sim8.allocate(16)
    sim8.cudart.cudaFree(address)
    with pytest.raises(RuntimeError, match="freed"):
        sim8.download(address, 4)


def test_a_second_free_is_an_error(sim8: World) -> None:
    address = sim8.allocate(16)
    sim8.cudart.cudaFree(address)
    with pytest.raises(RuntimeError, match="second free"):
        sim8.cudart.cudaFree(address)


def test_freeing_inside_an_allocation_is_an_error(sim8: World) -> None:
    with pytest.raises(RuntimeError, match="no allocation"):
        sim8.cudart.cudaFree(sim8.allocate(16) + 4)


def test_freeing_nothing_is_fine(sim8: World) -> None:
    sim8.cudart.cudaFree(0)


def test_memory_that_was_never_allocated_is_an_error(sim8: World) -> None:
    with pytest.raises(RuntimeError, match="never allocated"):
        sim8.download(0x00DF_0000_0000_0000, 4)


def test_host_memory_as_device_memory_is_an_error(sim8: World) -> None:
    array = np.zeros(4, np.float32)
    context = sim8.negation((4,)).create_execution_context()
    with pytest.raises(RuntimeError, match="host memory"):
        context.execute_v2([array.ctypes.data, sim8.allocate(16)])


def test_device_memory_as_host_memory_is_an_error(sim8: World) -> None:
    address = sim8.allocate(16)
    with pytest.raises(RuntimeError, match="as host memory"):
        sim8.cudart.cudaMemcpy(address, address, 16, HTOD)


def test_page_locked_memory_serves_the_device_too(sim8: World) -> None:
    x, y = sim8.drv.pagelocked_empty(4, np.float32), sim8.drv.pagelocked_zeros(4, np.float32)
    x[:] = 3
    assert sim8.negation((4,)).create_execution_context().execute_v2([x.ctypes.data, y.ctypes.data])
    assert y.tolist() == [-3] * 4


def test_an_allocation_smaller_than_its_tensor_is_an_error(sim: World) -> None:
    context = sim.negation((4,)).create_execution_context()
    context.set_tensor_address("x", sim.allocate(16))
    context.set_tensor_address("y", sim.allocate(8))
    with pytest.raises(RuntimeError, match="tensor y uses 16 bytes"):
        context.execute_async_v3(0)


def test_an_int32_buffer_for_an_int64_tensor_is_an_error(sim10: World) -> None:
    context = sim10.negation((4,), "INT64").create_execution_context()
    context.set_tensor_address("x", sim10.upload(np.zeros(4, np.int32)))
    context.set_tensor_address("y", sim10.allocate(32))
    with pytest.raises(RuntimeError, match="tensor x uses 32 bytes"):
        context.execute_async_v3(0)


def test_an_address_of_a_freed_buffer_is_told_of_when_it_is_used(sim: World) -> None:
    context = sim.negation((4,)).create_execution_context()
    address = sim.allocate(16)
    assert context.set_tensor_address("x", address)
    assert context.set_tensor_address("y", sim.allocate(16))
    sim.cudart.cudaFree(address)
    with pytest.raises(RuntimeError, match="freed"):
        context.execute_async_v3(0)


def test_memory_of_pycuda_lives_as_long_as_its_object(sim8: World) -> None:
    def leaked() -> int:
        return int(sim8.drv.mem_alloc(16))

    with pytest.raises(RuntimeError, match="freed"):
        sim8.download(leaked(), 4)


def test_a_device_allocation_is_an_integer_both_ways(sim8: World) -> None:
    allocation = sim8.drv.mem_alloc(16)
    assert int(allocation) == allocation.__index__()


@pytest.mark.parametrize("given", ["array", "address", "buffer"])
def test_cudart_takes_host_memory_in_every_form(sim8: World, given: str) -> None:
    array = np.arange(4, dtype=np.float32)
    forms: dict[str, Any] = {
        "array": array,
        "address": array.ctypes.data,
        "buffer": array.tobytes(),
    }
    address = sim8.allocate(16)
    sim8.cudart.cudaMemcpy(address, forms[given], 16, HTOD)
    assert (sim8.download(address, 4) == array).all()


def test_an_array_in_pieces_is_refused(sim8: World) -> None:
    with pytest.raises(ValueError, match="contiguous"):
        sim8.drv.memcpy_htod(sim8.drv.mem_alloc(64), np.zeros((4, 4), np.float32)[:, ::2])
