"""Adds the import of a module whose name the edits use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    position = 0
    for number, statement in enumerate(body):
        if not isinstance(statement, cst.SimpleStatementLine):
            continue
        first = statement.body[0]
        if isinstance(first, (cst.Import, cst.ImportFrom)):
            position = number + 1
        elif position == number == 0 and _is_docstring(first):
            position = 1
    if position == 0 and body:
        head = body[0]
        line = line.with_changes(leading_lines=head.leading_lines)
        body[0] = head.with_changes(leading_lines=[])
    body.insert(position, line)
    return module.with_changes(body=body)


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(
        node.value, (cst.SimpleString, cst.ConcatenatedString)
    )
