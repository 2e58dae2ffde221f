"""One execution while it is recorded, and the numbers of objects."""

from __future__ import annotations

import itertools
import weakref
from typing import Any


class Numbers:
    """A number for each object in order of first sight; does not keep the object alive."""

    def __init__(self) -> None:
        self._known: Any = weakref.WeakKeyDictionary()
        self._next = itertools.count()

    def of(self, thing: Any) -> int:
        """Return the number of an object; a new object gets the next number."""
        if thing not in self._known:
            self._known[thing] = next(self._next)
        return int(self._known[thing])


class Execution:
    """One execution: its tensors, their addresses, and the copies that read its outputs."""

    def __init__(self, number: int, context: Any, api: str, stream: int | None) -> None:
        self.number, self.context, self.api, self.stream = number, context, api, stream
        self.tensors: list[dict[str, Any]] = []
        self.address: dict[str, int] = {}  # by name
        self.batch: int | None = None  # of an engine with implicit batch dimension
        self.capturing = False  # true inside the capture of a CUDA graph: nothing runs yet
        self.waited = stream is None  # true once the program has waited for it, see Reads
        self.reads: list[dict[str, Any]] = []
