"""Names and attributes that a module gives a value at one place only."""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax.scopes import is_within_target
from trtmigrate.syntax.tree import Tree

_PLAIN = (cst.AssignTarget, cst.Element, cst.AnnAssign)  # what stands around the name
# With these a module can set an attribute without naming it as one.
_BY_TEXT = frozenset(["setattr", "delattr", "vars", "locals", "globals", "exec"])


def is_bound_once(name: str, tree: Tree) -> bool:
    """True if one assignment in the module is all that gives a variable of this name a value, in
    whatever scope; an import does not count, a parameter does.
    """
    bound = [n for n in tree.of_kind(cst.Name) if n.value == name and _is_bound(n, tree)]
    return not bound or (len(bound) == 1 and isinstance(tree.parent(bound[0]), _PLAIN))


def is_attribute_set_once(name: str, tree: Tree) -> bool:
    """True if one assignment in the module is all that gives an attribute of this name a value."""
    attributes = (n for n in tree.of_kind(cst.Attribute) if n.attr.value == name)
    stores = sum(_is_stored(node, tree) for node in attributes)
    named = sum(n.value == name and _is_bound(n, tree) for n in tree.of_kind(cst.Name))
    by_text = any(n.value in _BY_TEXT for n in tree.of_kind(cst.Name))
    by_dict = any(n.attr.value == "__dict__" for n in tree.of_kind(cst.Attribute))
    return stores + named <= 1 and not by_text and not by_dict


def _is_bound(node: cst.Name, tree: Tree) -> bool:
    parent = tree.parent(node)
    if isinstance(parent, cst.Attribute):
        return False
    if isinstance(parent, cst.Param):
        return parent.name is node
    if isinstance(parent, (cst.AsName, cst.NameItem)):
        return not isinstance(tree.parent(parent), cst.ImportAlias)
    return _is_stored(node, tree)


def _is_stored(node: cst.CSTNode, tree: Tree) -> bool:
    parent = tree.parent(node)
    if isinstance(parent, (cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.CompFor)):
        return parent.target is node
    return isinstance(parent, cst.AsName) or is_within_target(node, tree)
