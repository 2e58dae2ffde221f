"""Literals in the style of a module."""

from __future__ import annotations

from trtmigrate.syntax.tree import Tree


def quoted(text: str, tree: Tree) -> str:
    """Return a string literal in the quotes that the module uses most."""
    literal = repr(text)
    if tree.prefers_double_quotes and literal[0] == "'" and '"' not in text:
        return '"' + literal[1:-1] + '"'
    return literal
