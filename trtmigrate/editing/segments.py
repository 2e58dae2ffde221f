"""The source text of syntax nodes, written without white space so that it can be compared."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)


class Segments:
    """Text of the nodes of one parsed source."""

    def __init__(self, source: str) -> None:
        normal = source.replace("\r\n", "\n").replace("\r", "\n")
        self.lines = normal.encode().split(b"\n")  # columns of `ast` count bytes
        self.known: dict[ast.AST, str] = {}

    def text_of(self, node: ast.AST) -> str:
        """Return the text of an expression, or of a statement without its body."""
        if node not in self.known:
            self.known[node] = "".join("".join(map(self._slice, _parts(node))).split())
        return self.known[node]

    def lines_of(self, node: ast.AST) -> list[bytes]:
        """Return the whole lines of a definition, with its decorators and comments."""
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(part.lineno for part in decorators)])  # type: ignore[attr-defined]
        return self.lines[first - 1 : node.end_lineno]  # type: ignore[attr-defined]

    def _slice(self, node: ast.AST | str) -> str:
        if isinstance(node, str):
            return node
        first: int = node.lineno - 1  # type: ignore[attr-defined]
        last: int = node.end_lineno - 1  # type: ignore[attr-defined]
        begin: int = node.col_offset  # type: ignore[attr-defined]
        end: int = node.end_col_offset  # type: ignore[attr-defined]
        if first == last:
            return self.lines[first][begin:end].decode()
        whole = [self.lines[first][begin:], *self.lines[first + 1 : last], self.lines[last][:end]]
        return b"\n".join(whole).decode()


def _parts(node: ast.AST) -> Iterator[ast.AST | str]:
    """Yield the pieces of a node that tell it apart: all but the statements inside it."""
    if isinstance(node, _DEFINITIONS):
        yield "def " + node.name
        yield from node.decorator_list
        if not isinstance(node, ast.ClassDef):
            yield ast.unparse(node.args)
        else:
            yield from node.bases
    elif hasattr(node, "body") and not isinstance(node, ast.expr):
        yield type(node).__name__ + " "
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, _BLOCKS):
                yield from _placed(child)
    else:
        yield from _placed(node)


def _placed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node, or its children where Python gives it no place (`with` items)."""
    if hasattr(node, "lineno"):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from _placed(child)
