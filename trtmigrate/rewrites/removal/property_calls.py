"""A property that became a pair of methods: a write calls the setter, a read calls the getter."""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.facts import Facts, Use
from trtmigrate.rewrites.removal.assignments import find_assignment, split_unpacking
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import assigned, walk

_OPERATORS: dict[type[cst.BaseAugOp], str] = {
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.FloorDivideAssign: "//",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
    cst.BitOrAssign: "|",
    cst.BitAndAssign: "&",
    cst.PowerAssign: "**",
    cst.ModuloAssign: "%",
}


def turn_into_call(
    use: Use, facts: Facts, write: str, read: str, receiver: cst.BaseExpression | None = None
) -> Edit | None:
    """Return the edit that turns one use of a property into a call; None if the use is neither a
    plain read nor an assignment that can be split.

    `write` is the template of the setter's call, with holes for the object and the value. `read` is
    that of the getter's call, with a hole for the object. `receiver` is the object to call, if it
    is another one than before.
    """
    obj = receiver if receiver is not None else use.receiver
    if use.context == "load":
        return Edit({use.node: expression(read, obj)})
    parent = facts.tree.parent(use.node)
    if isinstance(parent, cst.AugAssign):
        operator = _OPERATORS.get(type(parent.operator))
        if operator is None:
            return None
        value = expression(
            f"{{}} {operator} {{}}", expression(read, obj.deep_clone()), parent.value
        )
        return Edit({parent: cst.Expr(expression(write, obj, value))})
    plain = find_assignment(use, facts)
    if plain is not None:
        value = _strip_parentheses(plain.value)
        return Edit({plain: cst.Expr(expression(write, obj, value))})
    if isinstance(parent, cst.AssignTarget):
        return _split_chain(use, facts, parent, write, obj)
    unpacking = split_unpacking(use, facts)
    if unpacking is None:
        return None
    call = cst.Expr(expression(write, obj, unpacking.value))
    if not _reads(unpacking.rest.value, use.name):
        return Edit({unpacking.statement: unpacking.rest}, before={unpacking.statement: (call,)})
    if set(assigned(unpacking.rest)) & {n.value for n in _names_in(unpacking.value)}:
        return None  # each of the two statements needs what the other one overwrites
    return Edit({unpacking.statement: unpacking.rest}, after={unpacking.statement: (call,)})


def _reads(value: cst.BaseExpression, member: str) -> bool:
    """True if an expression reads the property, or may do so in a call."""
    return any(
        isinstance(n, cst.Call) or (isinstance(n, cst.Attribute) and n.attr.value == member)
        for n in walk(value)
    )


def _names_in(value: cst.BaseExpression) -> list[cst.Name]:
    return [n for n in walk(value) if isinstance(n, cst.Name)]


def _strip_parentheses(value: cst.BaseExpression) -> cst.BaseExpression:
    """Return `1 << 30` for `(1 << 30)`: an argument of a call needs no parentheses."""
    if isinstance(value, cst.BinaryOperation):
        if isinstance(value.left, cst.Integer) and isinstance(value.right, cst.Integer):
            return value.with_changes(lpar=(), rpar=())
    return value


def _split_chain(
    use: Use, facts: Facts, target: cst.AssignTarget, write: str, obj: cst.BaseExpression
) -> Edit | None:
    """Turn `size = config.member = value` into `size = value` and a call below it."""
    statement = facts.tree.parent(target)
    assert isinstance(statement, cst.Assign)
    rest = [t for t in statement.targets if t is not target]
    if any(isinstance(t.target, cst.Attribute) and t.target.attr.value == use.name for t in rest):
        return None  # the same property of another object has to become a call as well
    value: cst.BaseExpression | None = next(
        (cst.Name(t.target.value) for t in rest if isinstance(t.target, cst.Name)), None
    )
    if value is None and isinstance(statement.value, (cst.Name, cst.Integer)):
        value = statement.value.deep_clone()
    if value is None:
        return None
    call = cst.Expr(expression(write, obj.deep_clone(), value))
    return Edit({statement: statement.with_changes(targets=rest)}, after={statement: (call,)})
