"""The files of a run as a project: which files import a module, and what they do with it.

The text of a file is read by names alone, so it is told too often rather than too seldom that one
file reaches into another: two modules of the same name are both taken to be imported.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from trtmigrate.outside import Outside
from trtmigrate.sources.gate import imported_names, module_names, searchable
from trtmigrate.sources.modules import ModuleIndex
from trtmigrate.sources.program import python_of

_WORD = re.compile(r"\w+")
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

    def __init__(self, files: Iterable[str], read: Callable[[str], bytes]) -> None:
        self._read = read
        self._importers: dict[str, list[str]] = defaultdict(list)
        self._touched: dict[str, Touched] = {}
        files = list(files)
        self._modules = ModuleIndex(files, read)
        for path in files:
            for name in _with_packages(imported_names(searchable(read(path), path))):
                self._importers[name].append(path)

    def outside(self, path: str) -> Outside:
        """Return what the other files of the run do with a module."""
        found = [self._touched_by(importer) for importer in self._all_importers(path)]
        return Outside(
            frozenset(name for one in found for name in one.names),
            frozenset(name for one in found for name in one.written),
            any(one.writes_all for one in found),
            modules=self._modules.of(path),
        )

    def _all_importers(self, path: str) -> list[str]:
        """Return the files that import a module, and those that import such a file, and so on."""
        found: list[str] = []
        seen, waiting = {path}, [path]
        while waiting:
            for name in module_names(waiting.pop()):
                for importer in self._importers.get(name, ()):
                    if importer not in seen:
                        seen.add(importer)
                        found.append(importer)
                        waiting.append(importer)
        return found

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
    nodes = list(ast.walk(tree))
    names = {name for node in nodes for name in _names_in(node)}
    if any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in nodes):
        names |= {node.id for node in nodes if isinstance(node, ast.Name)}
    written = {name for node in nodes for name in _written_in(node)}
    return Touched(frozenset(names), frozenset(written), any(map(_sets_any, nodes)))


def _with_packages(names: Iterable[str]) -> set[str]:
    """Return dotted names and the packages around them, which are imported as well."""
    parts = [name.split(".") for name in names]
    return {".".join(part[:end]) for part in parts for end in range(1, len(part) + 1)}


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
