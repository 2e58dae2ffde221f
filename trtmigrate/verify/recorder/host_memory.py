"""Stand in for an IHostMemory that holds a plan."""

from __future__ import annotations

from typing import Any


class HostMemory(bytes):
    """A plan where the real IHostMemory cannot be made: a buffer with the members of IHostMemory.

    It has neither a length nor items, because an IHostMemory has none.
    """

    dtype = "int8"

    @property
    def nbytes(self) -> int:
        return memoryview(self).nbytes

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> HostMemory:
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def _refuse(self, *_: Any) -> Any:
        raise TypeError("an IHostMemory has neither a length nor items")

    __len__ = __getitem__ = __iter__ = _refuse
