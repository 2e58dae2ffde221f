"""Literals in the style of a module."""

from __future__ import annotations

import functools
from ast import literal_eval

from trtmigrate.syntax.tree import Tree


@functools.lru_cache(maxsize=4096)
def literal_value(text: str) -> object:
    """Return the value of a number or a text as a program writes it."""
    return literal_eval(text)


def quoted(text: str, tree: Tree) -> str:
    """Return a string literal in the quotes that the module uses most."""
    literal = repr(text)
    if tree.prefers_double_quotes and literal[0] == "'" and '"' not in text:
        return '"' + literal[1:-1] + '"'
    return literal
