"""The modules of a run: which file an import means, and which modules a file has to do with.

Only the imports in the bytes of a file are looked at. The text of a module is handed out only if
the module has to do with TensorRT: it imports tensorrt or has a word of its API, or it imports such
a module. So is the text of a small module with constants, which such a module imports. In a large
project these are few, and all others are never read.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from trtmigrate.outside import Modules
from trtmigrate.sources.encoding import SourceError, decode
from trtmigrate.sources.gate import has_decisive_word, imports_tensorrt, searchable
from trtmigrate.sources.imports import Imports, module_names
from trtmigrate.sources.program import code_of, contents_of

# From a module through its imports: what a chain of more modules hands on is not followed.
DEPTH = 3
# Larger modules, and more modules that import one, would cost more than they tell.
MOST_BYTES, MOST_IMPORTERS = 100_000, 8
MOST_BYTES_OF_CONSTANTS = 20_000
# `SIZE = 3` at the left margin, and in a class.
_CONSTANT = re.compile(
    rb"""^ (?: [a-zA-Z]\w* | [ \t]+ [A-Z][A-Z0-9_]* ) [ \t]* (?: :[^=\r\n]* )? = [ \t]* ["'\d-]""",
    re.M | re.X,
)
# Whatever the folders of a project are called: these names are of libraries.
_LIBRARIES = sys.stdlib_module_names | frozenset(
    """
    cuda cupy cv2 keras numpy onnx onnxruntime pandas PIL polygraphy pycuda scipy tensorflow
    tensorrt tensorrt_llm torch torch2trt torch_tensorrt torchvision transformers tritonclient
    """.split()
)
_RUNS = itertools.count()


class ModuleIndex:
    """Which modules of a run a file has to do with, by the imports between its files.

    `files` are the paths of all files, `read` gives the bytes of a file. What is asked for is
    worked out then: in a run with few files of TensorRT, most imports lead nowhere that counts.
    """

    def __init__(
        self, files: Iterable[str], read: Callable[[str], bytes], imports: Imports
    ) -> None:
        self._read = read
        self._written = imports
        self._run = f"{os.getpid()}.{next(_RUNS)}"
        self._constants: dict[str, bool] = {}
        self._files = {_normal(path): path for path in files}
        # By the last part of a dotted name, and by the last two: all names would take much memory.
        self._by_tail: dict[str, list[str]] = defaultdict(list)
        for path in self._files:
            for tail in itertools.islice(module_names(path), 2):
                self._by_tail[tail].append(path)
        self._entries = _entries(self._files)
        self._texts: dict[str, str | None] = {}
        self._known: dict[tuple[str, str], str | None] = {}  # by folder and imported name
        self._imports: dict[str, dict[str, str]] = {}
        self._importers: dict[str, list[str]] = {}
        self._is_seed: dict[str, bool] = {}
        self._concerned: dict[str, bool] = {}

    def of(self, path: str) -> Modules:
        """Return the modules that a file has to do with."""
        path = _normal(path)
        importers = self._all_importers(path)
        reached = list(self._reached([path, *importers]))
        reached += sorted(self._constants_of(reached))
        texts = {p: text for p in reached if (text := self._text(p)) is not None}
        if len(texts) < 2:
            return Modules()
        imports = {
            p: {name: target for name, target in self._imports_of(p).items() if target in texts}
            for p in texts
        }
        return Modules(self._run, path, texts, imports, tuple(p for p in importers if p in texts))

    def _imports_of(self, path: str) -> Mapping[str, str]:
        """Return the modules of the run that a file imports, as it writes them."""
        if path not in self._imports:
            folder = os.path.dirname(path)
            written = sorted(self._written.written(self._files[path]))
            found = {name: self._file_of(name, folder) for name in written}
            self._imports[path] = {
                name: target for name, target in found.items() if target not in (None, path)
            }
        return self._imports[path]

    def _importers_of(self, path: str) -> list[str]:
        """Return the files that import a module."""
        if path not in self._importers:
            last = next(module_names(path), "").rpartition(".")[2]
            named = map(_normal, self._written.with_word(last))
            found = {importer for importer in named if self._imports_as(importer, last, path)}
            self._importers[path] = sorted(found.union(self._of_package.get(path, ())))
        return self._importers[path]

    def _imports_as(self, importer: str, last: str, path: str) -> bool:
        """True if a file imports a module by a name that ends with a word."""
        folder = os.path.dirname(importer)
        written = self._written.written(self._files[importer])
        names = (name for name in written if name.rpartition(".")[2] == last)
        return importer != path and any(self._file_of(name, folder) == path for name in names)

    @cached_property
    def _of_package(self) -> Mapping[str, list[str]]:
        """The files with `from . import a`, by the package that they mean."""
        found: dict[str, list[str]] = defaultdict(list)
        for importer in self._written.of_packages:
            path = _normal(importer)
            for name in self._written.written(importer):
                package = None if name.strip(".") else self._file_of(name, os.path.dirname(path))
                if package not in (None, path):
                    found[package].append(path)
        return found

    def _file_of(self, name: str, folder: str) -> str | None:
        """Return the file that a name means which a file of a folder imports; None if it is none of
        the run, or may be any of several.
        """
        key = (folder, name)
        if key not in self._known:
            self._known[key] = self._looked_up(name, folder)
        return self._known[key]

    def _looked_up(self, name: str, folder: str) -> str | None:
        level = len(name) - len(name.lstrip("."))
        inner = name[level:].replace(".", "/")
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            return self._module_at(folder, inner)
        if name.split(".")[0] in _LIBRARIES:
            return None
        first = inner.split("/")[0]
        ups = [up for up in _upward(folder) if first in self._entries.get(up, ())]
        found = [p for up in ups if (p := self._module_at(up, inner)) is not None]
        if len(found) > 1 and self._module_at(folder, "") is not None:
            return None  # as a script it imports the nearer one, as a part of a package the other
        if found:
            return found[0]
        tail = ".".join(name.split(".")[-2:])
        anywhere = [path for path in self._by_tail.get(tail, ()) if name in module_names(path)]
        return anywhere[0] if len(anywhere) == 1 else None

    def _module_at(self, folder: str, inner: str) -> str | None:
        base = os.path.join(folder, inner).rstrip("/")
        tried = (f"{base}/__init__.py" if base else "__init__.py", f"{base}.py")
        return next((path for path in tried if path in self._files), None)

    def _is_concerned(self, path: str) -> bool:
        """True if a module has to do with TensorRT: it does itself, or it imports a module that
        does, perhaps by way of packages.
        """
        if path in self._concerned:
            return self._concerned[path]
        way: dict[str, str | None] = {path: None}  # from which module each is reached
        waiting = [path]
        while waiting:
            module = waiting.pop()
            known = self._concerned.get(module) if _is_package(module) else None
            if known or self._has_to_do(module):
                self._concerned.update(dict.fromkeys(_way_to(way[module], way), True))
                return self._concerned.setdefault(path, True)
            if known is None and (module == path or _is_package(module)):
                ahead = sorted({*self._imports_of(module).values()} - way.keys())
                way.update(dict.fromkeys(ahead, module))
                waiting += ahead
        self._concerned.update(dict.fromkeys(filter(_is_package, way), False))
        return self._concerned.setdefault(path, False)

    def _has_to_do(self, path: str) -> bool:
        """True if a module imports tensorrt, or has a word of its API."""
        if path not in self._is_seed:
            data = searchable(self._read(self._files[path]), path)
            self._is_seed[path] = imports_tensorrt(data) or has_decisive_word(data)
        return self._is_seed[path]

    def _all_importers(self, path: str) -> list[str]:
        """Return the files that import a module, and those that import such a file; none if there
        are very many.
        """
        found: list[str] = []
        for importer in _steps([path], self._importers_of, DEPTH):
            if importer != path and self._is_concerned(importer):
                found.append(importer)
                if len(found) > MOST_IMPORTERS:
                    return []
        return sorted(found)

    def _reached(self, paths: Iterable[str]) -> Iterator[str]:
        def imported(path: str) -> Iterable[str]:
            return filter(self._is_concerned, self._imports_of(path).values())

        return _steps(paths, imported, DEPTH)

    def _constants_of(self, paths: Iterable[str]) -> set[str]:
        """Return the modules with constants that some modules import."""
        imported = {target for path in paths for target in self._imports_of(path).values()}
        return {
            path for path in imported if not self._is_concerned(path) and self._has_constants(path)
        }

    def _has_constants(self, path: str) -> bool:
        if path not in self._constants:
            data = self._read(self._files[path])
            small = len(data) <= MOST_BYTES_OF_CONSTANTS
            self._constants[path] = small and _CONSTANT.search(data) is not None
        return self._constants[path]

    def _text(self, path: str) -> str | None:
        """Return the program in a file; None for a file that is too large or cannot be read."""
        if path not in self._texts:
            data = self._read(self._files[path])
            self._texts[path] = None
            if len(data) <= MOST_BYTES:
                with contextlib.suppress(SourceError):  # told where the file itself is worked on
                    self._texts[path] = code_of(contents_of(decode(data).text, path))
        return self._texts[path]


def _steps(
    paths: Iterable[str], onward: Callable[[str], Iterable[str]], most: int
) -> Iterator[str]:
    """Yield the paths, and where at most so many steps lead from them."""
    seen = set(paths)
    edge = sorted(seen)
    yield from edge
    for _ in range(most):
        edge = sorted({p for path in edge for p in onward(path)} - seen)
        seen.update(edge)
        yield from edge


def _way_to(module: str | None, way: Mapping[str, str | None]) -> Iterator[str]:
    """Yield a module and those that lead to it."""
    while module is not None:
        yield module
        module = way[module]


def _is_package(path: str) -> bool:
    return path.endswith("__init__.py")


def _entries(paths: Iterable[str]) -> Mapping[str, set[str]]:
    """Return the names of modules and packages in each folder that leads to a file of the run."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        folder, name = os.path.split(path)
        name = name.removesuffix(".py")
        while name and name not in found[folder]:
            found[folder].add(name)
            folder, name = os.path.split(folder)
    return found


def _upward(folder: str) -> Iterator[str]:
    """Yield a folder and the folders around it."""
    yield folder
    while folder and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        yield folder


def _normal(path: str) -> str:
    return os.path.normpath(path).replace(os.sep, "/")
