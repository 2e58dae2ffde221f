"""pycuda.driver over the simulated device."""

from __future__ import annotations

import weakref
from typing import Any, ClassVar, Dict, List, Optional, Tuple

import numpy as np

from . import device
from .cudart import cudaDeviceProp
from .device import memory, streams
from .pointers import address_of, memory_of


class Error(Exception):
    """The base of pycuda's errors."""


class LogicError(Error):
    pass


class RuntimeError(Error):
    pass


class MemoryError(Error):
    pass


class LaunchError(Error):
    pass


class host_alloc_flags:
    PORTABLE = 1
    DEVICEMAP = 2
    WRITECOMBINED = 4


class ctx_flags:
    SCHED_AUTO = 0
    SCHED_SPIN = 1
    SCHED_YIELD = 2
    SCHED_BLOCKING_SYNC = 4
    MAP_HOST = 8


class event_flags:
    DEFAULT = 0
    BLOCKING_SYNC = 1
    DISABLE_TIMING = 2


class PointerHolderBase:
    """The base of whatever a program lets stand for an address."""

    def get_pointer(self) -> int:
        raise NotImplementedError

    def __int__(self) -> int:
        return self.get_pointer()

    __index__ = __int__


class DeviceAllocation(PointerHolderBase):
    """Device memory that is freed with the object."""

    def __init__(self, size: int) -> None:
        self._address = memory.allocate(size)
        self._finalizer = weakref.finalize(self, device.free, self._address)
        self._finalizer.atexit = False

    def get_pointer(self) -> int:
        return self._address

    def free(self) -> None:
        if not self._finalizer.alive:
            raise LogicError("DeviceAllocation::free failed: invalid value - already freed")
        self._finalizer()

    def __hash__(self) -> int:
        return hash(self._address)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeviceAllocation) and other._address == self._address

    def as_buffer(self, size: int, offset: int = 0) -> Any:
        raise NotImplementedError("sim: DeviceAllocation.as_buffer is not covered")


class Stream:
    def __init__(self, flags: int = 0) -> None:
        self._handle = streams.create(blocking=not flags & 1)

    @property
    def handle(self) -> int:
        return self._handle

    def synchronize(self) -> None:
        streams.synchronize(self._handle)

    def is_done(self) -> bool:
        return streams.is_idle(self._handle)

    def wait_for_event(self, event: Event) -> None:
        device.wait(self._handle, event.handle)

    def __int__(self) -> int:
        return self._handle

    def __hash__(self) -> int:
        return hash(self._handle)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stream) and other._handle == self._handle


class Event:
    def __init__(self, flags: int = 0) -> None:
        self.handle = device.new_event()

    def record(self, stream: Optional[Stream] = None) -> Event:
        streams.record(_stream(stream), device.event(self.handle))
        return self

    def synchronize(self) -> Event:
        device.wait_for_event(self.handle)
        return self

    def query(self) -> bool:
        return device.event(self.handle).done

    def time_since(self, event: Event) -> float:
        return 0.0

    def time_till(self, event: Event) -> float:
        return 0.0


class Context:
    """All contexts share the one device; the stack is kept so that pops match pushes."""

    _stack: ClassVar[List[Context]] = []

    def __init__(self, number: int = 0) -> None:
        self._number = number

    def push(self) -> None:
        Context._stack.append(self)

    @staticmethod
    def pop() -> None:
        if not Context._stack:
            raise LogicError(
                "context::pop failed: invalid device context - cannot pop non-current context"
            )
        Context._stack.pop()

    def detach(self) -> None:
        if self in Context._stack:
            Context._stack.remove(self)

    @staticmethod
    def synchronize() -> None:
        streams.synchronize_all()

    @staticmethod
    def get_device() -> Device:
        return Device(0)

    @staticmethod
    def get_current() -> Optional[Context]:
        return Context._stack[-1] if Context._stack else None


class Device:
    def __init__(self, number: Any = 0) -> None:
        if number not in (0, "0"):
            raise LogicError("cuDeviceGet failed: invalid device ordinal")
        self._number = 0

    @staticmethod
    def count() -> int:
        return 1

    def name(self) -> str:
        return cudaDeviceProp.name.decode("ascii")

    def compute_capability(self) -> Tuple[int, int]:
        return cudaDeviceProp.major, cudaDeviceProp.minor

    def total_memory(self) -> int:
        return device.TOTAL

    def pci_bus_id(self) -> str:
        return "0000:00:00.0"

    def make_context(self, flags: int = 0) -> Context:
        made = Context()
        made.push()
        return made

    def retain_primary_context(self) -> Context:
        return Context()

    def get_attributes(self) -> Dict[Any, int]:
        return {}


def init(flags: int = 0) -> None:
    pass


def get_version() -> Tuple[int, int, int]:
    return 12, 2, 0


def get_driver_version() -> int:
    return 12020


def mem_get_info() -> Tuple[int, int]:
    return device.TOTAL - memory.in_use()[1], device.TOTAL


def _stream(stream: Optional[Stream]) -> int:
    return 0 if stream is None else stream.handle


# -- memory


def mem_alloc(size: int) -> DeviceAllocation:
    if isinstance(size, float) or int(size) < 0:
        raise TypeError("mem_alloc takes a number of bytes, not %r" % (size,))
    if int(size) == 0:
        raise LogicError("cuMemAlloc failed: invalid argument")
    return DeviceAllocation(int(size))


def mem_alloc_like(array: np.ndarray) -> DeviceAllocation:
    return mem_alloc(array.nbytes)


def to_device(array: np.ndarray) -> DeviceAllocation:
    made = mem_alloc(array.nbytes)
    memcpy_htod(made, array)
    return made


def from_device(pointer: Any, shape: Any, dtype: Any, order: str = "C") -> np.ndarray:
    made = np.empty(shape, dtype, order)  # type: ignore[call-overload]
    memcpy_dtoh(made, pointer)
    return made  # type: ignore[no-any-return]


class _PageLocked:
    """The memory under a page-locked array, given back with the last view of it."""

    def __init__(self, address: int, shape: Tuple[int, ...], dtype: np.dtype, order: str) -> None:
        layout = np.empty(0, dtype).__array_interface__
        strides = None
        if order == "F":
            strides = tuple(int(n) for n in np.cumprod((dtype.itemsize, *shape[:-1])))
        self.__array_interface__ = {
            **layout,
            "data": (address, False),
            "shape": shape,
            "strides": strides,
        }
        weakref.finalize(self, _unpin, address).atexit = False


def _unpin(address: int) -> None:
    streams.synchronize_all()  # as cuMemFreeHost does
    memory.unpin(address)


def pagelocked_empty(shape: Any, dtype: Any, order: str = "C", mem_flags: int = 0) -> np.ndarray:
    extents = (int(shape),) if np.ndim(shape) == 0 else tuple(int(n) for n in shape)
    wanted = np.dtype(dtype)
    address = memory.pin(int(np.prod(extents, dtype=np.int64)) * wanted.itemsize)
    return np.asarray(_PageLocked(address, extents, wanted, order))


def pagelocked_zeros(shape: Any, dtype: Any, order: str = "C", mem_flags: int = 0) -> np.ndarray:
    made = pagelocked_empty(shape, dtype, order, mem_flags)
    made.fill(0)
    return made


def pagelocked_empty_like(array: np.ndarray, mem_flags: int = 0) -> np.ndarray:
    return pagelocked_empty(array.shape, array.dtype, "C", mem_flags)


def pagelocked_zeros_like(array: np.ndarray, mem_flags: int = 0) -> np.ndarray:
    return pagelocked_zeros(array.shape, array.dtype, "C", mem_flags)


def aligned_empty(shape: Any, dtype: Any, order: str = "C", alignment: int = 4096) -> np.ndarray:
    return np.empty(shape, dtype, order)  # type: ignore[call-overload,no-any-return]


def register_host_memory(array: np.ndarray, flags: int = 0) -> np.ndarray:
    address, size = memory_of(array)
    memory.register(address, size, array)
    return array


def memcpy_htod(target: Any, source: Any) -> None:
    address, size = memory_of(source)
    device.copy_now(address_of(target), address, size, "HtoD")


def memcpy_htod_async(target: Any, source: Any, stream: Optional[Stream] = None) -> None:
    address, size = memory_of(source)
    device.copy(address_of(target), address, size, _stream(stream), "HtoD", source)


def memcpy_dtoh(target: Any, source: Any) -> None:
    address, size = memory_of(target)
    device.copy_now(address, address_of(source), size, "DtoH")


def memcpy_dtoh_async(target: Any, source: Any, stream: Optional[Stream] = None) -> None:
    address, size = memory_of(target)
    device.copy(address, address_of(source), size, _stream(stream), "DtoH", target)


def memcpy_dtod(target: Any, source: Any, size: int) -> None:
    device.copy_now(address_of(target), address_of(source), size, "DtoD")


def memcpy_dtod_async(target: Any, source: Any, size: int, stream: Optional[Stream] = None) -> None:
    device.copy(address_of(target), address_of(source), size, _stream(stream), "DtoD")


def memset_d8(target: Any, value: int, count: int) -> None:
    device.fill(address_of(target), value, count, 0)


def memset_d8_async(target: Any, value: int, count: int, stream: Optional[Stream] = None) -> None:
    device.fill(address_of(target), value, count, _stream(stream))


def memset_d32(target: Any, value: int, count: int) -> None:
    memcpy_htod(target, np.full(count, value, np.uint32))


def __getattr__(name: str) -> Any:
    raise AttributeError("sim: pycuda.driver.%s is not covered" % name)
