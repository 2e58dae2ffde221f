"""Where the documentation is. A maintainer changes the address here and in pyproject.toml."""

from __future__ import annotations

HOME = "https://trtmigrate.example/"


def page_of(code: str, series: str) -> str:
    """Return the address of the text about a rule."""
    return f"{HOME}docs/rules/{series}.md#{code.lower()}"
