"""What rules that look at a whole module share."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Ref
from trtmigrate.syntax.tree import Tree


def tensorrt_alias(facts: Facts) -> tuple[str, bool]:
    """How the module calls tensorrt, and whether it has to be imported first."""
    found = facts.module_variables.items()
    alias = next((name for name, value in found if value == Ref("tensorrt")), None)
    return (alias, False) if alias is not None else ("trt", True)


def method_calls(facts: Facts, cls: str, method: str) -> Iterator[cst.Call]:
    """The calls of a method on objects of a TensorRT class, in the order of the source."""
    for node in facts.tree.order:
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            if node.func.attr.value == method and facts.kind(node.func.value) == cls:
                read = facts.reads.get(node.func)
                if read is None or not read.dead:
                    yield node


def runs_at_import(node: cst.CSTNode, tree: Tree) -> bool:
    """Whether an expression is evaluated when the module is imported: outside of functions, or as a
    base class, a default value or an annotation.
    """
    below = node
    for up in tree.ancestors(node):
        if isinstance(up, cst.FunctionDef) and below is up.body:
            return False
        if isinstance(up, cst.Lambda):
            return False
        below = up
    return True
