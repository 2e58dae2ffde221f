"""Adds the import of a module whose name the edits use."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.syntax.scopes import binders, comes_before
from trtmigrate.syntax.tree import Tree, code, walk


def import_locally(tree: Tree, edits: Iterable[Edit]) -> list[Edit] | None:
    """Imports of tensorrt for the functions that need it, where the module imports it in functions
    only: it may be missing on the machine until one of them runs. None where the module imports it.
    """
    if not any(tree.function(node) is not None for node in _imports_of(tree, "tensorrt")):
        return None
    line = "import tensorrt as trt\n"
    functions = {
        function: None
        for edit in edits
        if edit.imports_tensorrt
        for node in edit.replace
        if (function := tree.function(node)) is not None
    }
    if not functions:
        return None
    made = []
    for function in functions:
        if _sees_import(function, tree):
            continue
        body = function.body.body
        first = next((s for s in body if not _is_docstring_line(s)), None)
        if isinstance(first, cst.SimpleStatementLine):
            first = first.body[0]
        if first is not None:
            made.append(Edit(before={first: tuple(cst.parse_module(line).body)}))
    return made


def _sees_import(function: cst.FunctionDef, tree: Tree) -> bool:
    """True if a function around a function has imported tensorrt as `trt` above it, whatever
    happens.
    """
    around = [up for up in tree.ancestors(function) if isinstance(up, cst.FunctionDef)]
    return any(
        _binds_trt(node)
        and tree.function(node) in around
        and comes_before(node, function, tree)
        and not binders("trt", function, tree)
        for node in _imports_of(tree, "tensorrt")
    )


def _binds_trt(node: cst.Import) -> bool:
    return any(
        alias.asname is not None
        and (code(alias.name), code(alias.asname.name)) == ("tensorrt", "trt")
        for alias in node.names
    )


def _imports_of(tree: Tree, name: str) -> Iterator[cst.Import]:
    for node in tree.of_kind(cst.Import):
        if any(code(a.name) == name for a in node.names):
            yield node


def _is_docstring_line(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and _is_docstring(node.body[0])


def add_import(module: cst.Module, name: str, alias: str) -> cst.Module:
    """The module with the import after its last top-level import, or after docstring and
    `__future__`; as it is, where nothing in it uses the name.
    """
    if not any(isinstance(node, cst.Name) and node.value == alias for node in walk(module)):
        return module
    line = cst.SimpleStatementLine(
        [cst.Import([cst.ImportAlias(cst.Name(name), cst.AsName(cst.Name(alias)))])]
    )
    body = list(module.body)
    position = _place_of_import(body)
    if position == 0 and body:
        kept = _length_of_file_header(module.header, body[0])
        module, above = module.with_changes(header=module.header[:kept]), module.header[kept:]
        body[0] = _with_blank_lines(body[0], [*above, *body[0].leading_lines])
    elif position and not _is_import(body[position - 1], ordinary=True):
        line = line.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
        if position < len(body):
            body[position] = _with_blank_lines(body[position], body[position].leading_lines)
    body.insert(position, line)
    return module.with_changes(body=body)


_Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
_OF_FILE = re.compile(r"#!|coding[:=]|copyright|licen[cs]e", re.IGNORECASE)


def _place_of_import(body: Sequence[_Statement]) -> int:
    imports = [number for number, statement in enumerate(body) if _is_import(statement)]
    if imports:
        return imports[-1] + 1
    return 1 if body and _is_docstring_line(body[0]) else 0


def _is_import(statement: cst.CSTNode, *, ordinary: bool = False) -> bool:
    """True for an import; for one of `__future__` only if it need not be `ordinary`."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    match statement.body[0]:
        case cst.ImportFrom(module=cst.Name("__future__")):
            return not ordinary
        case cst.Import() | cst.ImportFrom():
            return True
    return False


def _length_of_file_header(header: Sequence[cst.EmptyLine], first: _Statement) -> int:
    """Return how many of the lines above the first statement speak of the file, and not of it."""
    blank = [number for number, line in enumerate(header) if line.comment is None]
    start = blank[-1] + 1 if blank else 0  # of the comment right above the statement
    comment = [line.comment.value for line in header[start:] if line.comment is not None]
    is_own = start > 0 or isinstance(first, (cst.FunctionDef, cst.ClassDef))
    return start if is_own and not any(map(_OF_FILE.search, comment)) else len(header)


def _with_blank_lines(statement: _Statement, above: Sequence[cst.EmptyLine]) -> _Statement:
    """Return a statement with the lines above it, and with the blank lines that it needs after an
    import.
    """
    wanted = 2 if isinstance(statement, (cst.FunctionDef, cst.ClassDef)) else 1
    blank = len(list(itertools.takewhile(lambda line: line.comment is None, above)))
    missing = [cst.EmptyLine(indent=False)] * (wanted - blank)
    return statement.with_changes(leading_lines=[*missing, *above])


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(
        node.value, (cst.SimpleString, cst.ConcatenatedString)
    )
