"""What a user asks for: one set of options for the command line, the batch and the engine."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from trtmigrate.outside import NOTHING_OUTSIDE, Outside

if TYPE_CHECKING:
    import pathspec


MOST_PATTERNS = 1000  # of one setting
MOST_STARS = 3  # in a name of a pattern
_STARS = re.compile(r"\*+")


@dataclass(frozen=True)
class PathPattern:
    """A pattern as in .gitignore, with the folder that it is relative to."""

    base: str  # absolute
    pattern: str

    def matches(self, path: Path, *, folder: bool = False) -> bool:
        """True if the pattern matches `path`, or a folder that `path` lies in."""
        try:
            relative = Path(os.path.abspath(path)).relative_to(self.base).as_posix()
        except ValueError:
            return False
        return _compiled(self.pattern).match_file(relative + "/" if folder else relative)


def path_patterns(patterns: Sequence[str], base: str) -> tuple[PathPattern, ...]:
    """Return patterns relative to `base`. Raises ValueError for a malformed pattern, and for more
    than can be matched in time.
    """
    if len(patterns) > MOST_PATTERNS:
        raise ValueError(
            f"{len(patterns)} patterns; at most {MOST_PATTERNS} can be matched in time"
        )
    for pattern in patterns:
        if not is_soon_matched(pattern):
            raise ValueError(
                f"{pattern!r} takes too long to match: at most {MOST_STARS} stars in each name, "
                f"and `**` at most {MOST_STARS} times; write several patterns"
            )
        _compiled(pattern)
    return tuple(PathPattern(base, pattern) for pattern in patterns)


def is_soon_matched(pattern: str) -> bool:
    """True if no path takes long to match: the time grows with a power of it, one for each star."""
    names = pattern.split("/")
    return names.count("**") <= MOST_STARS and all(
        len(_STARS.findall(name)) <= MOST_STARS for name in names
    )


@cache
def _compiled(pattern: str) -> pathspec.GitIgnoreSpec:
    import pathspec  # lazily: most runs have no pattern

    return pathspec.GitIgnoreSpec.from_lines([pattern])


@dataclass(frozen=True)
class Options:
    """What to do with a file. Plain and picklable: the options travel to worker processes."""

    target: str = "10"
    select: tuple[str, ...] = ()  # codes or prefixes: the only rules that are wanted
    ignore: tuple[str, ...] = ()
    only_safe: bool = False
    todo: bool = False  # write a comment at what is left for a person
    add_ignores: bool = False  # write a comment there that suppresses it from then on
    drop_old: bool = False  # remove what only releases before the target reach
    also: tuple[str, ...] = ()  # rules that are off by default and wanted here
    line_length: int | None = None  # of the lines that are written; None: as each file's own
    docs: bool = False  # look at documents, and at the code in docstrings
    formatter: str = ""  # of the project: "black", "ruff", "ruff-clean"; "" for our own layout
    file_timeout: float = 60.0  # seconds that the work on one file may take
    file_memory: int = 1024  # MiB that it may take, beside what a process has at its start
    exclude: tuple[PathPattern, ...] = ()
    per_file_ignores: tuple[tuple[PathPattern, tuple[str, ...]], ...] = ()
    renames: tuple[tuple[str, str], ...] = ()  # names of the project, and what they are called now
    gate: tuple[str, ...] = ()  # further words that let a file through the gate
    units: frozenset[int] | None = None  # the edits that are wanted (Finding.unit); None: all
    outside: Outside = NOTHING_OUTSIDE  # what the other files of the run do with the file

    def wants(self, code: str, default: bool = True) -> bool:
        """True if a code is selected, by itself or by a prefix; the longer prefix wins."""
        chosen = max((len(s) for s in self.select if code.startswith(s)), default=-1)
        ignored = max((len(s) for s in self.ignore if code.startswith(s)), default=-1)
        default = default or any(code.startswith(s) for s in self.also)
        if self.select or not default:
            return chosen >= 0 and chosen >= ignored
        return ignored < 0

    def selects(self, code: str) -> bool:
        """True if `select` names the code or a prefix of it."""
        return any(code.startswith(s) for s in self.select)

    def for_file(self, path: Path) -> Options:
        """Return the options of one file, with the codes that are ignored there."""
        ignored = self.ignored_in(path)
        return self if ignored == self.ignore else replace(self, ignore=ignored)

    def ignored_in(self, path: Path) -> tuple[str, ...]:
        """Return the codes that are not wanted in this file."""
        extra = [
            code
            for pattern, codes in self.per_file_ignores
            if pattern.matches(path)
            for code in codes
        ]
        return (*self.ignore, *extra)

    def lets_through(self, data: bytes) -> bool:
        """True if a file has a word of the project's own, or of a rule of another package."""
        words = (*self.gate, *(old.rpartition(".")[2] for old, _ in self.renames))
        return any(word.encode() in data for word in words)

    def codes(self) -> tuple[str, ...]:
        """Return every code or prefix that is mentioned, in order."""
        return (*self.select, *self.ignore, *(c for _, cs in self.per_file_ignores for c in cs))
