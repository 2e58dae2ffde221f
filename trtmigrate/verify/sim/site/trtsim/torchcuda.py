"""The parts of ``torch.cuda`` that inference scripts use: streams, events, and questions."""

from __future__ import annotations

import contextlib
from typing import Any, Iterator, List

from . import device
from .cudart import cudaDeviceProp
from .device import streams

_current: List[Any] = []  # the streams of `with torch.cuda.stream(...)`, innermost last


class Stream:
    """A stream; torch makes all but the default stream without blocking."""

    def __init__(self, device: Any = None, priority: int = 0, **_: Any) -> None:
        self.cuda_stream = streams.create(blocking=False)

    def synchronize(self) -> None:
        streams.synchronize(self.cuda_stream)

    def query(self) -> bool:
        return streams.is_idle(self.cuda_stream)

    def record_event(self, event: Any = None) -> Any:
        event = event or Event()
        event.record(self)
        return event

    def wait_event(self, event: Any) -> None:
        device.wait(self.cuda_stream, event.cuda_event)

    def wait_stream(self, stream: Any) -> None:
        self.wait_event(stream.record_event())

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Stream) and other.cuda_stream == self.cuda_stream

    def __hash__(self) -> int:
        return hash(self.cuda_stream)


class ExternalStream(Stream):
    """A stream that another library made."""

    def __init__(self, stream_ptr: int, device: Any = None) -> None:
        self.cuda_stream = int(stream_ptr)


class Event:
    """An event; the time between two is always the same."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.cuda_event = device.new_event()

    def record(self, stream: Any = None) -> None:
        handle = (stream or current_stream()).cuda_stream
        streams.record(handle, device.event(self.cuda_event))

    def wait(self, stream: Any = None) -> None:
        (stream or current_stream()).wait_event(self)

    def synchronize(self) -> None:
        device.wait_for_event(self.cuda_event)

    def query(self) -> bool:
        return device.event(self.cuda_event).done

    def elapsed_time(self, end: Any) -> float:
        return 1.0


_default = ExternalStream(0)


def current_stream(device: Any = None) -> Any:
    return _current[-1] if _current else _default


def default_stream(device: Any = None) -> Any:
    return _default


@contextlib.contextmanager
def stream(stream: Any) -> Iterator[None]:
    _current.append(stream or current_stream())
    try:
        yield
    finally:
        _current.pop()


def set_stream(stream: Any) -> None:
    _current[:] = [stream]


def synchronize(device: Any = None) -> None:
    streams.synchronize_all()


class Properties:
    name = cudaDeviceProp.name
    major, minor = 9, 0
    total_memory = device.TOTAL
    multi_processor_count = 132


def _nothing(*_: Any, **__: Any) -> None: ...


def _answer(value: Any) -> Any:
    return lambda *_, **__: value


# What takes the place of the members of torch.cuda.
MEMBERS = {
    "Stream": Stream,
    "ExternalStream": ExternalStream,
    "Event": Event,
    "current_stream": current_stream,
    "default_stream": default_stream,
    "stream": stream,
    "set_stream": set_stream,
    "synchronize": synchronize,
    "is_available": _answer(True),
    "is_initialized": _answer(True),
    "device_count": _answer(1),
    "current_device": _answer(0),
    "get_device_name": _answer(cudaDeviceProp.name),
    "get_device_capability": _answer((9, 0)),
    "get_device_properties": _answer(Properties()),
    "memory_allocated": _answer(0),
    "max_memory_allocated": _answer(0),
    "memory_reserved": _answer(0),
    "mem_get_info": _answer((device.TOTAL, device.TOTAL)),
    **dict.fromkeys(
        ("init", "set_device", "empty_cache", "manual_seed", "manual_seed_all", "ipc_collect"),
        _nothing,
    ),
}
