"""`[tool.trtmigrate]` in pyproject.toml, and the options of a run that come of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

import pathspec


class ConfigError(ValueError):
    """A setting that cannot be used; the message names the file that it stands in."""


@dataclass(frozen=True)
class PathPattern:
    """A pattern as in .gitignore, with the folder that it is relative to."""

    base: str  # absolute
    pattern: str

    def matches(self, path: Path, *, folder: bool = False) -> bool:
        """Whether it matches `path`, or a folder that `path` lies in."""
        try:
            relative = Path(os.path.abspath(path)).relative_to(self.base).as_posix()
        except ValueError:
            return False
        return _compiled(self.pattern).match_file(relative + "/" if folder else relative)


@dataclass(frozen=True)
class Options:
    """What to do with a file. Plain and picklable: it travels to worker processes."""

    target: str = "10"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    only_safe: bool = False
    todo: bool = False
    line_length: int | None = None  # of the lines that are written; None: as each file's own
    exclude: tuple[PathPattern, ...] = ()
    per_file_ignores: tuple[tuple[PathPattern, tuple[str, ...]], ...] = ()

    def ignored_in(self, path: Path) -> tuple[str, ...]:
        """The codes that are not wanted in this file."""
        extra = [
            code
            for pattern, codes in self.per_file_ignores
            if pattern.matches(path)
            for code in codes
        ]
        return (*self.ignore, *extra)

    def codes(self) -> tuple[str, ...]:
        """Every code or prefix that is mentioned, in order."""
        return (*self.select, *self.ignore, *(c for _, cs in self.per_file_ignores for c in cs))


def find(start: Path) -> Path | None:
    """The nearest pyproject.toml with a [tool.trtmigrate], in the folder of `start` or above it.

    Raises ConfigError for one that cannot be read.
    """
    here = Path(os.path.abspath(start))
    for folder in (here, *here.parents):
        candidate = folder / "pyproject.toml"
        if candidate.is_file() and _table(candidate) is not None:
            return candidate
    return None


def load(path: Path) -> Options:
    """The options that this file sets.

    Raises ConfigError for a file that cannot be read, an unknown key, or a value of the wrong kind.
    """
    table = _table(path) or {}
    base = os.path.dirname(os.path.abspath(path))
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _KEYS:
            raise ConfigError(f"{path}: unknown key in [tool.trtmigrate]: {key}")
        try:
            values[key.replace("-", "_")] = _KEYS[key](value, base)
        except ValueError as error:
            raise ConfigError(f"{path}: [tool.trtmigrate] {key}: {error}") from None
    return Options(**values)


def valid_target(value: object) -> str:
    """A target that the api data knows (`8.6`, `10`, `10.3`, `11`); raises ValueError otherwise."""
    from trtmigrate.api.release import as_release

    target = _string(value)
    as_release(target)
    return target


def path_patterns(patterns: Sequence[str], base: str) -> tuple[PathPattern, ...]:
    """Patterns relative to `base`; raises ValueError for one that is malformed."""
    for pattern in patterns:
        _compiled(pattern)
    return tuple(PathPattern(base, pattern) for pattern in patterns)


def unknown_codes(codes: Iterable[str], known: Sequence[str]) -> list[str]:
    """Those that are neither a known code nor the beginning of one."""
    return [c for c in codes if not c or not any(k.startswith(c) for k in known)]


@cache
def _compiled(pattern: str) -> pathspec.GitIgnoreSpec:
    return pathspec.GitIgnoreSpec.from_lines([pattern])


def _table(path: Path) -> Mapping[str, Any] | None:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from None
    tool = document.get("tool")
    table = tool.get("trtmigrate") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{path}: [tool.trtmigrate] is not a table")
    return table


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a string, found {value!r}")
    return value


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"expected a list of strings, found {value!r}")
    return tuple(_string(item) for item in value)


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, found {value!r}")
    return value


def _columns(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"expected a number of columns, found {value!r}")
    return value


def _per_file(value: object, base: str) -> tuple[tuple[PathPattern, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise ValueError(f"expected a table of pattern = [codes], found {value!r}")
    return tuple((path_patterns([p], base)[0], _strings(codes)) for p, codes in value.items())


_KEYS: dict[str, Callable[[object, str], Any]] = {
    "target": lambda value, base: valid_target(value),
    "select": lambda value, base: _strings(value),
    "ignore": lambda value, base: _strings(value),
    "only-safe": lambda value, base: _bool(value),
    "todo": lambda value, base: _bool(value),
    "line-length": lambda value, base: _columns(value),
    "exclude": lambda value, base: path_patterns(_strings(value), base),
    "per-file-ignores": _per_file,
}
