"""What the other files of a run do with a module. Data that travels to worker processes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outside:
    """The names of a module that the files which import it use, directly or by way of others.

    It is told by names alone: an attribute counts for every class of the module that has it.
    """

    names: frozenset[str] = frozenset()  # imported from the module, or used as an attribute
    written: frozenset[str] = frozenset()  # attributes that get another value or are overridden
    writes_all: bool = False  # attributes are set by names that are computed

    def reaches(self, name: str) -> bool:
        """True if other files may use what has this name: call it, read it, hand it on."""
        if name.startswith("__") and name.endswith("__"):
            return bool(self.names)  # Python calls special methods by itself
        return name in self.names

    def changes(self, name: str) -> bool:
        """True if other files may give an attribute or a variable of the module another value."""
        return self.writes_all or name in self.written


NOTHING_OUTSIDE = Outside()
