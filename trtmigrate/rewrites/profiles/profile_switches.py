"""Find the places where a module chooses an optimization profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.memo import once_per_file
from trtmigrate.facts.mentions import members_in
from trtmigrate.facts.profile_signs import ACTIVE, SWITCH
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.scopes import is_within_target
from trtmigrate.syntax.tree import code


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


@once_per_file
def switches_of(facts: Facts) -> tuple[ProfileSwitch, ...]:
    """Return every place where the module chooses a profile."""
    return (*_members(facts), *_set_by_name(facts))


def _members(facts: Facts) -> Iterator[ProfileSwitch]:
    for node in members_in(facts, facts.module, (SWITCH, ACTIVE)):
        parent = facts.tree.parent(node)
        if isinstance(parent, cst.Expr):
            continue  # a statement of its own, which does nothing
        if node.attr.value == SWITCH:
            yield ProfileSwitch(node, node.value, _argument(node, parent))
        elif isinstance(parent, cst.AssignTarget):
            statement = facts.tree.parent(parent)
            assert isinstance(statement, cst.Assign)
            yield ProfileSwitch(node, node.value, statement.value)
        elif isinstance(parent, cst.AugAssign) or is_within_target(node, facts.tree):
            yield ProfileSwitch(node, node.value, None)


def _argument(method: cst.Attribute, call: cst.CSTNode | None) -> cst.BaseExpression | None:
    """Return the profile that the method is called with."""
    if not isinstance(call, cst.Call) or call.func is not method or not call.args:
        return None
    named = [a for a in call.args if a.keyword is not None and a.keyword.value == "profile_index"]
    first = (named or call.args)[0]
    return None if first.star or (first.keyword is not None and not named) else first.value


def _set_by_name(facts: Facts) -> Iterator[ProfileSwitch]:
    """Yield `setattr(context, "active_optimization_profile", k)`."""
    for call in facts.tree.of_kind(cst.Call):
        if calls_function(call, "setattr") and len(call.args) == 3:
            context, name, profile = (arg.value for arg in call.args)
            if isinstance(name, cst.SimpleString) and name.raw_value == ACTIVE:
                yield ProfileSwitch(call, context, profile)
