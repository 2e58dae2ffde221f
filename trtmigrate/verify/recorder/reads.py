"""Follow which outputs a program copies, and whether it waits for them.

Tensors are recorded at their own addresses, so a program that reads the wrong buffer does not show
in them. The recorder waits for every execution, so neither does a missing wait. Both are followed
in the program's own calls instead. Each copy out of an output is listed with its place in the
tensor and a state:

    "complete"   the copy was ordered behind the execution, and, if it was one to the host, the
                 program waited for it before the context ran again or the program ended
    "early"      nothing orders the copy behind the execution, or the program did not wait for it

Copies and waits of cuda-python (runtime and driver), pycuda and torch are seen; events of torch
are not.
"""

from __future__ import annotations

from typing import Any

from .device import Device
from .execution import Execution
from .record import Record


class Reads:
    """Keeps the latest execution of each context, and the copies out of its outputs."""

    def __init__(self, record: Record, device: Device) -> None:
        self._record, self._device = record, device
        self._open: dict[int, Execution] = {}  # number of a context -> its latest execution

    def follow(self, context: int, execution: Execution) -> None:
        """Follow an execution; let go of its context, whose life the program decides."""
        execution.context = None
        self._open[context] = execution

    def close(self, context: int) -> None:
        """Write down the copies of the latest execution of a context, which runs again now."""
        execution = self._open.pop(context, None)
        if execution is not None and execution.reads:
            for read in execution.reads:
                del read["stream"]
                read["state"] = "early" if read["state"] == "pending" else read["state"]
            self._record.event("reads", execution=execution.number, copies=execution.reads)

    def close_all(self) -> None:
        """Write down the copies of every context: the program ends."""
        for context in list(self._open):
            self.close(context)

    def copied(self, source: int, nbytes: int, stream: int | None, to_host: bool = True) -> None:
        """Note a copy; `stream` is None for a copy that returns when it is done.

        Only the latest execution that wrote to `source` counts: the memory may have been freed and
        allocated again since an earlier execution.
        """
        for execution in reversed(self._open.values()):
            found = False
            for tensor in execution.tensors:
                begin = execution.address.get(tensor["name"], 0)
                inside = begin <= source < begin + tensor.get("nbytes", 0)
                if tensor["mode"] == "output" and begin and inside:
                    found = True
                    read: dict[str, Any] = {"tensor": tensor["name"], "offset": source - begin}
                    state = self._state(execution, stream)
                    if state == "pending" and not to_host:
                        state = "complete"  # nobody has to wait for what stays on the device
                    read.update(nbytes=nbytes, state=state, stream=stream)
                    execution.reads.append(read)
            if found:
                return

    def _state(self, execution: Execution, stream: int | None) -> str:
        behind = execution.waited or stream == execution.stream
        if not behind and stream in (None, 0, 1):
            # The default stream orders itself behind every stream that is not "non-blocking".
            behind = not self._device.cuda.non_blocking(execution.stream)
        if not behind:
            return "early"
        return "complete" if stream is None else "pending"

    def waited(self, stream: int | None) -> None:
        """Note that the program waited for one stream, or for everything if it is None."""
        for execution in list(self._open.values()):
            if stream is None or stream == execution.stream:
                execution.waited = True
            for read in execution.reads:
                if read["state"] == "pending" and stream in (None, read["stream"]):
                    read["state"] = "complete"
