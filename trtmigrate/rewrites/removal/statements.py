"""Statements that go, and the loops that are only there for them."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.editing.effects import has_effect
from trtmigrate.syntax.tree import Tree


def without(statement: cst.BaseSmallStatement, tree: Tree) -> Edit:
    """Removes a statement, and with it a `for` loop that does nothing else."""
    gone: cst.CSTNode = statement
    line = tree.parent(statement)
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        while line is not None:
            suite = tree.parent(line)
            loop = tree.parent(suite) if isinstance(suite, cst.IndentedBlock) else None
            if not isinstance(loop, cst.For) or len(loop.body.body) != 1:
                break
            if loop.orelse is not None or has_effect(loop.iter):
                break
            gone = line = loop
    return Edit(remove=(gone,))
