"""The integers that a mask of flags may be made of: in branches, variables and defaults."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const
from trtmigrate.syntax.scopes import binders, home
from trtmigrate.syntax.tree import walk

_JOINS = (cst.BitOr, cst.Add, cst.BitOrAssign, cst.AddAssign)


def find_numbers(mask: cst.BaseExpression, facts: Facts) -> Iterator[cst.BaseExpression]:
    """Yield the expressions without a name, and the bits that a variable switches (`strict << 5`),
    that are a part of a mask on some way to it.
    """
    pending, seen = [mask], set[cst.BaseExpression]()
    while pending:
        part = pending.pop()
        if part in seen:
            continue  # `flags = flags | 1` is made from itself
        seen.add(part)
        if not reads_a_name(part) or _is_switched(part):
            yield part
        else:
            pending += _find_parts(part, facts)


def find_number(term: cst.BaseExpression, facts: Facts) -> int | None:
    """Return the integer of a term; for `strict << 5`, what it is if the bit is set."""
    if isinstance(term, cst.BinaryOperation) and reads_a_name(term.left):
        bit = _integer(term.right, facts)
        return 1 << bit if bit is not None and 0 <= bit < 64 else None
    return _integer(term, facts)


def _integer(node: cst.BaseExpression, facts: Facts) -> int | None:
    value = facts.value(node)
    return value.value if isinstance(value, Const) and type(value.value) is int else None


def reads_a_name(node: cst.BaseExpression) -> bool:
    """True if an expression reads a variable or an attribute, which do not show their value."""
    return any(isinstance(part, cst.Name) for part in walk(node))


def _is_switched(part: cst.BaseExpression) -> bool:
    return (
        isinstance(part, cst.BinaryOperation)
        and isinstance(part.operator, cst.LeftShift)
        and not reads_a_name(part.right)
    )


def _find_parts(part: cst.BaseExpression, facts: Facts) -> list[cst.BaseExpression]:
    """Return what an expression joins, chooses from, or was assigned."""
    if isinstance(part, cst.BinaryOperation) and isinstance(part.operator, _JOINS):
        return [part.left, part.right]
    if isinstance(part, cst.BooleanOperation):
        return [part.left, part.right]
    if isinstance(part, cst.IfExp):
        return [part.body, part.orelse]
    if isinstance(part, cst.Name):
        scope = home(part, facts.tree)
        own = binders(part.value, scope, facts.tree)
        own = own or binders(part.value, facts.module, facts.tree)
        return [value for binder in own for value in _find_given_to(binder, facts)]
    if isinstance(part, cst.Attribute) and isinstance(part.value, cst.Name):
        cls = facts.tree.class_of(part) if part.value.value in ("self", "cls") else None
        own = binders(part.attr.value, cls, facts.tree) if cls is not None else []
        return [value for binder in own for value in _find_given_to(binder, facts)]
    return []


def _find_given_to(binder: cst.CSTNode, facts: Facts) -> Iterator[cst.BaseExpression]:
    """Yield what a target is assigned, or the default of a parameter."""
    parent = facts.tree.parent(binder)
    if isinstance(parent, cst.Param) and parent.default is not None:
        yield parent.default
    if isinstance(parent, cst.AssignTarget):
        parent = facts.tree.parent(parent)
    if isinstance(parent, cst.AugAssign) and not isinstance(parent.operator, _JOINS):
        return
    if isinstance(parent, (cst.Assign, cst.AnnAssign, cst.AugAssign)) and parent.value is not None:
        yield parent.value
