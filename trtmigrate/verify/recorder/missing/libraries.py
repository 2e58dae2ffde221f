"""Stand-ins for libraries that ctypes cannot load: plugins, mostly."""

from __future__ import annotations

import ctypes
from typing import Any

from ..record import Record
from .thing import Thing


def stand_in_for_libraries(record: Record) -> None:
    """Let a library that is missing be a stand-in."""
    original = ctypes.CDLL.__init__

    def load(self: Any, name: Any, *args: Any, **kwargs: Any) -> None:
        try:
            original(self, name, *args, **kwargs)
        except OSError:
            record.event("stand_in", what="library", name=str(name))
            self.__class__ = MissingLibrary
            self._name = str(name)

    ctypes.CDLL.__init__ = load  # type: ignore[method-assign]


class MissingLibrary(ctypes.CDLL):
    """A library in which every name is a stand-in."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing(f"{self._name}.{name}")

    __getitem__ = __getattr__
