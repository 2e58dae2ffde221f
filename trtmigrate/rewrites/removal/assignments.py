"""Statements that assign a property, and what is left of them without it.

`x.member = value` is one way to set a property. `x.set_member(value)` is another: the setters and
getters of TensorRT 3 and 4 were methods.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.facts import AnyUse, CallUse, Facts, Use
from trtmigrate.rewrites.removal.kept_effects import does_something, remove_but_keep_effects


@dataclass(frozen=True)
class Setting:
    """A statement that does nothing but set a property to a value."""

    statement: cst.Assign | cst.Expr
    value: cst.BaseExpression


@dataclass(frozen=True)
class Unpacking:
    """`x.member, other = 1, 2`, taken apart."""

    statement: cst.Assign
    value: cst.BaseExpression  # what x.member is set to
    rest: cst.Assign  # the statement without x.member and its value


def find_assignment(use: AnyUse, facts: Facts) -> cst.Assign | None:
    """Return the statement `x.member = value` of a use; None if it has further targets."""
    target = facts.tree.parent(use.node)
    statement = facts.tree.parent(target) if isinstance(target, cst.AssignTarget) else None
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        return statement
    return None


def find_assigned_value(use: Use, facts: Facts) -> cst.BaseExpression | None:
    """Return the value of `x.member = value` or `x.member: T = value`; None if there are further
    targets.
    """
    parent = facts.tree.parent(use.node)
    if isinstance(parent, cst.AnnAssign):
        return parent.value
    statement = find_assignment(use, facts)
    return statement.value if statement is not None else None


def find_setting(use: Use, facts: Facts) -> Setting | None:
    """Return the statement that sets the member of a use, and its value; None if the statement
    does anything else.
    """
    plain = find_assignment(use, facts)
    if plain is not None:
        return Setting(plain, plain.value)
    statement = facts.tree.parent(use.call) if isinstance(use, CallUse) else None
    if not isinstance(use, CallUse) or not isinstance(statement, cst.Expr) or not is_setter(use):
        return None
    if len(use.call.args) != 1 or use.call.args[0].star:
        return None
    return Setting(statement, use.call.args[0].value)


def is_setter(use: Use) -> bool:
    """True if the use calls `x.set_member(...)`."""
    return use.name.startswith("set_") and isinstance(use, CallUse)


def is_getter(use: Use) -> bool:
    """True if the use calls `x.get_member()`."""
    return use.name.startswith("get_") and isinstance(use, CallUse) and not use.call.args


def remove_assignment(use: Use, facts: Facts) -> Edit | None:
    """Return the edit that no longer sets the property; what else the statement does stays, a call
    that computes the value included.
    """
    parent = facts.tree.parent(use.node)
    whole = find_setting(use, facts)
    if whole is not None:
        return remove_but_keep_effects(whole.statement, facts)
    if isinstance(parent, cst.AugAssign):
        return remove_but_keep_effects(parent, facts)
    if isinstance(parent, cst.AssignTarget):
        statement = facts.tree.parent(parent)
        assert isinstance(statement, cst.Assign)
        rest = [t for t in statement.targets if t is not parent]
        return Edit({statement: statement.with_changes(targets=rest)})
    unpacking = split_unpacking(use, facts)
    if unpacking is None or does_something(unpacking.value, facts):
        return None
    return Edit({unpacking.statement: unpacking.rest})


def split_unpacking(use: Use, facts: Facts) -> Unpacking | None:
    """Take `x.member, other = 1, 2` apart; None where that may change what it does."""
    element = facts.tree.parent(use.node)
    targets = facts.tree.parent(element) if isinstance(element, cst.Element) else None
    target = facts.tree.parent(targets) if targets is not None else None
    statement = facts.tree.parent(target) if isinstance(target, cst.AssignTarget) else None
    if not isinstance(targets, cst.Tuple) or not isinstance(statement, cst.Assign):
        return None
    values = statement.value
    if not isinstance(values, cst.Tuple) or len(statement.targets) != 1:
        return None
    both = (*targets.elements, *values.elements)
    if len(targets.elements) != len(values.elements) or len(values.elements) < 2:
        return None
    if any(isinstance(e, cst.StarredElement) for e in both):
        return None
    if any(e is not element and isinstance(e.value, cst.Attribute) for e in targets.elements):
        return None  # another property might have to go as well
    place = next(number for number, e in enumerate(targets.elements) if e is element)
    rest = statement.with_changes(
        targets=[statement.targets[0].with_changes(target=_without_element(targets, place))],
        value=_without_element(values, place),
    )
    return Unpacking(statement, values.elements[place].value, rest)


def _without_element(sequence: cst.Tuple, place: int) -> cst.BaseExpression:
    kept = [e for number, e in enumerate(sequence.elements) if number != place]
    if len(kept) == 1:
        return kept[0].value
    kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return sequence.with_changes(elements=kept)
