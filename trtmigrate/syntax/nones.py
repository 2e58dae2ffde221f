"""The literal None, and parameters that have it as their default."""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax.tree import parameters


def is_none(node: cst.CSTNode | None) -> bool:
    """True for the literal None; a variable that holds None is something else."""
    return isinstance(node, cst.Name) and node.value == "None"


def is_none_by_default(name: str, function: cst.CSTNode | None) -> bool:
    """True if a function has a parameter of this name with the default None."""
    if not isinstance(function, (cst.FunctionDef, cst.Lambda)):
        return False
    return any(p.name.value == name and is_none(p.default) for p in parameters(function))
