"""Streams: work is queued in order and done no sooner than something waits for it.

A device is free to run asynchronous work late, so this one always does: nothing runs before a
synchronisation asks for it, and only what that needs. A program that reads a result too early sees
the bytes from before, on every run.

Stream 0 is CUDA's legacy default stream: its work waits for all earlier work of the streams made
without the non-blocking flag, and their later work waits for it.
"""

from __future__ import annotations

import itertools
from typing import Callable, Dict, List, Optional, Set

Action = Callable[[], None]

LEGACY = 1  # cudaStreamLegacy
PER_THREAD = 2  # cudaStreamPerThread; one thread has one, and it blocks like any other


class Work:
    """One queued action and what has to be done before it."""

    __slots__ = ("action", "after", "name")

    def __init__(self, name: str, action: Optional[Action], after: List[Work]) -> None:
        self.name = name
        self.action = action
        self.after: Optional[List[Work]] = after

    @property
    def done(self) -> bool:
        return self.after is None

    def run(self) -> None:
        """Do this and everything it waits for, oldest first."""
        pending = [self]
        while pending:
            work = pending[-1]
            if work.after is None:
                pending.pop()
                continue
            missing = [before for before in work.after if not before.done]
            if missing:
                # The oldest last, so that it is done first.
                pending.extend(reversed(missing))
                continue
            pending.pop()
            work.after = None
            action, work.action = work.action, None
            if action is not None:
                action()


class Event:
    """What was queued before it at the time it was recorded; ``stream`` and ``graph`` where that
    was captured.
    """

    __slots__ = ("graph", "stream", "work")

    def __init__(self) -> None:
        self.work: Optional[Work] = None
        self.stream = 0
        self.graph: Optional[Graph] = None

    @property
    def done(self) -> bool:
        return self.work is None or self.work.done


class Graph:
    """The actions captured on ``origin`` and the streams that joined it, in order.

    ``unjoined`` are streams with work that nothing waits for yet.
    """

    def __init__(self, number: int, origin: int) -> None:
        self.number = number
        self.origin = origin
        self.steps: List[Work] = []
        self.unjoined: Set[int] = set()


class Stream:
    def __init__(self, handle: int, blocking: bool) -> None:
        self.handle = handle
        self.blocking = blocking
        self.tail: Optional[Work] = None
        self.captured: Optional[Graph] = None


class StreamMisuse(RuntimeError):
    """A handle that is no stream, or a call that a stream cannot take now."""


class Streams:
    """All streams of the device."""

    def __init__(self) -> None:
        self._handles = itertools.count(0x5EA0_0000_0000, 0x100)
        self._captures = itertools.count(1)
        self._default = Stream(0, blocking=True)
        self._streams: Dict[int, Stream] = {0: self._default, LEGACY: self._default}
        self._streams[PER_THREAD] = Stream(PER_THREAD, blocking=True)

    def create(self, blocking: bool = True) -> int:
        handle = next(self._handles)
        self._streams[handle] = Stream(handle, blocking)
        return handle

    def destroy(self, handle: int) -> None:
        """Forget a stream; what it holds is still done when something waits for it."""
        stream = self.get(handle)
        if stream is self._default:
            raise StreamMisuse("sim: the default stream cannot be destroyed")
        # The default stream keeps the order of what was queued before.
        if stream.tail is not None and stream.blocking:
            self._chain(self._default, Work("end of a stream", None, [stream.tail]))
        del self._streams[handle]

    def get(self, handle: int) -> Stream:
        """A stream by its handle. Raises StreamMisuse for anything else."""
        if handle not in self._streams:
            raise StreamMisuse("sim: %s is not a stream, or was destroyed" % hex(handle))
        return self._streams[handle]

    def queue(self, handle: int, name: str, action: Optional[Action], *also: Event) -> Work:
        """Queue an action on a stream, after the given events too."""
        stream = self.get(handle)
        for event in also:
            self._join(stream, event)
        after = [event.work for event in also if event.work is not None]
        work = Work(name, action, after)
        if stream.captured is not None:
            stream.captured.steps.append(work)
            if handle != stream.captured.origin:
                stream.captured.unjoined.add(handle)
            return work
        if stream is self._default:
            after += [s.tail for s in self._each() if s.blocking and s.tail is not None]
        elif stream.blocking and self._default.tail is not None:
            after.append(self._default.tail)
        self._chain(stream, work)
        return work

    def _join(self, stream: Stream, event: Event) -> None:
        """Let a stream that waits for an event of a capture take part in the capture."""
        graph = event.graph
        origin = self._streams.get(graph.origin) if graph is not None else None
        if origin is None or origin.captured is not graph or graph is None:
            return
        if stream.captured not in (None, graph):
            raise StreamMisuse("sim: a stream cannot take part in two captures")
        stream.captured = graph
        graph.unjoined.discard(event.stream)

    def _chain(self, stream: Stream, work: Work) -> None:
        if stream.tail is not None and work.after is not None and stream.tail not in work.after:
            work.after.append(stream.tail)
        if work.after is not None:
            work.after[:] = [before for before in work.after if not before.done]
        stream.tail = work

    def _each(self) -> List[Stream]:
        return list({id(stream): stream for stream in self._streams.values()}.values())

    def synchronize(self, handle: int) -> None:
        """Do all that a stream holds (for stream 0, what the blocking streams hold as well)."""
        stream = self.get(handle)
        if stream.captured is not None:
            raise StreamMisuse("sim: a stream cannot be synchronised while it captures a graph")
        if stream is self._default:
            self.queue(0, "synchronisation", None)
        if stream.tail is not None:
            stream.tail.run()

    def synchronize_all(self) -> None:
        for stream in self._each():
            if stream.tail is not None:
                stream.tail.run()

    def is_idle(self, handle: int) -> bool:
        tail = self.get(handle).tail
        return tail is None or tail.done

    def record(self, handle: int, event: Event) -> None:
        event.work = self.queue(handle, "event", None)
        event.stream, event.graph = handle, self.get(handle).captured

    def begin_capture(self, handle: int) -> None:
        stream = self.get(handle)
        if stream is self._default or stream.captured is not None:
            raise StreamMisuse("sim: this stream cannot begin a capture")
        stream.captured = Graph(next(self._captures), handle)

    def end_capture(self, handle: int) -> Graph:
        stream = self.get(handle)
        graph = stream.captured
        if graph is None or graph.origin != handle:
            raise StreamMisuse("sim: this stream began no capture")
        if graph.unjoined:
            raise StreamMisuse("sim: the capture holds work of a stream that nothing waits for")
        for one in self._each():
            one.captured = None if one.captured is graph else one.captured
        return graph

    def launch(self, graph: Graph, handle: int) -> None:
        """Queue everything a graph holds, again."""
        for step in graph.steps:
            self.queue(handle, step.name, step.action)
