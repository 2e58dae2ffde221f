"""Classes that a program derives its own from, and the profiler that prints layers."""

from __future__ import annotations

from typing import Any

from . import surface
from .expose import Native, expose_as
from .signatures import CLASSES


def _init(self: Any) -> None:
    pass


def _derivable(path: str) -> None:
    expose_as(path, type(path, (Native,), {"__slots__": (), "__init__": _init}))


for _path in (
    "IAlgorithmSelector",
    "IGpuAllocator",
    "IGpuAsyncAllocator",
    "IOutputAllocator",
    "IProfiler",
    "IProgressMonitor",
):
    if surface.has(_path) and _path not in CLASSES:
        _derivable(_path)


def _report(self: Any, layer_name: str, ms: float) -> None:
    # The simulator measures nothing and says 0.
    print("%s: %gms" % (layer_name, ms))


expose_as(
    "Profiler",
    type(
        "Profiler",
        (CLASSES["IProfiler"],),
        {"__slots__": (), "__init__": _init, "report_layer_time": _report},
    ),
)
