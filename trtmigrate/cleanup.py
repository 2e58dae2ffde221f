"""Removes what the edits made pointless: an assignment whose every reader is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import libcst as cst

from trtmigrate.apply import Applier
from trtmigrate.edits import Edit
from trtmigrate.facts.tree import Tree, code, walk

# Calls without effect: reading a plan or a context, or arithmetic on what was read.
_PURE = frozenset(
    [
        "get_tensor_name",
        "get_tensor_shape",
        "get_tensor_dtype",
        "get_tensor_mode",
        "get_binding_index",
        "index",
        "int",
        "len",
        "list",
        "tuple",
        "range",
        "sum",
        "np.sum",
        "numpy.sum",
        "get_binding_name",
        "get_binding_shape",
        "get_binding_dtype",
        "next",
    ]
)


def without_unread(before: cst.Module, after: cst.Module, edits: Iterable[Edit]) -> cst.Module:
    """`after` without assignments to local names that were read before the edits and no longer are.

    Only plain `name = expression` whose expression has no effect goes; so do names that only such
    an assignment read, hence the loop.
    """
    was_read = _reads(before)
    for _ in range(10):
        now_read = _reads(after)
        tree = Tree(after)
        gone: list[cst.CSTNode] = []
        for node in walk(after):
            if isinstance(node, cst.Assign) and len(node.targets) == 1:
                target = node.targets[0].target
                if isinstance(target, cst.Name) and _local(tree, node):
                    lost = was_read[target.value] and not now_read[target.value]
                    if lost and _is_pure(node.value):
                        gone.append(node)
        if not gone:
            return after
        after = after.visit(Applier([Edit(remove=tuple(gone))]))
    return after


def _local(tree: Tree, node: cst.CSTNode) -> bool:
    """Class variables may be read from elsewhere; so may those of a module that others import."""
    return not isinstance(tree.scope(node), cst.ClassDef)


def _reads(module: cst.Module) -> Counter[str]:
    """How often each name occurs other than as the target of an assignment."""
    names = Counter(n.value for n in walk(module) if isinstance(n, cst.Name))
    for node in walk(module):
        if isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Name):
            names[node.target.value] -= 1
        if isinstance(node, cst.Attribute):
            names[node.attr.value] -= 1
        if isinstance(node, cst.Arg) and node.keyword is not None:
            names[node.keyword.value] -= 1
    return names


def _is_pure(node: cst.BaseExpression) -> bool:
    return all(
        code(n.func).split(".")[-1] in _PURE or code(n.func) in _PURE
        for n in walk(node)
        if isinstance(n, cst.Call)
    ) and not any(isinstance(n, (cst.Await, cst.Yield, cst.NamedExpr)) for n in walk(node))
