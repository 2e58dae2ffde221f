"""Read the options of a run from `[tool.trtmigrate]` in pyproject.toml."""

from __future__ import annotations

import keyword
import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from trtmigrate.options import Options, PathPattern, path_patterns
from trtmigrate.sources.gate_words import TARGETS
from trtmigrate.sources.line_length import CLEAN, formatter_in, line_length_in
from trtmigrate.sources.plain_file import read_plain
from trtmigrate.sources.toml import TomlError, read_toml

AUTO = "auto"  # in place of a target, or a formatter: that of the project


class ConfigError(ValueError):
    """A setting that cannot be used; the message names the file that it stands in."""


class Surroundings:
    """What the folders around a file say; each folder is looked at once.

    A project ends at a folder with `.git`. Its configuration is the outermost one, so that it does
    not matter which path of the project is given.
    """

    def __init__(self) -> None:
        self._configurations: dict[Path, Path | None] = {}
        self._line_lengths: dict[Path, int | None] = {}
        self._formatters: dict[Path, str] = {}

    def configuration(self, folder: Path) -> Path | None:
        """Return the outermost pyproject.toml of the project with a [tool.trtmigrate].

        Raises ConfigError for one that cannot be read.
        """
        here = Path(os.path.abspath(folder))
        if here not in self._configurations:
            outer = None if is_project_root(here) else self.configuration(here.parent)
            self._configurations[here] = outer or _configuration_in(here)
        return self._configurations[here]

    def line_length(self, folder: Path) -> int | None:
        """Return the nearest line length that the project has set for ruff, black or editors."""
        here = Path(os.path.abspath(folder))
        if here not in self._line_lengths:
            length = line_length_in(here)
            if length is None and not is_project_root(here):
                length = self.line_length(here.parent)
            self._line_lengths[here] = length
        return self._line_lengths[here]

    def formatter(self, folder: Path) -> str:
        """Return the nearest formatter that the project has configured; "" if there is none."""
        here = Path(os.path.abspath(folder))
        if here not in self._formatters:
            found = formatter_in(here)
            if not found and not is_project_root(here):
                found = self.formatter(here.parent)
            self._formatters[here] = found
        return self._formatters[here]


def is_project_root(folder: Path) -> bool:
    """True if a project ends at a folder: at a `.git`, or where there is no folder above."""
    return folder.parent == folder or os.path.lexists(folder / ".git")


def _configuration_in(folder: Path) -> Path | None:
    file = folder / "pyproject.toml"
    found = file.is_file() and _mentions_us(file) and _table(file) is not None
    return file if found else None


def load(path: Path, usual: Options = Options()) -> Options:  # noqa: B008  # is frozen
    """Return the options that this file sets, on top of the usual ones.

    Raises ConfigError for a file that cannot be read, an unknown key, or a value of the wrong kind.
    """
    table = _table(path)
    if table is None:
        raise ConfigError(
            f"{path}: has no table [tool.trtmigrate]; write one, or leave --config out"
        )
    base = os.path.dirname(os.path.abspath(path))
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _KEYS:
            raise ConfigError(f"{path}: unknown key in [tool.trtmigrate]: {key}")
        try:
            values[key.replace("-", "_")] = _KEYS[key](value, base)
        except ValueError as error:
            raise ConfigError(f"{path}: [tool.trtmigrate] {key}: {error}") from None
    return replace(usual, **values)


def as_table(options: Options) -> dict[str, Any]:
    """Return the options that are one value each, by the keys of the configuration."""
    values = {key: getattr(options, key.replace("-", "_")) for key in _KEYS}
    del values["per-file-ignores"], values["renames"]
    values["formatter"] = options.formatter or "none"
    values["exclude"] = [pattern.pattern for pattern in options.exclude]
    return {key: value for key, value in values.items() if value is not None}


def valid_target(value: object) -> str:
    """Return a target that the api data knows (`8.6`, `10`, `10.3`, `11`), or `auto`.

    Raises ValueError for anything else.
    """
    target = _string(value)
    if target not in TARGETS and target != AUTO:
        from trtmigrate.api.release import Release  # lazily: loads the api data

        Release.parse(target)
    return target


def unknown_codes(codes: Iterable[str], known: Sequence[str]) -> list[str]:
    """Those that are neither a known code nor the beginning of one."""
    return [c for c in codes if not c or not any(k.startswith(c) for k in known)]


def _mentions_us(path: Path) -> bool:
    """True if the file can hold the table: to parse every pyproject.toml would cost each start."""
    try:
        return b"trtmigrate" in read_plain(path)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None


def _table(path: Path) -> Mapping[str, Any] | None:
    try:
        document = read_toml(path)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except TomlError as error:
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


def _codes(value: object) -> tuple[str, ...]:
    return tuple(code.upper() for code in _strings(value))


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, found {value!r}")
    return value


def _columns(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"expected a number of columns, found {value!r}")
    return value


def _formatter(value: object) -> str:
    if value not in (AUTO, "black", "ruff", CLEAN, "none"):
        expected = f'"auto", "black", "ruff", "{CLEAN}" or "none"'
        raise ValueError(f"expected {expected}, found {value!r}")
    return "" if value == "none" else str(value)


def _seconds(value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < math.inf:
        raise ValueError(f"expected a number of seconds, found {value!r}")
    return float(value)


def _mib(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"expected a number of MiB, found {value!r}")
    return value


def _per_file(value: object, base: str) -> tuple[tuple[PathPattern, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise ValueError(f"expected a table of pattern = [codes], found {value!r}")
    return tuple((path_patterns([p], base)[0], _codes(codes)) for p, codes in value.items())


def _renames(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise ValueError(f'expected a table of "module.name" = "new_name", found {value!r}')
    for old, new in value.items():
        parts = old.split(".")
        if len(parts) < 2 or not all(map(str.isidentifier, parts)):
            raise ValueError(f"expected a name with its module, as in helpers.load, found {old!r}")
        if not _string(new).isidentifier() or keyword.iskeyword(new):
            raise ValueError(f"expected a name without a module for {old}, found {new!r}")
    return tuple(value.items())


_KEYS: dict[str, Callable[[object, str], Any]] = {
    "target": lambda value, base: valid_target(value),
    "select": lambda value, base: _codes(value),
    "ignore": lambda value, base: _codes(value),
    "only-safe": lambda value, base: _bool(value),
    "todo": lambda value, base: _bool(value),
    "drop-old": lambda value, base: _bool(value),
    "docs": lambda value, base: _bool(value),
    "line-length": lambda value, base: _columns(value),
    "formatter": lambda value, base: _formatter(value),
    "file-timeout": lambda value, base: _seconds(value),
    "file-memory": lambda value, base: _mib(value),
    "exclude": lambda value, base: path_patterns(_strings(value), base),
    "per-file-ignores": _per_file,
    "renames": lambda value, base: _renames(value),
}
