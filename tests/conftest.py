"""What holds for all tests."""

from __future__ import annotations

import gc


def pytest_collection_finish() -> None:
    """Leave what pytest collected, and all modules, out of every later garbage collection."""
    gc.collect()
    gc.freeze()
