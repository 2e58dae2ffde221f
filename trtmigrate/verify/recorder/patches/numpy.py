"""Seed numpy, and let new arrays begin as zeros."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .replacing import replace


def patch_numpy(numpy: Any, seed: int) -> None:
    """Make what numpy leaves to chance the same on both sides."""
    seed_numpy(numpy, seed)
    begin_as_zeros(numpy)


def seed_numpy(numpy: Any, seed: int) -> None:
    """Seed the global generator, and the generators that a program makes without a seed."""
    numpy.random.seed(seed)
    original = numpy.random.default_rng
    numpy.random.default_rng = lambda given=None: original(seed if given is None else given)


def begin_as_zeros(numpy: Any) -> None:
    """Let `empty` and `empty_like` give zeros: a warm-up often runs on what they hold."""

    def make(original: Any) -> Callable[..., Any]:
        def empty(*args: Any, **kwargs: Any) -> Any:
            made = original(*args, **kwargs)
            if not made.dtype.hasobject:  # those begin as None
                made[...] = numpy.zeros((), made.dtype)
            return made

        return empty

    for name in ("empty", "empty_like"):
        replace(numpy, name, make)
