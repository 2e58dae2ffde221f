"""Where the documentation is. A maintainer changes the address here and in pyproject.toml."""

from __future__ import annotations

HOME = "https://trtmigrate.example/"
RULES = f"{HOME}docs/rules/"  # the texts about all rules


def page_of(code: str, series: str) -> str:
    """Return the address of the text about a rule."""
    return f"{RULES}{series}.md#{code.lower()}"
