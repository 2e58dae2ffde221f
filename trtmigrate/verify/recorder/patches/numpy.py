"""Seed numpy."""

from __future__ import annotations

from typing import Any


def seed_numpy(numpy: Any, seed: int) -> None:
    """Seed the global generator, and the generators that a program makes without a seed."""
    numpy.random.seed(seed)
    original = numpy.random.default_rng
    numpy.random.default_rng = lambda given=None: original(seed if given is None else given)
