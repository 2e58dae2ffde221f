"""Remember from run to run what the files of a project hold, and which of them had no finding.

What is remembered of a file counts as long as its bytes are the same. They are taken to be the same
if the times, the size and the number of the file are, and otherwise read and compared by a digest.
A cache that cannot be read, or holds something else, is an empty cache; where it cannot be written,
the next run has no use of it. Nothing of that is an error.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from trtmigrate.sources import writer
from trtmigrate.sources.plain_file import read_plain

FOLDER = ".trtmigrate_cache"
LEAST_FILES = 50  # a smaller run reads its files faster than a cache
MOST_BYTES = 200_000_000  # of a cache that is read
MOST_CACHES = 8  # one for each choice of paths and target
SETTLED = 2_000_000_000  # nanoseconds: a file may change again within the same tick of its clock

_NAME = re.compile(r"[0-9a-f]{32}\.json")
_UNREADABLE = (OSError, ValueError, MemoryError, RecursionError)
_UNKNOWN = (0, 0, 0, 0)
Stamp = tuple[int, int, int, int]  # when it was written, when anything of it changed, size, number


@dataclass(slots=True)
class Entry:
    """What is known of a file as long as it holds the same bytes."""

    stamp: Stamp
    digest: str
    interest: int  # of the gate
    imports_tensorrt: bool
    imports: str | None = None  # the modules that it can import, as soon as somebody asked
    clean: str = ""  # the options and files with which it had no finding, as a digest

    def as_list(self) -> list[object]:
        """Return the fields in their order."""
        known = [self.stamp, self.digest, self.interest, self.imports_tensorrt]
        return [*known, self.imports, self.clean]


class Cache:
    """What is known of the files of a run; without a file of its own it remembers nothing."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._former = dict(_loaded(file)) if file is not None else {}
        self._entries: dict[str, Entry] = {}  # of this run
        self._changed = False
        self._is_stale = False

    @property
    def is_kept(self) -> bool:
        """True if a later run can profit."""
        return self._file is not None

    def find(self, path: str, state: os.stat_result) -> Entry | None:
        """Return what is known of a file that looks as it did; its bytes need not be read."""
        known = self._former.get(path)
        if known is None or known.stamp != _stamp(state):
            return None
        self._entries[path] = known
        return known

    def find_same(self, path: str, state: os.stat_result, data: bytes) -> Entry | None:
        """Return what is known of a file that holds the same bytes as it did."""
        known = self._former.get(path)
        if known is None or known.digest != digest_of(data):
            return None
        known.stamp = _settled_stamp(state)
        self._entries[path] = known
        self._changed = True
        return known

    def remember(
        self, path: str, state: os.stat_result, data: bytes, interest: int, imports_tensorrt: bool
    ) -> None:
        """Note down what the bytes of a file say. `state` was asked for before they were read."""
        if self.is_kept:
            stamp = _settled_stamp(state)
            self._entries[path] = Entry(stamp, digest_of(data), interest, imports_tensorrt)
            self._changed = True

    def imports(self, path: str) -> list[str] | None:
        """Return the names of the modules that a file can import, if they are known."""
        entry = self._entries.get(path)
        return None if entry is None or entry.imports is None else entry.imports.split()

    def remember_imports(self, path: str, names: Iterable[str]) -> None:
        """Note down the names of the modules that a file can import."""
        if path in self._entries:
            self._entries[path].imports = " ".join(names)
            self._changed = True

    def read_again(self, path: str, data: bytes) -> None:
        """Take note of what a file holds later on in the run: if it has changed since, nothing of
        this run is remembered.
        """
        if path in self._entries and self._entries[path].digest != digest_of(data):
            self._is_stale = True

    def digest_of_files(self, paths: Sequence[str]) -> str:
        """Return a digest of what all these files hold; "" where it cannot be told."""
        if not all(path in self._entries for path in paths):
            return ""
        known = [(path, self._entries[path].digest) for path in sorted(paths)]
        return digest_of(repr(known).encode("utf-8", "surrogatepass"))

    def clean_key(self, path: str, options: str, others: str) -> str:
        """Return a digest of all that the findings in a file depend on, apart from its bytes: its
        options and all programs of the run, as it may have to do with any of them by imports. ""
        where it cannot be told.
        """
        if path not in self._entries or not others:
            return ""
        return digest_of(f"{options} {others}".encode("utf-8", "surrogatepass"))

    def is_clean(self, path: str, key: str) -> bool:
        """True if a file is known to have no finding."""
        return bool(key) and self._entries[path].clean == key

    def remember_clean(self, path: str, key: str) -> None:
        """Note down that a file has no finding."""
        if key and self._entries[path].clean != key:
            self._entries[path].clean = key
            self._changed = True

    def save(self) -> None:
        """Write what this run has learned for the next one."""
        new = self._changed or len(self._entries) != len(self._former)
        if self._file is None or self._is_stale or not new:
            return
        import json  # lazily, as below

        files = {path: entry.as_list() for path, entry in self._entries.items()}
        data = json.dumps(files, separators=(",", ":")).encode()
        with contextlib.suppress(OSError):
            _make_folder(self._file.parent)
            if _is_free(self._file):
                writer.write_file(self._file, data)
            _remove_old(self._file.parent)


def open_cache(paths: Sequence[Path], target: str, files: int) -> Cache:
    """Return the cache of a run over so many files, in the project that its paths lie in."""
    if files < LEAST_FILES:
        return Cache()
    try:
        root = _project_around(paths)
        if root is None or (root / FOLDER).is_symlink():
            return Cache()
        run = (*_ourselves(), os.getcwd(), *sorted(map(str, paths)), target)
    except (OSError, ValueError):
        return Cache()
    name = digest_of("\n".join(run).encode("utf-8", "surrogateescape"))
    return Cache(root / FOLDER / f"{name}.json")


def digest_of(data: bytes) -> str:
    import hashlib  # lazily: it loads OpenSSL, and a run over few files has no cache

    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _stamp(state: os.stat_result) -> Stamp:
    return state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino


def _settled_stamp(state: os.stat_result) -> Stamp:
    """Return the stamp of a file; one that no file has if a change now might not show in it."""
    settled = time.time_ns() - max(state.st_mtime_ns, state.st_ctime_ns) > SETTLED
    return _stamp(state) if settled else _UNKNOWN


def _loaded(file: Path) -> Iterator[tuple[str, Entry]]:
    """Yield what a cache holds, as far as it can be understood."""
    import json  # lazily: a run over few files has no cache

    try:
        found = json.loads(read_plain(file, MOST_BYTES, follow=False))
    except _UNREADABLE:
        return
    for path, value in found.items() if isinstance(found, dict) else ():
        entry = _entry_of(value)
        if entry is not None:
            yield path, entry


def _is_free(file: Path) -> bool:
    """True if there is no file or a plain one: a link would be followed, a pipe would be waited
    for.
    """
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except FileNotFoundError:
        return True


def _entry_of(value: object) -> Entry | None:
    match value:
        case [
            [int(), int(), int(), int()] as stamp,
            str() as digest,
            (0 | 1 | 2) as interest,
            bool() as imports_tensorrt,
            (str() | None) as imports,
            str() as clean,
        ]:
            written, changed, size, number = stamp
            place = (written, changed, size, number)
            return Entry(place, digest, interest, imports_tensorrt, imports, clean)
    return None


def _project_around(paths: Sequence[Path]) -> Path | None:
    """Return the folder of the project that all paths lie in: that of its repository, else the
    outermost with a pyproject.toml. Raises ValueError for paths on several drives.
    """
    folder = Path(os.path.commonpath([os.path.abspath(path) for path in paths]))
    found = None
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            return parent
        if (parent / "pyproject.toml").is_file():
            found = parent
    return found


def _ourselves() -> Iterator[str]:
    """Yield what the findings depend on of Python, of this package and of its parser."""
    import importlib.util  # lazily: a run over few files has no cache

    yield sys.version
    ours = Path(__file__).parents[1]
    parser = importlib.util.find_spec("libcst")
    origins = [parser.origin] if parser is not None and parser.origin else []
    for file in (*origins, *sorted(map(str, ours.rglob("*.py"))), *map(str, ours.rglob("*.json"))):
        with contextlib.suppress(OSError):
            state = os.stat(file)
            yield f"{file} {state.st_size} {state.st_mtime_ns}"


def _make_folder(folder: Path) -> None:
    """Make the folder of the caches, which keeps itself out of git."""
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not os.path.lexists(ignore):
        writer.write_file(ignore, b"# written by trtmigrate\n*\n")


def _remove_old(folder: Path) -> None:
    """Remove the caches that were not written for longest."""
    found = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    for path in sorted(found, key=lambda path: path.lstat().st_mtime)[:-MOST_CACHES]:
        path.unlink()
