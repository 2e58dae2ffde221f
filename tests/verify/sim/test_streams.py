"""Streams: nothing is done before something waits for it, and then in order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.verify.sim.worlds import World

HTOD, DTOH = 1, 2
NOT_YET = 0.0


class Pipeline:
    """x -> -x on a stream, with a page-locked input of ones and a page-locked result of zeros."""

    def __init__(self, sim: World, blocking: bool = False) -> None:
        self.sim, self.cudart = sim, sim.cudart
        self.x = sim.drv.pagelocked_zeros(2, np.float32)
        self.y = sim.drv.pagelocked_zeros(2, np.float32)
        self.x[:] = 1
        self.device_x, self.device_y = sim.upload(np.zeros(2, np.float32)), sim.allocate(8)
        self.context = sim.negation((2,)).create_execution_context()
        self.context.set_tensor_address("x", self.device_x)
        self.context.set_tensor_address("y", self.device_y)
        self.stream = self.new_stream(blocking)

    def new_stream(self, blocking: bool = False) -> Any:
        return self.cudart.cudaStreamCreateWithFlags(0 if blocking else 1)[1]

    def upload(self, stream: Any) -> None:
        self.cudart.cudaMemcpyAsync(self.device_x, self.x.ctypes.data, 8, HTOD, stream)

    def execute(self, stream: Any) -> None:
        assert self.context.execute_async_v3(int(stream))

    def download(self, stream: Any) -> None:
        self.cudart.cudaMemcpyAsync(self.y.ctypes.data, self.device_y, 8, DTOH, stream)

    def all_on(self, stream: Any) -> None:
        self.upload(stream)
        self.execute(stream)
        self.download(stream)


def test_a_result_is_there_after_its_stream_is_synchronised(sim: World) -> None:
    run = Pipeline(sim)
    run.all_on(run.stream)
    run.cudart.cudaStreamSynchronize(run.stream)
    assert run.y[0] == -1


def test_a_result_read_before_the_stream_ended_is_the_old_one(sim: World) -> None:
    run = Pipeline(sim)
    run.all_on(run.stream)
    assert run.y[0] == NOT_YET


def test_another_stream_does_not_wait(sim: World) -> None:
    run = Pipeline(sim)
    other = run.new_stream()
    run.upload(run.stream)
    run.execute(run.stream)
    run.download(other)
    run.cudart.cudaStreamSynchronize(other)
    assert run.y.view(np.uint32)[0] == 0xCDCDCDCD


def test_a_synchronous_copy_does_not_wait_for_a_non_blocking_stream(sim: World) -> None:
    run = Pipeline(sim)
    run.upload(run.stream)
    run.execute(run.stream)
    assert sim.download(run.device_y, 2, np.uint32)[0] == 0xCDCDCDCD


def test_a_synchronous_copy_waits_for_a_blocking_stream(sim: World) -> None:
    run = Pipeline(sim, blocking=True)
    run.upload(run.stream)
    run.execute(run.stream)
    assert sim.download(run.device_y, 2)[0] == -1


def test_a_blocking_stream_waits_for_the_default_stream(sim: World) -> None:
    run = Pipeline(sim, blocking=True)
    run.upload(0)
    run.execute(run.stream)
    run.download(run.stream)
    run.cudart.cudaStreamSynchronize(run.stream)
    assert run.y[0] == -1


def test_synchronising_the_device_waits_for_everything(sim: World) -> None:
    run = Pipeline(sim)
    run.all_on(run.stream)
    run.cudart.cudaDeviceSynchronize()
    assert run.y[0] == -1


def test_an_event_orders_two_streams(sim: World) -> None:
    run = Pipeline(sim)
    other, event = run.new_stream(), run.cudart.cudaEventCreate()[1]
    run.upload(run.stream)
    run.execute(run.stream)
    run.cudart.cudaEventRecord(event, run.stream)
    run.cudart.cudaStreamWaitEvent(other, event, 0)
    run.download(other)
    run.cudart.cudaStreamSynchronize(other)
    assert run.y[0] == -1


def test_waiting_for_an_event_leaves_what_came_after_it(sim: World) -> None:
    run = Pipeline(sim)
    event = run.cudart.cudaEventCreate()[1]
    run.upload(run.stream)
    run.execute(run.stream)
    run.cudart.cudaEventRecord(event, run.stream)
    run.download(run.stream)
    run.cudart.cudaEventSynchronize(event)
    assert run.y[0] == NOT_YET
    assert sim.download(run.device_y, 2)[0] == -1


def test_page_locked_input_is_read_when_the_stream_comes_to_it(sim: World) -> None:
    run = Pipeline(sim)
    run.all_on(run.stream)
    run.x[:] = 5  # overwritten while the copy is under way
    run.cudart.cudaStreamSynchronize(run.stream)
    assert run.y[0] == -5


def test_pageable_input_is_read_at_once(sim: World) -> None:
    run = Pipeline(sim)
    pageable = np.ones(2, np.float32)
    run.cudart.cudaMemcpyAsync(run.device_x, pageable.ctypes.data, 8, HTOD, run.stream)
    pageable[:] = 5
    run.execute(run.stream)
    run.download(run.stream)
    run.cudart.cudaStreamSynchronize(run.stream)
    assert run.y[0] == -1


def test_freeing_memory_waits_for_what_uses_it(sim: World) -> None:
    run = Pipeline(sim)
    run.all_on(run.stream)
    run.cudart.cudaFree(run.device_x)
    assert run.y[0] == -1


def test_freeing_in_the_order_of_a_stream_comes_after_its_work(sim: World) -> None:
    run = Pipeline(sim)
    run.all_on(run.stream)
    run.cudart.cudaFreeAsync(run.device_x, run.stream)
    run.cudart.cudaStreamSynchronize(run.stream)
    assert run.y[0] == -1
    with pytest.raises(RuntimeError, match="freed"):
        run.execute(run.stream)


def test_addresses_set_after_the_enqueue_do_not_reach_it(sim: World) -> None:
    run = Pipeline(sim)
    other = sim.allocate(8)
    run.upload(run.stream)
    run.execute(run.stream)
    run.context.set_tensor_address("y", other)
    run.download(run.stream)
    run.cudart.cudaStreamSynchronize(run.stream)
    assert run.y[0] == -1


def test_a_captured_graph_runs_at_each_launch_and_not_before(sim: World) -> None:
    run = Pipeline(sim)
    run.cudart.cudaStreamBeginCapture(run.stream, 0)
    run.all_on(run.stream)
    graph = run.cudart.cudaStreamEndCapture(run.stream)[1]
    run.cudart.cudaDeviceSynchronize()
    assert run.y[0] == NOT_YET
    executable = run.cudart.cudaGraphInstantiate(graph, 0)[1]
    for value in (1, 7):
        run.x[:] = value
        run.cudart.cudaGraphLaunch(executable, run.stream)
        run.cudart.cudaStreamSynchronize(run.stream)
        assert run.y[0] == -value


def fork(run: Pipeline) -> tuple[Any, Any]:
    """A capture on the stream of `run`, and another stream that joined it."""
    run.cudart.cudaStreamBeginCapture(run.stream, 0)
    event, other = run.cudart.cudaEventCreate()[1], run.new_stream()
    run.upload(run.stream)
    run.cudart.cudaEventRecord(event, run.stream)
    run.cudart.cudaStreamWaitEvent(other, event, 0)
    run.execute(other)
    return event, other


def test_a_stream_that_waits_for_a_captured_event_is_captured_too(sim: World) -> None:
    run = Pipeline(sim)
    event, other = fork(run)
    numbers = {run.cudart.cudaStreamGetCaptureInfo(one)[2] for one in (run.stream, other)}
    assert len(numbers) == 1 and 0 not in numbers
    run.cudart.cudaEventRecord(event, other)
    run.cudart.cudaStreamWaitEvent(run.stream, event, 0)
    run.download(run.stream)
    graph = run.cudart.cudaStreamEndCapture(run.stream)[1]
    assert run.cudart.cudaStreamIsCapturing(other)[1] == 0
    run.cudart.cudaDeviceSynchronize()
    assert run.y[0] == NOT_YET
    run.cudart.cudaGraphLaunch(run.cudart.cudaGraphInstantiate(graph, 0)[1], other)
    run.cudart.cudaStreamSynchronize(other)
    assert run.y[0] == -1


def test_a_capture_that_waits_for_no_forked_stream_is_an_error(sim: World) -> None:
    run = Pipeline(sim)
    _, other = fork(run)
    with pytest.raises(RuntimeError, match="began no capture"):
        run.cudart.cudaStreamEndCapture(other)
    with pytest.raises(RuntimeError, match="nothing waits for"):
        run.cudart.cudaStreamEndCapture(run.stream)


def test_a_destroyed_stream_is_an_error(sim: World) -> None:
    run = Pipeline(sim)
    run.cudart.cudaStreamDestroy(run.stream)
    with pytest.raises(RuntimeError, match="not a stream"):
        run.execute(run.stream)


def test_a_number_that_is_no_stream_is_an_error(sim: World) -> None:
    run = Pipeline(sim)
    with pytest.raises(RuntimeError, match="not a stream"):
        run.context.execute_async_v3(12345)


def test_pycudas_streams_and_events_keep_the_same_order(sim8: World) -> None:
    cuda, run = sim8.drv, Pipeline(sim8)
    stream = cuda.Stream()
    cuda.memcpy_htod_async(run.device_x, run.x, stream)
    run.execute(stream.handle)
    cuda.memcpy_dtoh_async(run.y, run.device_y, stream)
    assert not stream.is_done()
    assert run.y[0] == NOT_YET
    stream.synchronize()
    assert stream.is_done()
    assert run.y[0] == -1


def test_a_copy_to_a_bare_pageable_address_is_waited_for(sim: World) -> None:
    run = Pipeline(sim)
    pageable = np.zeros(2, np.float32)
    run.upload(run.stream)
    run.execute(run.stream)
    run.cudart.cudaMemcpyAsync(pageable.ctypes.data, run.device_y, 8, DTOH, run.stream)
    assert pageable[0] == -1


def test_a_copy_to_a_pageable_array_is_done_late_like_any_other(sim8: World) -> None:
    run, cuda = Pipeline(sim8), sim8.drv
    stream, pageable = cuda.Stream(), np.zeros(2, np.float32)
    run.upload(0)
    run.execute(stream.handle)
    cuda.memcpy_dtoh_async(pageable, run.device_y, stream)
    assert pageable[0] == NOT_YET
    stream.synchronize()
    assert pageable[0] == -1


def test_page_locked_memory_that_goes_away_is_waited_for(sim8: World) -> None:
    run = Pipeline(sim8)
    run.all_on(run.stream)
    del run.x
    assert run.y[0] == -1


def test_page_locked_memory_that_was_freed_by_hand_is_no_target(sim8: World) -> None:
    run = Pipeline(sim8)
    address = int(run.cudart.cudaHostAlloc(8, 0)[1])
    run.cudart.cudaFreeHost(address)
    with pytest.raises(RuntimeError, match="not page-locked"):
        run.cudart.cudaFreeHost(address)
