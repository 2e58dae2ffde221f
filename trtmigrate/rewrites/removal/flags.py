"""Enumerators that are gone, as terms of bit masks and as arguments of the methods of a config."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import AnyUse, Facts, Use
from trtmigrate.facts.domain.values import Ref, UserClass, UserInstance
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.fold import folded
from trtmigrate.syntax.effects import has_effect
from trtmigrate.syntax.tree import Tree, code, walk


def mask_of(flag: cst.CSTNode, tree: Tree) -> cst.BaseExpression | None:
    """`1 << int(FLAG)` or `int(FLAG)`, whichever is wider, around an enumerator; None without."""
    number: cst.CSTNode | None = None
    parent = tree.parent(flag)
    call = tree.parent(parent) if isinstance(parent, cst.Arg) else None
    if isinstance(call, cst.Call) and len(call.args) == 1:
        if code(call.func) in ("int", "(int)"):
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


def without_mask(mask: cst.BaseExpression, tree: Tree) -> Edit:
    """The edit that makes a mask zero; a term of `|` and the statement `x |= mask` just go."""
    parent = tree.parent(mask)
    if isinstance(parent, cst.BinaryOperation):
        other = parent.left if parent.right is mask else parent.right
        if isinstance(parent.operator, cst.BitOr):
            above = tree.parent(parent)
            if isinstance(above, cst.Assign) and _assigns(above, other):  # x = x | mask
                return Edit(remove=(above,))
            return Edit({parent: other})
        if isinstance(parent.operator, cst.BitAnd) and not has_effect(other):
            return folded(parent, False, tree)
    if isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.BitInvert):
        return _without_inverted(parent, mask, tree)
    if isinstance(parent, cst.AugAssign) and parent.value is mask:
        if isinstance(parent.operator, (cst.BitOrAssign, cst.AddAssign)):
            return Edit(remove=(parent,))
    zero = cst.Integer("0")
    if isinstance(parent, (cst.Assign, cst.Arg)):  # without the parentheses that the mask may have
        return Edit({parent: parent.with_changes(value=zero)})
    return Edit({mask: zero})


def _without_inverted(inverted: cst.UnaryOperation, mask: cst.CSTNode, tree: Tree) -> Edit:
    """`x & ~mask` is `x`, `x &= ~mask` nothing."""
    parent = tree.parent(inverted)
    if isinstance(parent, cst.BinaryOperation) and isinstance(parent.operator, cst.BitAnd):
        other = parent.left if parent.right is inverted else parent.right
        above = tree.parent(parent)
        if isinstance(above, cst.Assign) and _assigns(above, other):
            return Edit(remove=(above,))
        return Edit({parent: other})
    if isinstance(parent, cst.AugAssign) and isinstance(parent.operator, cst.BitAndAssign):
        return Edit(remove=(parent,))
    return Edit({mask: cst.Integer("0")})


def _assigns(node: cst.Assign, value: cst.BaseExpression) -> bool:
    return len(node.targets) == 1 and code(node.targets[0].target).strip() == code(value).strip(
        " ()"
    )


def method_call(use: Use, facts: Facts, *names: str) -> cst.Call | None:
    """The call of one of these methods of a TensorRT object that the use is an argument of."""
    arg = facts.tree.parent(use.whole)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return None
    if call.func.attr.value not in names:
        return None
    owner = facts.value(call.func.value)
    if isinstance(owner, (UserInstance, UserClass)):
        bases = facts.interpreter.bases.get(_class(owner).node, ())
        if not any(isinstance(b, Ref) and b.name.startswith("tensorrt.") for b in bases):
            return None
    return call


def _class(owner: UserInstance | UserClass) -> UserClass:
    return owner.cls if isinstance(owner, UserInstance) else owner


def without_call(call: cst.Call, tree: Tree) -> Edit | None:
    """The edit that drops a call whose result nobody reads; None where it may be read.

    `call` alone, `test and call` and `call if test else None` are whole statements and go.
    """
    here: cst.CSTNode = call
    for up in tree.ancestors(call):
        if isinstance(up, cst.Expr):
            return Edit(remove=(up,))
        if isinstance(up, cst.BooleanOperation) and up.right is here and not has_effect(up.left):
            here = up
        elif isinstance(up, cst.IfExp) and here is not up.test:
            other = up.orelse if here is up.body else up.body
            if has_effect(up.test) or has_effect(other):
                return Edit({call: cst.Name("None")})
            here = up
        else:
            return None
    return None


def drop_flag(use: Use, facts: Facts, message: str, safety: Safety) -> Proposal | None:
    """Takes a builder flag out of the program; None where it is handled in some other way."""
    tree = facts.tree
    found = method_call(use, facts, "set_flag", "clear_flag")
    edit: Edit | None = None
    if found is not None:
        edit = without_call(found, tree)
    asked = method_call(use, facts, "get_flag")
    if asked is not None and not _is_demanded(asked, tree):
        edit = folded(asked, False, tree)
    mask = mask_of(use.whole, tree)
    if mask is not None:
        edit = without_mask(mask, tree)
    return Proposal(use.node, use.member, message, safety, edit) if edit is not None else None


def _is_demanded(asked: cst.Call, tree: Tree) -> bool:
    """Whether the program fails where the flag is not set, which it never is any more."""
    for up in tree.ancestors(asked):
        if isinstance(up, cst.If):
            return any(isinstance(node, cst.Raise) for node in walk(up.body))
        if isinstance(up, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            return isinstance(up, cst.Assert)
    return False


def probed(use: AnyUse, message: str) -> Proposal | None:
    """Advice for `getattr(owner, "name", default)`, which does without the member; else None."""
    node = use.node
    if isinstance(node, cst.Call) and code(node.func) == "getattr" and len(node.args) == 3:
        return Proposal(node, use.member, message, Safety.MANUAL, advice=True)
    return None


__all__ = ["drop_flag", "mask_of", "method_call", "probed", "without_call", "without_mask"]
