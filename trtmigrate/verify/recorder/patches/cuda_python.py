"""Follow copies of outputs, waits and graphs of cuda-python's runtime; begin memory as zeros."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..execution import Execution
from ..recorder import Recorder
from .replacing import replace

TO_HOST, ON_DEVICE, DEFAULT = 2, 3, 4  # of cudaMemcpyKind


def patch_cuda_python(cudart: Any, recorder: Recorder) -> None:
    """Patch the runtime module of cuda-python."""
    _patch_copies(cudart, recorder)
    _patch_graphs(cudart, recorder)

    def begin_as_zeros(answer: Any, nbytes: int) -> None:
        if int(nbytes):
            cudart.cudaMemset(answer[1], 0, nbytes)

    call_after(cudart, "cudaMalloc", begin_as_zeros, recorder)


def call_after(cudart: Any, name: str, then: Callable[..., None], recorder: Recorder) -> None:
    """Call `then` after each call of a function that succeeds, with its answer and arguments."""

    def make(original: Any) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            answer = original(*args, **kwargs)
            if isinstance(answer, tuple) and int(answer[0]) == 0:
                begin = time.perf_counter()
                then(answer, *args, *kwargs.values())
                recorder.record.seconds += time.perf_counter() - begin
            return answer

        return called

    replace(cudart, name, make)


def _patch_copies(cudart: Any, recorder: Recorder) -> None:
    reads = recorder.reads

    def copied(_: Any, __: Any, source: Any, nbytes: int, kind: Any) -> None:
        if int(kind) in (TO_HOST, ON_DEVICE, DEFAULT):
            reads.copied(int(source), int(nbytes), None, int(kind) != ON_DEVICE)

    def copied_async(_: Any, __: Any, source: Any, nbytes: int, kind: Any, stream: Any = 0) -> None:
        if int(kind) in (TO_HOST, ON_DEVICE, DEFAULT):
            reads.copied(int(source), int(nbytes), int(stream), int(kind) != ON_DEVICE)

    def waited_for_stream(_: Any, stream: Any) -> None:
        reads.waited(int(stream))

    def waited_for_all(*_: Any) -> None:
        reads.waited(None)

    call_after(cudart, "cudaMemcpy", copied, recorder)
    call_after(cudart, "cudaMemcpyAsync", copied_async, recorder)
    call_after(cudart, "cudaStreamSynchronize", waited_for_stream, recorder)
    call_after(cudart, "cudaDeviceSynchronize", waited_for_all, recorder)
    call_after(cudart, "cudaEventSynchronize", waited_for_all, recorder)


def _patch_graphs(cudart: Any, recorder: Recorder) -> None:
    graphs: dict[int, list[Execution]] = {}  # graph or executable graph -> its executions
    captures: dict[int, int | None] = {}  # stream that began a capture -> the capture

    def begin_capture(_: Any, stream: Any, *__: Any) -> None:
        captures[int(stream)] = recorder.device.cuda.capture_of(int(stream))

    def end_capture(answer: Any, stream: Any) -> None:
        capture = captures.pop(int(stream), None)
        graphs[int(answer[1])] = recorder.captured.pop(capture, []) if capture is not None else []

    def instantiate(answer: Any, graph: Any, *_: Any) -> None:
        graphs[int(answer[1])] = graphs.get(int(graph), [])

    def launched(_: Any, graph: Any, stream: Any) -> None:
        recorder.launch(graphs.get(int(graph), []), int(stream))

    call_after(cudart, "cudaStreamBeginCapture", begin_capture, recorder)
    call_after(cudart, "cudaStreamEndCapture", end_capture, recorder)
    call_after(cudart, "cudaGraphInstantiate", instantiate, recorder)
    call_after(cudart, "cudaGraphLaunch", launched, recorder)
