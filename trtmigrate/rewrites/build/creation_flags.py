"""What the flags of `create_network` say of the batch dimension, on each way through the code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const
from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.tree import code, parameters

# True: the batch dimension is explicit on this way; None: what sets the flags cannot be followed.
Ways = frozenset[bool | None]
Setter = cst.Assign | cst.AnnAssign | cst.AugAssign
_EXPLICIT = ("EXPLICIT_BATCH", "STRONGLY_TYPED")
_NOT_FOLLOWED: Ways = frozenset({None})
_NEVER: Ways = frozenset()
_SUMS = (cst.BitOr, cst.Add)
_SETTERS: tuple[type[Setter], ...] = (cst.Assign, cst.AnnAssign, cst.AugAssign)
_SUMS_IN_PLACE = (cst.BitOrAssign, cst.AddAssign)


def explicit_ways(call: cst.Call, facts: Facts) -> Ways:
    """Return whether the batch dimension of a new network is explicit, for each way to the call."""
    if any(arg.star for arg in call.args):
        return _NOT_FOLLOWED
    return _ways_of(call.args[0].value, facts) if call.args else frozenset({False})


def _ways_of(flags: cst.BaseExpression, facts: Facts) -> Ways:
    if facts.is_dead(flags):
        return _NEVER
    value = facts.value(flags)
    if isinstance(value, Const) and isinstance(value.value, int):
        return frozenset({bool(value.value & 1)})
    if isinstance(flags, cst.IfExp):
        return _ways_of(flags.body, facts) | _ways_of(flags.orelse, facts)
    if isinstance(flags, cst.BinaryOperation) and isinstance(flags.operator, _SUMS):
        return _sum(_ways_of(flags.left, facts), _ways_of(flags.right, facts))
    if any(word in code(flags) for word in _EXPLICIT):
        return frozenset({True}) if _is_for_sure(flags, facts) else _NOT_FOLLOWED
    if isinstance(flags, (cst.Name, cst.Attribute)):
        return _ways_of_variable(flags, facts)
    other_flag = "NetworkDefinitionCreationFlag." in code(flags)
    return frozenset({False}) if other_flag else _NOT_FOLLOWED


def _is_for_sure(flags: cst.BaseExpression, facts: Facts) -> bool:
    """False for `explicit << int(EXPLICIT_BATCH)`, which has the flag or not."""
    shifts = isinstance(flags, cst.BinaryOperation) and isinstance(flags.operator, cst.LeftShift)
    return not shifts or isinstance(facts.value(flags.left), Const)  # type: ignore[attr-defined]


def _sum(left: Ways, right: Ways) -> Ways:
    """Return what `left | right` may be: one explicit flag is enough."""
    return frozenset(
        True if a or b else None if a is None or b is None else False for a in left for b in right
    )


def _ways_of_variable(variable: cst.Name | cst.Attribute, facts: Facts) -> Ways:
    """Return what a variable may hold where it is read.

    An attribute, or a variable of the module that a function reads, holds what the one scope that
    sets it leaves there. If several scopes set it, it is explicit if one of them makes it so.
    """
    flow = _Flow(code(variable), facts)
    here = home(variable, facts.tree)
    given = _ways_of_parameter(flow.name, here, facts)
    scopes = {home(setter, facts.tree) for setter in _setters(flow.name, facts)}
    if here in scopes or given != _NOT_FOLLOWED:
        return flow.before(variable, here, given)
    if len(scopes) == 1:
        return flow.after(_body(scopes.pop()), _NOT_FOLLOWED)
    last_name = flow.name.rsplit(".", 1)[-1]
    values = [setter.value for setter in _setters(last_name, facts) if setter.value is not None]
    is_explicit = any(True in _ways_of(value, facts) for value in values)
    return frozenset({True}) if is_explicit else _NOT_FOLLOWED


def _ways_of_parameter(name: str, scope: cst.CSTNode, facts: Facts) -> Ways:
    """Return what a parameter may hold at first: what a caller gives, or its default."""
    for parameter in parameters(scope) if isinstance(scope, cst.FunctionDef) else ():
        if parameter.name.value == name and parameter.default is not None:
            return _NOT_FOLLOWED | _ways_of(parameter.default, facts)
    return _NOT_FOLLOWED


def _setters(name: str, facts: Facts) -> Iterator[Setter]:
    """Yield the statements of the module that set a variable, or an attribute of that name."""
    for kind in _SETTERS:
        for statement in facts.tree.of_kind(kind):
            if any(t == name or t.endswith(f".{name}") for t in _targets(statement)):
                yield statement


def _targets(statement: Setter) -> list[str]:
    if isinstance(statement, cst.Assign):
        return [code(target.target) for target in statement.targets]
    return [code(statement.target)]


def _body(scope: cst.CSTNode) -> Sequence[cst.CSTNode]:
    assert isinstance(scope, (cst.FunctionDef, cst.Module))
    return scope.body.body if isinstance(scope, cst.FunctionDef) else scope.body


@dataclass(frozen=True)
class _Flow:
    """What statements make of the ways that a variable has."""

    name: str
    facts: Facts

    def before(self, node: cst.CSTNode, scope: cst.CSTNode, at_first: Ways) -> Ways:
        """Return what the variable may hold at a node of a scope that begins with `at_first`."""
        below: cst.CSTNode = node
        earlier: list[cst.CSTNode] = []
        for up in self.facts.tree.ancestors(node):
            if isinstance(up, (cst.IndentedBlock, cst.Module, cst.SimpleStatementLine)):
                block: list[cst.CSTNode] = list(up.body)
                earlier = [*block[: block.index(below)], *earlier]
            if up is scope:
                break
            below = up
        return self.after(earlier, at_first)

    def after(self, statements: Sequence[cst.CSTNode], ways: Ways) -> Ways:
        """Return what it may hold after statements; no way if they are never left at their end."""
        for statement in statements:
            ways = self._after_one(statement, ways)
        return ways

    def _after_one(self, statement: cst.CSTNode, ways: Ways) -> Ways:
        if isinstance(statement, cst.SimpleStatementLine):
            return self.after(statement.body, ways)
        if isinstance(statement, (cst.Return, cst.Raise)):
            return _NEVER
        if isinstance(statement, _SETTERS):
            return self._after_setter(statement, ways)
        if isinstance(statement, (cst.Else, cst.With, cst.ExceptHandler, cst.Finally)):
            return self.after(statement.body.body, ways)
        if isinstance(statement, (cst.For, cst.While)):
            return ways | self.after(statement.body.body, ways)
        if isinstance(statement, cst.If):
            other = statement.orelse
            without = self._after_one(other, ways) if other is not None else ways
            return self.after(statement.body.body, ways) | without
        return self._after_try(statement, ways) if isinstance(statement, cst.Try) else ways

    def _after_try(self, statement: cst.Try, ways: Ways) -> Ways:
        tried = self.after(statement.body.body, ways)
        ends = self._after_one(statement.orelse, tried) if statement.orelse is not None else tried
        for handler in statement.handlers:
            ends |= self._after_one(handler, ways | tried)
        last = statement.finalbody
        return self._after_one(last, ends) if last is not None else ends

    def _after_setter(self, statement: Setter, ways: Ways) -> Ways:
        if self.name not in _targets(statement) or statement.value is None:
            return ways
        given = _ways_of(statement.value, self.facts)
        if not isinstance(statement, cst.AugAssign):
            return given
        is_sum = isinstance(statement.operator, _SUMS_IN_PLACE)
        return _sum(ways, given) if is_sum else _NOT_FOLLOWED
