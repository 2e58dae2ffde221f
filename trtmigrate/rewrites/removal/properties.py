"""A property that became methods: writing it calls the setter, reading it the getter; and the
setters and getters of TensorRT 3 and 4, which were methods at first.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.facts import AnyUse, CallUse, Facts, Use
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import code

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


def plain_store(use: AnyUse, facts: Facts) -> cst.Assign | None:
    """The statement `x.member = value` of a use, where it is just that."""
    target = facts.tree.parent(use.node)
    statement = facts.tree.parent(target) if isinstance(target, cst.AssignTarget) else None
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        return statement
    return None


@dataclass(frozen=True)
class Stored:
    """`x.member = value`, or `x.set_member(value)` as TensorRT 4 had it."""

    statement: cst.Assign | cst.Expr
    value: cst.BaseExpression


def stored(use: Use, facts: Facts) -> Stored | None:
    """What a statement gives to the member of a use, where it does just that."""
    plain = plain_store(use, facts)
    if plain is not None:
        return Stored(plain, plain.value)
    statement = facts.tree.parent(use.call) if isinstance(use, CallUse) else None
    if not isinstance(use, CallUse) or not isinstance(statement, cst.Expr) or not is_setter(use):
        return None
    if len(use.call.args) != 1 or use.call.args[0].star:
        return None
    return Stored(statement, use.call.args[0].value)


def is_setter(use: Use) -> bool:
    return use.name.startswith("set_") and isinstance(use, CallUse)


def is_getter(use: Use) -> bool:
    return use.name.startswith("get_") and isinstance(use, CallUse) and not use.call.args


def dropped(use: Use, facts: Facts) -> Edit | None:
    """The edit that no longer assigns the property; what else the statement does stays."""
    parent = facts.tree.parent(use.node)
    whole = stored(use, facts)
    if whole is not None:
        return Edit(remove=(whole.statement,))
    if isinstance(parent, cst.AugAssign):
        return Edit(remove=(parent,))
    if isinstance(parent, cst.AssignTarget):
        statement = facts.tree.parent(parent)
        assert isinstance(statement, cst.Assign)
        rest = [t for t in statement.targets if t is not parent]
        return Edit({statement: statement.with_changes(targets=rest)})
    if isinstance(parent, cst.Element):
        split = _one_of_several(use, facts, parent)
        return Edit({split.statement: split.rest}) if split is not None else None
    return None


def as_calls(
    use: Use, facts: Facts, write: str, read: str, receiver: cst.BaseExpression | None = None
) -> Edit | None:
    """The edit that turns one use of a property into a call; None where there is no such call.

    `write` is a template of an expression with holes for the object and the value, `read` one with
    a hole for the object; `receiver` is the object, where it is another one than before.
    """
    obj = receiver if receiver is not None else use.receiver
    if use.context == "load":
        if isinstance(use.node, cst.Call) and len(use.node.args) != 2:
            return None  # getattr with a default
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
    plain = plain_store(use, facts)
    if plain is not None:
        return Edit({plain: cst.Expr(expression(write, obj, _bare(plain.value)))})
    if isinstance(parent, cst.AssignTarget):
        return _chained(use, facts, parent, write, obj)
    split = _one_of_several(use, facts, parent) if isinstance(parent, cst.Element) else None
    if split is None:
        return None
    call = cst.Expr(expression(write, obj, split.value))
    return Edit({split.statement: split.rest}, before={split.statement: (call,)})


def _bare(value: cst.BaseExpression) -> cst.BaseExpression:
    """`(1 << 30)` without its parentheses; they serve nothing in a call."""
    if isinstance(value, cst.BinaryOperation):
        if isinstance(value.left, cst.Integer) and isinstance(value.right, cst.Integer):
            return value.with_changes(lpar=(), rpar=())
    return value


def _chained(
    use: Use, facts: Facts, target: cst.AssignTarget, write: str, obj: cst.BaseExpression
) -> Edit | None:
    """`size = config.member = value`: the rest stays, the call follows it."""
    statement = facts.tree.parent(target)
    assert isinstance(statement, cst.Assign)
    rest = [t for t in statement.targets if t is not target]
    if any(_same_member(t.target, use) for t in rest):
        return None
    value: cst.BaseExpression | None = next(
        (cst.Name(t.target.value) for t in rest if isinstance(t.target, cst.Name)), None
    )
    if value is None and isinstance(statement.value, (cst.Name, cst.Integer)):
        value = statement.value.deep_clone()
    if value is None:
        return None
    call = cst.Expr(expression(write, obj.deep_clone(), value))
    return Edit({statement: statement.with_changes(targets=rest)}, after={statement: (call,)})


@dataclass(frozen=True)
class _Split:
    """`x.member, other = 1, 2`, taken apart."""

    statement: cst.Assign
    value: cst.BaseExpression  # of the member
    rest: cst.Assign


def _one_of_several(use: Use, facts: Facts, element: cst.Element) -> _Split | None:
    targets = facts.tree.parent(element)
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
    place = list(targets.elements).index(element)
    rest = statement.with_changes(
        targets=[statement.targets[0].with_changes(target=_without(targets, place))],
        value=_without(values, place),
    )
    return _Split(statement, values.elements[place].value, rest)


def _without(sequence: cst.Tuple, place: int) -> cst.BaseExpression:
    kept = [e for number, e in enumerate(sequence.elements) if number != place]
    if len(kept) == 1:
        return kept[0].value
    kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return sequence.with_changes(elements=kept)


def _same_member(node: cst.BaseExpression, use: Use) -> bool:
    return isinstance(node, cst.Attribute) and node.attr.value == use.name


def set_by_name(facts: Facts, member: str, cls: str) -> list[cst.Call]:
    """The calls `setattr(obj, "member", value)` with an object of the class."""
    return [
        node
        for node in facts.tree.parents
        if isinstance(node, cst.Call)
        and isinstance(node.func, cst.Name)
        and node.func.value == "setattr"
        and len(node.args) == 3
        and code(node.args[1].value).strip("\"'") == member
        and facts.kind(node.args[0].value) == cls
    ]


def with_comment(
    test: cst.BaseStatement, statement: cst.BaseSmallStatement, facts: Facts
) -> cst.BaseStatement:
    """`test`, which takes the place of a statement, with that line's comment in its body."""
    line = facts.tree.parent(statement)
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return test
    if line.trailing_whitespace.comment is None:
        return test
    assert isinstance(test, cst.If) and isinstance(test.body, cst.IndentedBlock)
    inner = test.body.body[0].with_changes(trailing_whitespace=line.trailing_whitespace)
    return test.with_changes(body=test.body.with_changes(body=[inner]))
