"""Device memory: a fake address space over numpy arrays.

Device addresses lie above every address that a process can have, so a device pointer used as a host
pointer (and the other way round) is found out. An address is never given twice; what lies between
two allocations belongs to nobody.
"""

from __future__ import annotations

import bisect
import ctypes
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

FIRST = 0x00D0_0000_0000_0000
ALIGNMENT = 512
GAP = 1 << 16
# What memory holds before anybody wrote to it: -431602080.0 as float32, -842150451 as int32.
UNWRITTEN = 0xCD
_LOWEST_HOST = 1 << 16


class MemoryMisuse(RuntimeError):
    """A pointer used in a way that on a device would read or write what is not the program's."""


class _Range:
    """A run of addresses and the bytes behind it; ``data`` is None once it was freed."""

    __slots__ = ("data", "keep", "size", "start")

    def __init__(self, start: int, size: int, data: Optional[np.ndarray], keep: Any = None) -> None:
        self.start = start
        self.size = size
        self.data = data
        self.keep = keep


class AddressSpace:
    """Device allocations and page-locked host memory, by address."""

    def __init__(self) -> None:
        self._device: List[_Range] = []
        self._starts: List[int] = []
        self._next = FIRST
        self._pinned: Dict[int, _Range] = {}

    def allocate(self, size: int) -> int:
        """The address of ``size`` fresh bytes of device memory, filled with ``UNWRITTEN``."""
        start = self._next
        self._device.append(_Range(start, size, np.full(size, UNWRITTEN, np.uint8)))
        self._starts.append(start)
        self._next += (size + GAP + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT
        return start

    def free(self, address: int) -> None:
        """Give an allocation back. Raises MemoryMisuse unless it is the start of a living one."""
        found = self._find(address)
        if found is None or found.start != address:
            raise MemoryMisuse("sim: free of %s, which is no allocation" % self._name(address))
        if found.data is None:
            raise MemoryMisuse("sim: second free of %s" % self._name(address))
        found.data = None

    def pin(self, size: int) -> int:
        """The (real) address of ``size`` fresh bytes of page-locked host memory."""
        data = np.full(max(size, 1) + 4096, UNWRITTEN, np.uint8)
        start = (data.ctypes.data + 4095) // 4096 * 4096
        self._pinned[start] = _Range(start, size, _host_bytes(start, size), data)
        return start

    def register(self, address: int, size: int, keep: Any = None) -> None:
        """Treat existing host memory as page-locked; ``keep`` is held as long as it is."""
        self._pinned[address] = _Range(address, size, _host_bytes(address, size), keep)

    def unpin(self, address: int) -> None:
        """Give page-locked memory back. Raises MemoryMisuse where there is none at that address."""
        if self._pinned.pop(address, None) is None:
            raise MemoryMisuse("sim: %s is not page-locked memory" % self._name(address))

    def is_device(self, address: int) -> bool:
        return address >= FIRST

    def is_pinned(self, address: int, size: int) -> bool:
        return self._pinned_range(address, size) is not None

    def device(self, address: int, size: int, use: str) -> np.ndarray:
        """The ``size`` bytes that a device may use at an address, as a view.

        Page-locked host memory counts: the device reaches it at the same address. Raises
        MemoryMisuse for memory that was never allocated, was freed, or ends before ``size`` bytes.
        """
        if size == 0:
            return np.empty(0, np.uint8)
        if not self.is_device(address):
            pinned = self._pinned_range(address, size)
            if pinned is None:
                raise MemoryMisuse(
                    "sim: %s uses %s, which is host memory or nothing at all, as device memory"
                    % (use, self._name(address))
                )
            return _slice(pinned, address, size)
        found = self._find(address)
        if found is None:
            raise MemoryMisuse("sim: %s uses %s, which was never allocated" % (use, hex(address)))
        if found.data is None:
            raise MemoryMisuse("sim: %s uses %s after it was freed" % (use, self._name(address)))
        if address + size > found.start + found.size:
            raise MemoryMisuse(
                "sim: %s uses %d bytes at %s, past the end of that allocation"
                % (use, size, self._name(address))
            )
        return _slice(found, address, size)

    def pinned(self, address: int, size: int, use: str) -> np.ndarray:
        """The ``size`` bytes of page-locked memory at an address, as a view.

        Raises MemoryMisuse where it was given back.
        """
        found = self._pinned_range(address, size)
        if found is None:
            raise MemoryMisuse("sim: %s uses page-locked memory after it was freed" % use)
        return _slice(found, address, size)

    def host(self, address: int, size: int, use: str) -> np.ndarray:
        """The ``size`` bytes of host memory at an address, as a view.

        Raises MemoryMisuse for a null pointer and for device memory.
        """
        if size == 0:
            return np.empty(0, np.uint8)
        if address < _LOWEST_HOST or self.is_device(address):
            raise MemoryMisuse("sim: %s uses %s as host memory" % (use, self._name(address)))
        return _host_bytes(address, size)

    def extent(self, address: int) -> int:
        """How many bytes there are from an address to the end of its allocation; 0 for no
        address.
        """
        found = self._find(address) if self.is_device(address) else self._pinned_range(address, 1)
        if found is None or found.data is None:
            return 0
        return found.start + found.size - address

    def in_use(self) -> Tuple[int, int]:
        """How many allocations live, and their bytes."""
        living = [found for found in self._device if found.data is not None]
        return len(living), sum(found.size for found in living)

    def _find(self, address: int) -> Optional[_Range]:
        place = bisect.bisect_right(self._starts, address) - 1
        if place < 0:
            return None
        found = self._device[place]
        # One past the end still names its allocation, in messages as in C.
        return found if address <= found.start + found.size else None

    def _pinned_range(self, address: int, size: int) -> Optional[_Range]:
        for found in self._pinned.values():
            if found.start <= address and address + size <= found.start + found.size:
                return found
        return None

    def _name(self, address: int) -> str:
        found = self._find(address)
        if found is None:
            return "a null pointer" if address == 0 else hex(address)
        return "%s (byte %d of an allocation of %d%s)" % (
            hex(address),
            address - found.start,
            found.size,
            "" if found.data is not None else " that was freed",
        )


def _slice(found: _Range, address: int, size: int) -> np.ndarray:
    assert found.data is not None
    offset = address - found.start
    return found.data[offset : offset + size]


def _host_bytes(address: int, size: int) -> np.ndarray:
    buffer: Any = (ctypes.c_uint8 * size).from_address(address)
    found: np.ndarray = np.frombuffer(buffer, np.uint8)
    return found
