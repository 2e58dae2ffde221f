"""The two data files as they are: ``surface.json`` (generated) and ``before_8_5.json`` (kept by
hand).
"""

from __future__ import annotations

import json
import pkgutil
import re
from functools import cache
from typing import Any, cast


@cache
def _file(name: str) -> dict[str, Any]:
    # importlib.resources would do the same and costs 20 ms to import.
    content = pkgutil.get_data(__package__, name)
    assert content is not None, name
    return cast("dict[str, Any]", json.loads(content))


def release_names() -> list[str]:
    """Every release whose bindings were read, oldest first, by its full name."""
    return cast("list[str]", _file("surface.json")["releases"])


def raw_members() -> dict[str, list[list[Any]]]:
    """Path -> ``[first release, last or None, kind, details]`` for each span of releases."""
    return cast("dict[str, list[list[Any]]]", _file("surface.json")["members"])


def raw_before_8_5() -> dict[str, dict[str, Any]]:
    """Path -> what is known about a member that 8.5 no longer had."""
    return cast("dict[str, dict[str, Any]]", _file("before_8_5.json")["members"])


def raw_between() -> dict[str, dict[str, str]]:
    """Class or function -> the release between two known ones in which it went, and the source."""
    return cast("dict[str, dict[str, str]]", _file("before_8_5.json")["between"])


@cache
def numbers(name: str) -> tuple[int, ...]:
    """The numbers of a release's name, without a ``.post1`` of its packaging."""
    return tuple(int(part) for part in re.findall(r"\d+", name.split(".post")[0]))
