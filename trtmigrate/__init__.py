"""Moves TensorRT binding-API code to named tensors, and proves that it computes the same."""

from __future__ import annotations

TYPE_CHECKING = False  # typing takes time to import, before signals are handled
if TYPE_CHECKING:
    from trtmigrate.batch import migrate_paths
    from trtmigrate.engine import migrate_source
    from trtmigrate.findings import FileResult, Finding, Report, Safety, Status

__version__ = "0.1.0"

__all__ = [
    "FileResult",
    "Finding",
    "Report",
    "Safety",
    "Status",
    "__version__",
    "migrate_paths",
    "migrate_source",
]

_HOMES = {
    "migrate_paths": "batch",
    "migrate_source": "engine",
    **dict.fromkeys(("FileResult", "Finding", "Report", "Safety", "Status"), "findings"),
}


def __getattr__(name: str) -> object:
    """Load a public name when it is asked for: the command line starts without LibCST."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # lazily, as above

    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
