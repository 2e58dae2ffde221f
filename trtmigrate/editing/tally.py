"""Counts of names in several trees that share most of their statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import libcst as cst

from trtmigrate.syntax.tree import children

Count = Callable[[cst.CSTNode, Counter[str]], None]  # adds what a node itself counts for

_UNITS = frozenset([cst.SimpleStatementLine, cst.FunctionDef])


class Tally:
    """Counts the names in a node and below it; each statement is counted once.

    An edit copies the statements that it changes and those around them. All others are the same
    objects before and after it.
    """

    def __init__(self, count: Count) -> None:
        self._count = count
        self._known: dict[cst.CSTNode, Counter[str]] = {}

    def of(self, root: cst.CSTNode) -> Counter[str]:
        """Return the counts of a node and everything below it."""
        if root not in self._known:
            found: Counter[str] = Counter()
            stack = [root]
            while stack:
                node = stack.pop()
                self._count(node, found)
                for child in children(node):
                    if child.__class__ in _UNITS:
                        found.update(self.of(child))
                    else:
                        stack.append(child)
            self._known[root] = found
        return self._known[root]
