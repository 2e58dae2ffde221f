"""Find the places where a module chooses an optimization profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from trtmigrate.syntax.calls import argument, calls_function
from trtmigrate.syntax.scopes import is_within_target
from trtmigrate.syntax.tree import Tree, code

SWITCH = "set_optimization_profile_async"
ACTIVE = "active_optimization_profile"


@dataclass(frozen=True)
class ProfileSwitch:
    """A place where a context is given a profile.

    `profile` is None where the code does not show which one, as where the method is passed on.
    """

    node: cst.CSTNode
    context: cst.BaseExpression
    profile: cst.BaseExpression | None

    @property
    def to_first(self) -> bool:
        """True if the code shows that it is profile 0."""
        return isinstance(self.profile, cst.Integer) and self.profile.evaluated_value == 0

    def is_of(self, context: cst.BaseExpression) -> bool:
        """True if both contexts are written in the same way."""
        return code(self.context) == code(context)


def switches_in(tree: Tree) -> Iterator[ProfileSwitch]:
    """Yield every place where a module chooses a profile, in no particular order."""
    for node in tree.of_kind(cst.Attribute):
        if node.attr.value in (SWITCH, ACTIVE):
            yield from _by_member(node, tree)
    for call in tree.of_kind(cst.Call):
        if calls_function(call, "setattr") and len(call.args) == 3:
            context, name, profile = (arg.value for arg in call.args)
            if isinstance(name, cst.SimpleString) and name.raw_value == ACTIVE:
                yield ProfileSwitch(call, context, profile)


def _by_member(node: cst.Attribute, tree: Tree) -> Iterator[ProfileSwitch]:
    parent = tree.parent(node)
    if isinstance(parent, cst.Expr):
        return  # a statement of its own, which does nothing
    if node.attr.value == SWITCH:
        chosen = None
        if isinstance(parent, cst.Call) and parent.func is node:
            chosen = argument(parent, 0, "profile_index")
        yield ProfileSwitch(node, node.value, chosen.value if chosen is not None else None)
    elif isinstance(parent, cst.AssignTarget):
        statement = tree.parent(parent)
        assert isinstance(statement, cst.Assign)
        yield ProfileSwitch(node, node.value, statement.value)
    elif isinstance(parent, cst.AugAssign) or is_within_target(node, tree):
        yield ProfileSwitch(node, node.value, None)
