"""What a project has set for its formatter or its editors: the line length, and which formatter."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trtmigrate.sources.plain_file import read_plain
from trtmigrate.sources.toml import TomlError, read_toml

CLEAN = "ruff-clean"  # ruff as the formatter of those files that it leaves alone
MOST_BRACES = 3  # of a pattern that is spelled out: each multiplies what comes of it
DEFAULT = 88  # of black and ruff, where their tables say nothing else
_SECTION = re.compile(r"\[(.*)\]")
_SETTING = re.compile(r"max_line_length\s*[=:]\s*(\d+)")
_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")
_HOOK = re.compile(
    rb"^[^#\n]*\bid\s*:\s*[\"']?(black|ruff(?=-format))(?:-jupyter|-format)?(?![-\w])", re.MULTILINE
)


def line_length_in(folder: Path) -> int | None:
    """Return the line length that ruff, black or an editor finds in this very folder."""
    for name in (".ruff.toml", "ruff.toml"):
        if (length := _number(_table(folder / name), "line-length")) is not None:
            return length
    tool = _object(_table(folder / "pyproject.toml", "line-length", "tool.black"), "tool")
    if (length := _number(_object(tool, "ruff"), "line-length")) is not None:
        return length
    if (length := _number(_object(tool, "black"), "line-length")) is not None:
        return length
    if formatter_in(folder) not in ("", CLEAN):
        return DEFAULT
    return _of_editors(folder / ".editorconfig")


def formatter_in(folder: Path) -> str:
    """Return the formatter that is configured in this very folder; "" if there is none.

    ruff can be there as a linter alone. If it has no table for its formatter, only files that it
    leaves alone show that it is the formatter, too.
    """
    if (hook := _HOOK.search(_text(folder / ".pre-commit-config.yaml"))) is not None:
        return hook[1].decode()
    tool = _object(_table(folder / "pyproject.toml", "tool.black", "tool.ruff"), "tool")
    if "black" in tool:
        return "black"
    files = [folder / name for name in (".ruff.toml", "ruff.toml")]
    tables = (_object(tool, "ruff"), *(_table(file, "format") for file in files))
    if any("format" in table for table in tables):
        return "ruff"
    return CLEAN if "ruff" in tool or any(file.is_file() for file in files) else ""


def _table(file: Path, *words: str) -> Mapping[str, Any]:
    """Return a TOML file; nothing if it is not there or cannot be read, or has none of the words.

    The files are those of other tools, which say themselves what is wrong with them.
    """
    text = _text(file)
    wanted = text and (not words or any(word.encode() in text for word in words))
    try:
        return read_toml(file) if wanted else {}
    except (OSError, TomlError):
        return {}


def _text(file: Path) -> bytes:
    """Return what is in a file; nothing if it is not there or cannot be read."""
    try:
        return read_plain(file) if file.is_file() else b""
    except OSError:
        return b""


def _object(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _number(table: Mapping[str, Any], key: str) -> int | None:
    value = table.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _of_editors(file: Path) -> int | None:
    """Return what an .editorconfig says of Python files; its last word counts."""
    length, applies = None, False
    for line in _text(file).decode("utf-8", "replace").splitlines():
        if section := _SECTION.fullmatch(line.strip()):
            applies = any(fnmatch.fnmatchcase("a.py", one) for one in _spelled_out(section[1]))
        elif applies and (found := _SETTING.fullmatch(line.strip().lower())):
            length = int(found[1]) or None
    return length


def _spelled_out(pattern: str) -> Iterator[str]:
    """Yield a pattern once for each text between its braces: `*.{py,pyi}` is `*.py` and `*.pyi`."""
    found = _BRACES.search(pattern)
    if found is None or len(pattern) > 200 or pattern.count("{") > MOST_BRACES:
        yield pattern.removeprefix("**/")
        return
    for word in found[1].split(","):
        yield from _spelled_out(pattern[: found.start()] + word.strip() + pattern[found.end() :])
