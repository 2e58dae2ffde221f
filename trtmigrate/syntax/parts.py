"""Which fields of a node hold code."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from typing import Any

import libcst as cst

ReadParts = Callable[[Any], tuple[Any, ...]]

# How the names of fields begin that hold white space or punctuation.
_SKIPPED = (
    *("whitespace", "lpar", "rpar", "comma", "semicolon", "equal", "leading_lines", "header"),
    *("footer", "lines_after", "lbracket", "rbracket", "lbrace", "rbrace", "colon", "indent"),
    "dot",
)


class _Parts(dict[type, ReadParts | None]):
    """What reads the fields of a class of nodes that hold code; None for any other class."""

    def __missing__(self, kind: type) -> ReadParts | None:
        self[kind] = _reader(kind) if issubclass(kind, cst.CSTNode) else None
        return self[kind]


PARTS = _Parts()


def _reader(kind: type[cst.CSTNode]) -> ReadParts:
    names = [f.name for f in dataclasses.fields(kind) if not f.name.startswith(_SKIPPED)]
    if len(names) > 1:
        return operator.attrgetter(*names)
    if not names:
        return lambda node: ()
    read = operator.attrgetter(*names)
    return lambda node: (read(node),)
