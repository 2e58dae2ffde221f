"""Record the executions of a program; the methods are called from the patched methods."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from .device import Device
from .engines import describe, profile_of
from .errors import NotCovered
from .execution import Execution, Numbers
from .reads import Reads
from .record import Record
from .tensors import Tensors

# The positional parameters of every method that executes, after the context itself.
EXECUTE = {
    "execute": ("batch_size", "bindings"),
    "execute_v2": ("bindings",),
    "execute_async": ("batch_size", "bindings", "stream_handle", "input_consumed"),
    "execute_async_v2": ("bindings", "stream_handle", "input_consumed"),
    "execute_async_v3": ("stream_handle",),
}


class Recorder:
    """Writes engines, contexts and executions into a record."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.device = Device(record)
        self.contexts, self.engines = Numbers(), Numbers()
        self.tensors = Tensors(record, self.device, self.contexts)
        self.reads = Reads(record, self.device)
        self.inside = threading.local()  # the patched methods that this thread is in
        self.captured: dict[int, list[Execution]] = {}  # capture of a graph -> its executions
        self._count = itertools.count()

    # -- engines and contexts

    def add_engine(self, engine: Any, origin: str, plan: str | None) -> None:
        """Record an engine; `origin` is "built" or "loaded", `plan` the digest of its plan."""
        if engine is None:
            return
        try:
            tensors = describe(engine)
        except Exception as error:  # the program must not fail because of a description
            self.record.not_covered("engine", f"cannot be described: {error}")
            tensors = []
        number = self.engines.of(engine)
        self.record.event("engine", number=number, origin=origin, plan=plan, tensors=tensors)

    def add_context(self, engine: Any, context: Any) -> None:
        """Record a context and the engine that made it."""
        if context is not None:
            number = self.contexts.of(context)
            self.record.event("context", number=number, engine=self.engines.of(engine))

    # -- one execution

    def execute(
        self, context: Any, api: str, original: Callable[..., Any], args: Any, kw: Any
    ) -> Any:
        """Call `original` and record what it reads and writes."""
        if getattr(self.inside, "execution", False):
            return original(context, *args, **kw)
        self.inside.execution = True
        try:
            begin = time.perf_counter()
            execution = self._guarded(lambda: self._begin(context, api, args, kw))
            self.record.seconds += time.perf_counter() - begin
            answer = original(context, *args, **kw)
            begin = time.perf_counter()
            if execution is not None and not execution.capturing:
                self._guarded(lambda: self._finish(execution, answer))
            self.record.seconds += time.perf_counter() - begin
            return answer
        finally:
            self.inside.execution = False

    def _guarded(self, step: Callable[[], Any]) -> Any:
        """Return the answer of a step of recording; if it fails, note that and return None.

        A failure of the recorder must not change what the program does.
        """
        try:
            return step()
        except Exception as error:
            self.record.not_covered("execution", f"{type(error).__name__}: {error}")
            return None

    def _begin(self, context: Any, api: str, args: Any, kw: Any) -> Execution | None:
        """Start to record an execution: describe its tensors and read its inputs."""
        given: dict[str, Any] = dict(zip(EXECUTE[api], args), **kw)
        stream = int(given["stream_handle"]) if "stream_handle" in given else None
        number = self.contexts.of(context)
        if os.getpid() != self.record.pid:
            self.record.not_covered("execution", "it ran in a child process")
            return None
        try:
            execution = Execution(next(self._count), context, api, stream)
            capture = self.device.cuda.capture_of(stream)
            execution.capturing = capture is not None
            self.reads.close(number)
            if not execution.capturing:
                self.device.cuda.synchronize(stream)
        except NotCovered as error:
            self.record.not_covered(f"execution of context {number}", str(error))
            return None
        self.tensors.describe(execution, given)
        if capture is not None:
            self.captured.setdefault(capture, []).append(execution)
            self.record.not_covered(
                f"execution of context {number} during the capture of a CUDA graph",
                "nothing runs then; recorded after each launch of the graph where that is seen",
            )
        else:
            self.tensors.read_inputs(execution)
        return execution

    def _finish(self, execution: Execution, answer: Any) -> None:
        """Wait for an execution, read its outputs and write it down."""
        result = None if answer is None else bool(answer)
        try:
            self.device.cuda.synchronize(execution.stream)
            failure = "the execution was refused" if result is False else None
        except NotCovered as error:
            failure = str(error)
        if failure is None:
            self.tensors.read_outputs(execution)
        for tensor in execution.tensors:
            if failure and tensor["mode"] == "output":
                tensor["not_covered"] = failure
        self._write(execution, result)

    def _write(self, execution: Execution, result: bool | None) -> None:
        context = execution.context
        number = self.contexts.of(context)
        self.record.event(
            "execution",
            number=execution.number,
            context=number,
            engine=self.engines.of(context.engine),
            api=execution.api,
            profile=profile_of(context),
            result=result,
            tensors=execution.tensors,
        )
        self.reads.follow(number, execution)

    def launch(self, executions: list[Execution], stream: int) -> None:
        """Record the executions that were captured in a graph, after a launch of the graph.

        The graph itself may fill its inputs, so the inputs are read after the launch as well.
        """
        self.device.cuda.synchronize(stream)
        for captured in executions:
            execution = Execution(next(self._count), captured.context, "cudaGraphLaunch", stream)
            execution.tensors = [dict(tensor) for tensor in captured.tensors]
            execution.address = dict(captured.address)
            self.reads.close(self.contexts.of(captured.context))
            for tensor in execution.tensors:
                self.tensors.read(execution, tensor)
            self._write(execution, True)
