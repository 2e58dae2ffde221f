"""The files of a run as a project: which files import a module, and what they do with it.

The text of a file is read by names alone, so it is told too often rather than too seldom that one
file reaches into another: two modules of the same name are both taken to be imported.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from trtmigrate.outside import Outside
from trtmigrate.sources.imports import Imports, module_names
from trtmigrate.sources.modules import ModuleIndex
from trtmigrate.sources.program import python_of

# A module that more files import, some by way of others, is taken to be used and changed by them in
# every way: to read all of them would take longer than everything else.
MOST_IMPORTERS = 1000

_WORD = re.compile(r"\w+")
_TELLING = (ast.Attribute, ast.Call, ast.ClassDef, ast.ImportFrom, ast.Name, ast.Subscript)
_UNREADABLE = (SyntaxError, ValueError, MemoryError, RecursionError)
# Methods that change the list, set, dictionary or array that they belong to.
_CHANGING = frozenset(
    """
    add append clear discard extend fill insert itemset pop popitem put remove reverse setdefault
    sort update
    """.split()
)


@dataclass(frozen=True)
class Touched:
    """What a file does with names that may be those of another module."""

    names: frozenset[str]
    written: frozenset[str]
    writes_all: bool = False


class Project:
    """The imports between the files of a run.

    `files` are the paths of all files, `read` gives the bytes of a file. A file is parsed only if a
    module that is asked for is imported by it.
    """

    def __init__(self, files: Collection[str], read: Callable[[str], bytes]) -> None:
        self._read = read
        self._imports = Imports(files, read)
        self._modules = ModuleIndex(files, read, self._imports)
        self._importers: dict[str, list[str]] = {}
        self._touched: dict[str, Touched] = {}

    def outside(self, path: str) -> Outside:
        """Return what the other files of the run do with a module."""
        importers = self._all_importers(path)
        modules = self._modules.of(path)
        if importers is None:
            return Outside(writes_all=True, names_all=True, modules=modules)
        found = [self._touched_by(importer) for importer in importers]
        return Outside(
            frozenset().union(*(one.names for one in found)),
            frozenset().union(*(one.written for one in found)),
            any(one.writes_all for one in found),
            modules=modules,
        )

    def _all_importers(self, path: str) -> Sequence[str] | None:
        """Return the files that import a module, and those that import such a file, and so on; None
        if there are very many.
        """
        seen, waiting = {path}, [path]
        while waiting:
            ahead = [one for one in self._importers_of(waiting.pop()) if one not in seen]
            seen.update(ahead)
            waiting += ahead
            if len(seen) > MOST_IMPORTERS:
                return None
        return sorted(seen - {path})

    def _importers_of(self, path: str) -> Sequence[str]:
        """Return the files that may import a module: they name it, with or without packages."""
        if path not in self._importers:
            names = frozenset(module_names(path))
            last = min(names, key=len, default="").rpartition(".")[2]
            self._importers[path] = [
                importer
                for importer in self._imports.with_word(last)
                if not names.isdisjoint(self._imports.named(importer))
            ]
        return self._importers[path]

    def _touched_by(self, path: str) -> Touched:
        if path not in self._touched:
            self._touched[path] = touched_names(python_of(self._read(path), path))
        return self._touched[path]


def outside_of_each(texts: Mapping[str, bytes]) -> dict[str, Outside]:
    """Return for each file of a project what the other files do with it."""
    project = Project(texts, texts.__getitem__)
    return {path: project.outside(path) for path in texts}


def touched_names(data: bytes) -> Touched:
    """Return what a file does with names of other modules; everything if it cannot be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except _UNREADABLE:
        words = frozenset(_WORD.findall(data.decode("utf-8", "replace")))
        return Touched(words, words, True)
    nodes = [node for node in ast.walk(tree) if isinstance(node, _TELLING)]
    names = {name for node in nodes for name in _names_in(node)}
    if any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in nodes):
        names |= {node.id for node in nodes if isinstance(node, ast.Name)}
    written = {name for node in nodes for name in _written_in(node)}
    return Touched(frozenset(names), frozenset(written), any(map(_sets_any, nodes)))


def _names_in(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node imports from a module or uses as an attribute."""
    if isinstance(node, ast.ImportFrom):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Call) and _is_called(node, "getattr", "setattr", "delattr"):
        yield from _named_by(node)


def _written_in(node: ast.AST) -> Iterator[str]:
    """Yield the attributes that a node may change: their value, or what their object holds."""
    if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
        yield node.attr
    elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        yield from _attribute_below(node.value)
    elif isinstance(node, ast.Call) and _is_called(node, "setattr", "delattr"):
        yield from _named_by(node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in _CHANGING:
            yield from _attribute_below(node.func.value)
    elif isinstance(node, ast.ClassDef) and node.bases:
        yield from _defined_in(node)


def _attribute_below(node: ast.expr) -> Iterator[str]:
    """Yield the attribute of `model.rows[0][1]`: `rows`."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        yield node.attr


def _defined_in(cls: ast.ClassDef) -> Iterator[str]:
    """Yield what a class may define anew that its bases have."""
    for statement in cls.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield statement.name
        else:
            stored = (n for n in ast.walk(statement) if isinstance(n, ast.Name))
            yield from (name.id for name in stored if isinstance(name.ctx, ast.Store))


def _named_by(call: ast.Call) -> Iterator[str]:
    """Yield the attribute that `getattr(x, "name")` and `setattr(x, "name", y)` are about."""
    name = call.args[1] if len(call.args) > 1 else None
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        yield name.value


def _sets_any(node: ast.AST) -> bool:
    """True for `setattr` of an attribute whose name is computed."""
    if not isinstance(node, ast.Call) or not _is_called(node, "setattr", "delattr"):
        return False
    return next(_named_by(node), None) is None


def _is_called(call: ast.Call, *functions: str) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in functions
