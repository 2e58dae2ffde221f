"""The classes that have no implementation of their own.

Some exist for a program to derive from; the others can be named and tested against, and refuse to
be made.
"""

from __future__ import annotations

from typing import Any

from . import surface
from .expose import Native, expose_as
from .release import refuse
from .signatures import CLASSES

_DERIVABLE = {
    "IAlgorithmSelector",
    "IGpuAllocator",
    "IGpuAsyncAllocator",
    "IOutputAllocator",
    "IProfiler",
    "IProgressMonitor",
}


def make(path: str) -> type:
    """The class of a path, and before it the class it is derived from."""
    if path in CLASSES:
        return CLASSES[path]
    bases = [str(base) for base in surface.describe(path).details]
    base = make(bases[0]) if bases and surface.has(bases[0]) else Native
    title = path.rpartition(".")[2]

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        if path not in _DERIVABLE:
            refuse(path)

    made = expose_as(path, type(title, (base,), {"__slots__": (), "__init__": init}))
    # The constructor that the data states would hide the refusal behind its own checks.
    made.__init__ = init  # type: ignore[misc]
    return made


def _report(self: Any, layer_name: str, ms: float) -> None:
    # The simulator measures nothing and says 0.
    print("%s: %gms" % (layer_name, ms))


def _nothing(self: Any) -> None:
    pass


def make_all() -> None:
    """Every class of the release that is not there yet."""
    members = {"__slots__": (), "__init__": _nothing, "report_layer_time": _report}
    expose_as("Profiler", type("Profiler", (make("IProfiler"),), members))
    for path in surface.classes():
        make(path)
