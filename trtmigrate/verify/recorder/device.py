"""The device of the recorded program, found at the first execution."""

from __future__ import annotations

from typing import Any

from .cuda_libraries import find_cuda
from .record import Record


class Device:
    """The CUDA library that copies from the device; named in the record once it is found."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._cuda: Any = None

    @property
    def cuda(self) -> Any:
        """Return the library. Raise NotCovered if there is none."""
        if self._cuda is None:
            self._cuda = find_cuda()
            found = self._cuda.device()
            self._record.event("device", copied_with=self._cuda.name, **found)
        return self._cuda
