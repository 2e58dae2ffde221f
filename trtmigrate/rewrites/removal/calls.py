"""Calls of TensorRT's methods that a removed enumerator is an argument of."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Ref, UserClass, UserInstance
from trtmigrate.rewrites.removal.kept_effects import does_something, remove_but_keep_effects
from trtmigrate.syntax.effects import has_effect


def calls_method(node: cst.CSTNode | None, *names: str) -> bool:
    """True for a call `x.name(...)` of a method with one of these names."""
    return (
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Attribute)
        and node.func.attr.value in names
    )


def find_method_call(use: Use, facts: Facts, *names: str) -> cst.Call | None:
    """Return the call that the use is an argument of, if it calls one of these methods of a
    TensorRT object.
    """
    arg = facts.tree.parent(use.whole)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
        return None
    if call.func.attr.value not in names:
        return None
    owner = facts.value(call.func.value)
    if isinstance(owner, (UserInstance, UserClass)):
        bases = facts.bases_of(owner)
        if not any(isinstance(b, Ref) and b.name.startswith("tensorrt.") for b in bases):
            return None
    return call


def remove_call(call: cst.Call, facts: Facts) -> Edit | None:
    """Return the edit that removes a call whose result nobody reads; None if it may be read.

    The whole statement goes if it is `call`, `test and call` or `call if test else None`. Calls in
    the arguments that do more than give a value stay.
    """
    here: cst.CSTNode = call
    for up in facts.tree.ancestors(call):
        if isinstance(up, cst.Expr):
            return remove_but_keep_effects(up, facts) if here is call else Edit(remove=(up,))
        if here is call and any(does_something(arg.value, facts) for arg in call.args):
            return None
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
