"""The one device of the process: its memory, its streams, and copies between host and device."""

from __future__ import annotations

import itertools
from typing import Any, Dict

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

    Pageable host memory is read at once, as CUDA does, because it may be gone later; page-locked
    memory and device memory when the stream comes to it; ``keep`` is held until then. Raises
    MemoryMisuse at once for pointers that do not fit.
    """
    use = "a copy %s" % direction
    from_device, to_device = direction.startswith("D"), direction.endswith("D")
    read = memory.device if from_device else memory.host
    write = memory.device if to_device else memory.host
    if to_device:
        memory.device(target, size, use)
    elif memory.is_device(target):
        raise MemoryMisuse("sim: %s writes to device memory at %s" % (use, hex(target)))
    taken = read(source, size, use)
    if not from_device and not memory.is_pinned(source, size):
        bytes_now = np.array(taken)
        streams.queue(stream, use, lambda: _write(write(target, size, use), bytes_now, keep))
    else:
        streams.queue(
            stream, use, lambda: _write(write(target, size, use), read(source, size, use), keep)
        )


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
