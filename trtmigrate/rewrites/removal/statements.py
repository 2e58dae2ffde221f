"""Statements that go, and the loops that are only there for them."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.facts import Facts
from trtmigrate.rewrites.removal.kept_effects import remove_but_keep_effects
from trtmigrate.syntax.tree import walk

_ONLY_COUNT = frozenset(["range", "len", "enumerate", "zip"])


def remove_statement(statement: cst.BaseSmallStatement, facts: Facts) -> Edit:
    """Return the edit that removes a statement, and each `for` loop that does nothing else.

    Calls in it that do more than give a value stay.
    """
    edit = remove_but_keep_effects(statement, facts)
    if not edit.remove:
        return edit
    tree = facts.tree
    gone: cst.CSTNode = statement
    line = tree.parent(statement)
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        while line is not None:
            suite = tree.parent(line)
            loop = tree.parent(suite) if isinstance(suite, cst.IndentedBlock) else None
            if not isinstance(loop, cst.For) or len(loop.body.body) != 1:
                break
            if loop.orelse is not None or not _only_counts(loop.iter):
                break
            gone = line = loop
    return Edit(remove=(gone,))


def _only_counts(node: cst.CSTNode) -> bool:
    """True if an iterable calls nothing but `range`, `len`, `enumerate` and `zip`."""
    return all(
        isinstance(call.func, cst.Name) and call.func.value in _ONLY_COUNT
        for call in walk(node)
        if isinstance(call, cst.Call)
    )
