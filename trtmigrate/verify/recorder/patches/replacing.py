"""Put a wrapper in the place of a function or method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def replace(
    owner: Any, name: str, make: Callable[[Any], Callable[..., Any]], static: bool = False
) -> None:
    """Put `make(original)` in the place of `owner.name`; do nothing if it is missing or done."""
    original = getattr(owner, name, None)
    if original is None or getattr(original, "_recorded", False):
        return
    wrapper: Any = make(original)
    wrapper.__wrapped__, wrapper._recorded = original, True
    wrapper.__name__, wrapper.__doc__ = name, getattr(original, "__doc__", None)
    setattr(owner, name, staticmethod(wrapper) if static else wrapper)
