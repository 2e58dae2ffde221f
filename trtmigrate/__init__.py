"""Moves TensorRT binding-API code to named tensors, and proves that it computes the same."""

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
