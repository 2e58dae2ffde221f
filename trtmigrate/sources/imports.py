"""The imports of files, as the bytes have them, and how a file can be named in an import."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from trtmigrate.sources.gate import searchable
from trtmigrate.sources.kinds import is_document

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|(?:\\\r?\n|[^\n])*)"
    rb"|import[ \t]+((?:\\\r?\n|[^\n])*))",
    re.MULTILINE,
)
_WORD = re.compile(rb"\w+")
_DOTTED = re.compile(rb"[.\w]+")
_ONLY_DOTS = re.compile(rb"(?<![.\w])\.+(?![.\w])")
# What follows `from` and `import`; what follows `import` alone.
_Statement = tuple[bytes, bytes, bytes]


class Imports:
    """The imports of all files of a run.

    `files` are the paths of all files, `read` gives the bytes of a file. A file can import a module
    only if it writes the last part of its name, so most files are told apart by the words of their
    imports. Which modules a file imports is worked out when somebody asks.
    """

    def __init__(self, files: Iterable[str], read: Callable[[str], bytes]) -> None:
        self._statements: dict[str, list[_Statement]] = {}
        self._by_word: dict[bytes, list[str]] = defaultdict(list)
        self._written: dict[str, frozenset[str]] = {}
        self._named: dict[str, frozenset[str]] = {}
        self.of_packages: list[str] = []  # the files with `from . import a`, which names no package
        for path in files:
            found = self._statements[path] = _IMPORT.findall(searchable(read(path), path))
            text = b" ".join(part for parts in found for part in parts)
            for word in set(_WORD.findall(text)):
                self._by_word[word].append(path)
            if _ONLY_DOTS.search(text) is not None:
                self.of_packages.append(path)

    def with_word(self, word: str) -> Sequence[str]:
        """Return the files that have a word in an import; the name of a file may be no text."""
        return self._by_word.get(word.encode("utf-8", "surrogateescape"), ())

    def written(self, path: str) -> frozenset[str]:
        """Return the dotted names of the modules that a file can import, as it writes them, and of
        the packages around them.
        """
        if path not in self._written:
            self._written[path] = frozenset(_with_packages(_names_in(self._statements[path])))
        return self._written[path]

    def named(self, path: str) -> frozenset[str]:
        """Return these names without the dots of relative imports."""
        if path not in self._named:
            self._named[path] = frozenset(name.lstrip(".") for name in self.written(path))
        return self._named[path]


def module_names(path: str) -> Iterator[str]:
    """Yield every dotted name that a file can be imported by: `c`, `b.c`, `a.b.c` for a/b/c.py.

    A document has none.
    """
    if is_document(path):
        return
    parts = os.path.splitext(path)[0].replace(os.sep, "/").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    for start in range(len(parts) - 1, -1, -1):
        yield ".".join(parts[start:])


def imported_names(data: bytes) -> Iterator[str]:
    """Yield the dotted names of the modules that a file can import, without the leading dots."""
    return (name.lstrip(".") for name in _names_in(_IMPORT.findall(data)))


def _names_in(statements: Iterable[_Statement]) -> Iterator[str]:
    """Yield the dotted names of the modules that statements can import, as they write them."""
    for source, names, modules in statements:
        for listed in _DOTTED.findall(modules):
            yield _text(listed)
        if source:
            base = _text(source)
            yield base
            for name in _WORD.findall(names):
                yield f"{base}{'' if base.endswith('.') else '.'}{_text(name)}"


def _with_packages(names: Iterable[str]) -> Iterator[str]:
    """Yield `a`, `a.b` and `a.b.c` for `a.b.c`; `.a` and `.a.b` for `.a.b`."""
    for name in names:
        level = len(name) - len(name.lstrip("."))
        parts = name[level:].split(".")
        for end in range(1, len(parts) + 1):
            yield name[:level] + ".".join(parts[:end])


def _text(word: bytes) -> str:
    return word.decode("ascii", "replace")
