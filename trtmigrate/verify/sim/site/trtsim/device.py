"""The one device of the process: its memory, its streams, and copies between host and device."""

from __future__ import annotations

import itertools
from typing import Any, Callable, Dict

import numpy as np

from .memory import AddressSpace, MemoryMisuse
from .streams import Event, Streams

memory = AddressSpace()
streams = Streams()
events: Dict[int, Event] = {}  # by their handles

_event_handles = itertools.count(0x00E0_0000_0000, 0x100)

TOTAL = 80 << 30  # bytes of memory that this device says it has


def new_event() -> int:
    """The handle of a new event."""
    handle = next(_event_handles)
    events[handle] = Event()
    return handle


def event(handle: int) -> Event:
    """An event by its handle. Raises MemoryMisuse for anything else."""
    if handle not in events:
        raise MemoryMisuse("sim: %s is not an event, or was destroyed" % hex(handle))
    return events[handle]


def wait(stream: int, handle: int) -> None:
    """Let later work of a stream wait for what was before an event."""
    streams.queue(stream, "wait", None, event(handle))


def wait_for_event(handle: int) -> None:
    """Wait on the host."""
    work = event(handle).work
    if work is not None:
        work.run()


def free(address: int) -> None:
    """Free device memory; like CUDA, only after all work is done."""
    streams.synchronize_all()
    memory.free(address)


def free_later(address: int, stream: int) -> None:
    """Free device memory in the order of a stream."""
    streams.queue(stream, "free", lambda: memory.free(address))


def fill(address: int, value: int, size: int, stream: int) -> None:
    """Queue setting ``size`` bytes of device memory."""
    memory.device(address, size, "a memset")

    def action() -> None:
        memory.device(address, size, "a memset")[:] = value & 0xFF

    streams.queue(stream, "memset", action)


def copy(
    target: int, source: int, size: int, stream: int, direction: str, keep: Any = None
) -> None:
    """Queue a copy of ``size`` bytes; ``direction`` is ``HtoD``, ``DtoH``, ``DtoD`` or ``HtoH``.

    ``keep`` is the object that owns the host memory, where the program gave one, and is held until
    the copy is done. Pageable memory behind a bare address may be gone by then, so a copy from
    there reads at once, and one to there is waited for, as CUDA does both; only a graph comes back
    to it. Page-locked memory is read or written when the stream comes to it.

    Raises MemoryMisuse at once for pointers that do not fit, and in the stream for page-locked
    memory that was freed meanwhile.
    """
    use = "a copy %s" % direction
    reads, writes = _side(direction[0], source, size, use), _side(direction[-1], target, size, use)
    host = source if direction[0] == "H" else target
    at_home = not memory.is_device(host) and not memory.is_pinned(host, size)
    captured = streams.get(stream).captured is not None
    if at_home and direction[0] == "H" and not captured:
        taken = np.array(reads())
        streams.queue(stream, use, lambda: _write(writes(), taken, keep))
        return
    work = streams.queue(stream, use, lambda: _write(writes(), reads(), keep))
    if at_home and keep is None and not captured:
        work.run()


def _side(letter: str, address: int, size: int, use: str) -> Callable[[], np.ndarray]:
    """How to get at one end of a copy when its turn comes; tried once now."""
    if letter == "D":
        find = memory.device
    elif size and memory.is_pinned(address, size):
        find = memory.pinned
    else:
        find = memory.host
    find(address, size, use)
    return lambda: find(address, size, use)


def copy_now(target: int, source: int, size: int, direction: str) -> None:
    """A copy that the host waits for: in the order of the default stream."""
    copy(target, source, size, 0, direction)
    streams.synchronize(0)


def direction_of(target: int, source: int) -> str:
    """What cudaMemcpyDefault finds out from the addresses."""
    return "%sto%s" % (
        "D" if memory.is_device(source) else "H",
        "D" if memory.is_device(target) else "H",
    )


def _write(target: np.ndarray, source: np.ndarray, keep: Any) -> None:
    target[...] = source
