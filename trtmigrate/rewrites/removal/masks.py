"""Bit masks, `1 << int(FLAG)`, of enumerators that are gone."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.rewrites.removal.fold import fold_condition
from trtmigrate.syntax.effects import has_effect
from trtmigrate.syntax.tree import Tree


def find_mask(flag: cst.CSTNode, tree: Tree) -> cst.BaseExpression | None:
    """Return `1 << int(FLAG)` or `int(FLAG)`, whichever is wider, around an enumerator; None if it
    is not converted to a number.
    """
    number: cst.CSTNode | None = None
    parent = tree.parent(flag)
    call = tree.parent(parent) if isinstance(parent, cst.Arg) else None
    if isinstance(call, cst.Call) and len(call.args) == 1:
        if isinstance(call.func, cst.Name) and call.func.value == "int":
            number = call
    elif isinstance(parent, cst.Attribute) and parent.attr.value == "value":
        number = parent
    if not isinstance(number, cst.BaseExpression):
        return None
    shift = tree.parent(number)
    if isinstance(shift, cst.BinaryOperation) and isinstance(shift.operator, cst.LeftShift):
        if shift.right is number and not has_effect(shift.left):
            return shift
    return number


def remove_mask(mask: cst.BaseExpression, tree: Tree) -> Edit:
    """Return the edit that takes a mask out of a sum of flags.

    A term of `|` and the statement `x |= mask` go. A mask that stands alone becomes zero.
    """
    parent = tree.parent(mask)
    if isinstance(parent, cst.BinaryOperation):
        other = parent.left if parent.right is mask else parent.right
        if isinstance(parent.operator, cst.BitOr):
            return Edit({parent: other})
        if isinstance(parent.operator, cst.BitAnd) and not has_effect(other):
            return fold_condition(parent, False, tree)
    if isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.BitInvert):
        return _remove_inverted(parent, mask, tree)
    if isinstance(parent, cst.AugAssign) and parent.value is mask:
        if isinstance(parent.operator, (cst.BitOrAssign, cst.AddAssign)):
            return Edit(remove=(parent,))
    zero = cst.Integer("0")
    if isinstance(parent, (cst.Assign, cst.Arg)):  # without the parentheses that the mask may have
        return Edit({parent: parent.with_changes(value=zero)})
    return Edit({mask: zero})


def _remove_inverted(inverted: cst.UnaryOperation, mask: cst.CSTNode, tree: Tree) -> Edit:
    """Turn `x & ~mask` into `x`, and remove `x &= ~mask`."""
    parent = tree.parent(inverted)
    if isinstance(parent, cst.BinaryOperation) and isinstance(parent.operator, cst.BitAnd):
        other = parent.left if parent.right is inverted else parent.right
        return Edit({parent: other})
    if isinstance(parent, cst.AugAssign) and isinstance(parent.operator, cst.BitAndAssign):
        return Edit(remove=(parent,))
    return Edit({mask: cst.Integer("0")})
