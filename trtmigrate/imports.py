"""Adds the import of a module whose name the edits use."""

from __future__ import annotations

import libcst as cst


def add_import(module: cst.Module, name: str, alias: str) -> cst.Module:
    """The module with the import after its last top-level import, or after docstring and
    `__future__`.
    """
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
