"""Lines of code and the roles that stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Template

Lines = list[str]


def indented(lines: Iterable[str], levels: int = 1) -> Lines:
    return ["    " * levels + line if line else "" for line in lines]


def lines_of(text: str) -> Lines:
    return text.split("\n") if text else []


def filled(lines: Iterable[str], roles: Mapping[str, str]) -> Lines:
    """Put the expression of each role (`$engine`) into the lines; roles may contain roles."""
    text = "\n".join(lines)
    for _ in range(3):
        text = Template(text).safe_substitute(roles)
    return lines_of(text)
