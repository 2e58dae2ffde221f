"""What holds for all tests: none fails because the machine is busy."""

from __future__ import annotations

import gc

from hypothesis import HealthCheck, settings

settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any speed")


def pytest_collection_finish() -> None:
    """Leave what pytest collected, and all modules, out of every later garbage collection."""
    gc.collect()
    gc.freeze()
