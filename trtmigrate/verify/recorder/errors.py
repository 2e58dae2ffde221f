"""The error of everything that cannot be recorded."""

from __future__ import annotations


class NotCovered(Exception):
    """The reason why something could not be recorded."""
