"""Names for the variables that edits add: free in their scope."""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.tree import Tree, walk


def counter_name(tree: Tree, at: cst.CSTNode) -> str:
    """A name for the counter of a new loop at `at`: one that the scope does not use, or uses only
    as the counter of other loops.
    """
    scope = home(at, tree)
    taken = tree.names(scope)
    for name in ("i", "index", "tensor_index"):
        if name not in taken or _only_counts(tree, scope, at, name):
            return name
    return free_name(taken, "binding_index")


def _only_counts(tree: Tree, scope: cst.CSTNode, at: cst.CSTNode, name: str) -> bool:
    around = set(tree.ancestors(at))
    for node in walk(scope):
        if isinstance(node, cst.Name) and node.value == name:
            loop = next((up for up in tree.ancestors(node) if _counts_with(up, name)), None)
            if loop is None or loop in around:
                return False
    return True


def _counts_with(node: cst.CSTNode, name: str) -> bool:
    if isinstance(node, cst.For):
        return isinstance(node.target, cst.Name) and node.target.value == name
    if isinstance(node, (cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp)):
        clause: cst.CompFor | None = node.for_in
        while clause is not None:
            if isinstance(clause.target, cst.Name) and clause.target.value == name:
                return True
            clause = clause.inner_for_in
    return False


def free_name(taken: set[str], *candidates: str) -> str:
    """The first name that the scope does not use yet."""
    for name in candidates:
        if name not in taken:
            taken.add(name)
            return name
    number = 2
    while f"{candidates[-1]}{number}" in taken:
        number += 1
    taken.add(f"{candidates[-1]}{number}")
    return f"{candidates[-1]}{number}"
