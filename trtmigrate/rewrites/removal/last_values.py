"""Properties that go although the program reads what it assigned: a variable keeps the value.

The assignment goes only if each read of the property is replaced. Otherwise both stay, and both are
reported: a program never keeps half of it.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.values import Instance
from trtmigrate.rewrites.removal.assignments import (
    find_setting,
    is_getter,
    is_setter,
    remove_assignment,
)
from trtmigrate.syntax.scopes import binders, comes_before, home
from trtmigrate.syntax.tree import code

READ_ELSEWHERE = (
    "the code also reads it where the assigned value cannot be followed: replace the reads by a "
    "variable, then remove the assignment"
)


def is_read(use: Use) -> bool:
    """True if a use reads the property, or calls its getter."""
    return is_getter(use) or (use.context == "load" and not is_setter(use))


def find_last_value(read: Use, facts: Facts, variable: str) -> cst.BaseExpression | None:
    """Return what a read of the property gives: the number or variable that the function assigned,
    or `variable`, which `remove_setting` assigns; None if that cannot be followed.
    """
    scope = home(read.node, facts.tree)
    settings = [
        use
        for use in _find_uses(read, facts)
        if not is_read(use)
        and home(use.node, facts.tree) is scope
        and _may_be_same(use, read, facts)
    ]
    setting = find_setting(settings[0], facts) if len(settings) == 1 else None
    if setting is None or not _is_same(settings[0], read, facts):
        return None
    if not comes_before(setting.statement, read.node, facts.tree):
        return None
    value = setting.value
    if isinstance(value, cst.Integer):
        return value
    if isinstance(value, cst.Name) and len(binders(value.value, scope, facts.tree)) <= 1:
        return value
    is_taken = variable in facts.tree.names(scope) and code(value) != variable
    return None if is_taken else cst.Name(variable)


def remove_setting(use: Use, facts: Facts, variable: str) -> Edit | None:
    """Return the edit that assigns a variable instead of the property, if the code reads it, and
    removes the assignment if not; None if a read cannot be replaced.
    """
    reads = [r for r in _find_uses(use, facts) if is_read(r) and _may_be_same(r, use, facts)]
    values = [find_last_value(read, facts, variable) for read in reads]
    if any(value is None for value in values):
        return None
    setting = find_setting(use, facts)
    if setting is None or code(setting.value) == variable:
        return remove_assignment(use, facts) if setting is not None or not reads else None
    if not any(isinstance(value, cst.Name) and value.value == variable for value in values):
        return remove_assignment(use, facts)
    target = cst.AssignTarget(cst.Name(variable))
    return Edit({setting.statement: cst.Assign([target], setting.value)})


def is_read_elsewhere(use: Use, facts: Facts) -> bool:
    """True if the code reads the property that a use sets, of the same object as far as known."""
    return any(is_read(r) and _may_be_same(r, use, facts) for r in _find_uses(use, facts))


def _find_uses(use: Use, facts: Facts) -> list[Use]:
    """Return the uses of the same property in the module, through its methods as well."""
    return [
        other
        for other in facts.uses
        if _name_property(other) == _name_property(use)
        and other.context != "probe"
        and not other.read.dead
    ]


def _name_property(use: Use) -> str:
    owner, _, name = use.member.partition(".")
    return f"{owner}.{name.removeprefix('set_').removeprefix('get_')}"


def _may_be_same(use: Use, other: Use, facts: Facts) -> bool:
    """True unless the objects of two uses are known to be made at different places."""
    first, second = _find_origin(use, facts), _find_origin(other, facts)
    return first is None or second is None or first == second


def _is_same(use: Use, other: Use, facts: Facts) -> bool:
    first, second = _find_origin(use, facts), _find_origin(other, facts)
    if first is not None and second is not None:
        return first == second
    return use.receiver.deep_equals(other.receiver)


def _find_origin(use: Use, facts: Facts) -> object:
    value = facts.value(use.receiver)
    return value.origin if isinstance(value, Instance) else None
