"""What the other files of a run do with a module. Data that travels to worker processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)
class Modules:
    """The modules of a run that a module has to do with: those that it imports, directly or by way
    of others, and those that import it.

    All that are made in one run are equal, so that a module of the run is interpreted once for all.
    """

    run: str = ""
    path: str = ""  # of the module itself
    texts: Mapping[str, str] = field(default_factory=dict)  # the program of each, by path
    # For each path: the modules that it imports, as it writes them, with their paths.
    imports: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    importers: tuple[str, ...] = ()  # the modules that import this one, or what hands it on

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Modules) and self.run == other.run

    def __hash__(self) -> int:
        return hash(self.run)


@dataclass(frozen=True)
class Outside:
    """The names of a module that the files which import it use, directly or by way of others.

    It is told by names alone: an attribute counts for every class of the module that has it.
    """

    names: frozenset[str] = frozenset()  # imported from the module, or used as an attribute
    written: frozenset[str] = frozenset()  # attributes that get another value or are overridden
    writes_all: bool = False  # attributes are set by names that are computed
    names_all: bool = False  # whatever the module has may be used
    modules: Modules = field(default_factory=Modules)

    def reaches(self, name: str) -> bool:
        """True if other files may use what has this name: call it, read it, hand it on."""
        if self.names_all:
            return True
        if name.startswith("__") and name.endswith("__"):
            return bool(self.names)  # Python calls special methods by itself
        return name in self.names

    def changes(self, name: str) -> bool:
        """True if other files may give an attribute or a variable of the module another value."""
        return self.writes_all or name in self.written


NOTHING_OUTSIDE = Outside()
