"""Removed builder flags, as arguments of a config's methods and as bits of its `flags`."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.calls import find_method_call, remove_call
from trtmigrate.rewrites.removal.fold import fold_condition
from trtmigrate.rewrites.removal.masks import find_mask, remove_mask
from trtmigrate.syntax.tree import Tree, walk


def remove_flag(use: Use, facts: Facts, message: str, safety: Safety) -> Proposal | None:
    """Take a builder flag out of the program; None if the program keeps it in another form (a
    list, a variable, an argument of its own function).
    """
    tree = facts.tree
    edit: Edit | None = None
    setter = find_method_call(use, facts, "set_flag", "clear_flag")
    if setter is not None:
        edit = remove_call(setter, facts)
    getter = find_method_call(use, facts, "get_flag")
    if getter is not None and not _must_be_set(getter, tree):
        edit = fold_condition(getter, False, tree)
    mask = find_mask(use.whole, tree)
    if mask is not None:
        edit = remove_mask(mask, tree)
    return Proposal(use.node, use.member, message, safety, edit) if edit is not None else None


def _must_be_set(getter: cst.Call, tree: Tree) -> bool:
    """True if the program raises where the flag is not set, and so would always raise now."""
    for up in tree.ancestors(getter):
        if isinstance(up, cst.If):
            return any(isinstance(node, cst.Raise) for node in walk(up.body))
        if isinstance(up, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            return isinstance(up, cst.Assert)
    return False
