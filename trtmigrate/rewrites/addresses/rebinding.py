"""Names that code reads, and names whose value it changes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from trtmigrate.syntax.effects import MUTATING_METHODS


def names_read(code: Iterable[ast.AST]) -> set[str]:
    """Return the variables and dotted names that code reads."""
    return {
        ast.unparse(node)
        for part in code
        for node in ast.walk(part)
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load)
    }


def changed_names(code: Iterable[ast.AST]) -> set[str]:
    """Return the variables and dotted names that code binds, or whose elements it changes."""
    return {name for part in code for node in ast.walk(part) for name in changed_by(node)}


def changed_by(node: ast.AST) -> Iterator[str]:
    """Yield the variables and dotted names that a node itself binds or changes the elements of."""
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        if not isinstance(node.ctx, ast.Load):
            yield ast.unparse(node.value if isinstance(node, ast.Subscript) else node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in MUTATING_METHODS:
            yield ast.unparse(node.func.value)
