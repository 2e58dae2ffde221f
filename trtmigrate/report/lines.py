"""Lines of text whose parts have styles, for a terminal and for a pipe."""

from __future__ import annotations

from collections.abc import Iterable

from trtmigrate.report.visible import visible

Line = tuple[tuple[str, str], ...]  # texts, each with its style, "" for none
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35"}
_CODES |= {"cyan": "36", "bold red": "1;31"}  # of a terminal (SGR)


def to_text(lines: Iterable[Line], *, color: bool) -> str:
    """Return lines as terminal output, unwrapped; without `color` they are plain."""
    return "".join("".join(_add_style(*part, color) for part in line) + "\n" for line in lines)


def _add_style(text: str, style: str, color: bool) -> str:
    text = visible(text)
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if color and style and text else text


def plural(number: int, noun: str) -> str:
    """Return "1 file", "2 files"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
