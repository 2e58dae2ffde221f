"""Expressions: literals, names, displays, operators and conditions.

`Expressions.kinds` has a function for each kind of node. Other parts of the interpreter add theirs:
members, comprehensions, calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from trtmigrate import api
from trtmigrate.facts.domain import arithmetic
from trtmigrate.facts.domain.evidence import blur
from trtmigrate.facts.domain.joins import join, rebrand
from trtmigrate.facts.domain.polynomials import atom, number
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    External,
    IsInput,
    Items,
    Number,
    Ref,
    Table,
    TensorMode,
    Text,
    Value,
    poly_of,
)
from trtmigrate.facts.interpreter.callers_choice import set_if_not_given, without_kind
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.models import containers, python, strings, tensorrt
from trtmigrate.syntax.literals import literal_value
from trtmigrate.syntax.tree import children

Evaluate = Callable[[Any], Value]


class Expressions:
    """Evaluates expressions, and remembers what each of them is."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._literals: dict[cst.CSTNode, Const] = {}  # they are the same in every round
        self.kinds: dict[type[cst.CSTNode], Evaluate] = {
            cst.Name: self._name,
            cst.Integer: self._literal,
            cst.Float: self._literal,
            cst.SimpleString: self._literal,
            cst.ConcatenatedString: self._concatenated_string,
            cst.FormattedString: self._formatted_string,
            cst.Tuple: self._sequence,
            cst.List: self._sequence,
            cst.Set: self._sequence,
            cst.Dict: self._dictionary,
            cst.IfExp: self._conditional,
            cst.BooleanOperation: self._boolean_operation,
            cst.UnaryOperation: self._unary_operation,
            cst.BinaryOperation: self._binary_operation,
            cst.Comparison: self._comparison,
            cst.Await: self._await,
            cst.Yield: self._yield,
        }

    def value(self, node: cst.CSTNode) -> Value:
        """Return what an expression is; every expression in it is evaluated on the way."""
        evaluate = self.kinds.get(type(node))
        if evaluate is not None:
            result = evaluate(node)
        else:
            for child in children(node):
                self.value(child)
            result = UNKNOWN
        self.state.values[node] = result
        if self.state.frame.dead:
            self.state.dead.add(node)
        return result

    def truth_on_target(self, test: cst.CSTNode) -> bool | None:
        """Return how a test of the version or of `hasattr` ends on the target; None if that is not
        what it tests.
        """
        value = self.state.values.get(test)
        if value is None:
            value = self.value(test)
        if isinstance(value, Const) and value.versioned:
            return bool(value.value)
        if isinstance(test, cst.BooleanOperation):
            sides = [self.truth_on_target(test.left), self.truth_on_target(test.right)]
            if isinstance(test.operator, cst.And) and False in sides:
                return False
            if isinstance(test.operator, cst.Or) and True in sides:
                return True
        return None

    def as_number(self, value: Value, other: Value, node: cst.CSTNode) -> Value:
        """Return an unknown operand of binding arithmetic as a number that only equals itself."""
        if not isinstance(other, Number) or other.poly is None or poly_of(value) is not None:
            return value
        if value is UNKNOWN or isinstance(value, (Number, External)):
            return Number(atom("other", (self.state.place(node), node)))
        return value

    # names and literals

    def _name(self, node: cst.Name) -> Value:
        value, scope = self.state.lookup(node.value)
        if value is not None:
            return self.state.guessed(value, (scope, node.value))
        if self.state.imports_all and node.value in api.classes():
            return Ref(f"tensorrt.{node.value}")
        return self.state.guessed(python.name(node.value), (self.state.tree.module, node.value))

    def _literal(self, node: cst.Integer | cst.Float | cst.SimpleString) -> Value:
        literal = self._literals.get(node)
        if literal is None:
            literal = self._literals[node] = Const(literal_value(node.value))
        return literal

    def _concatenated_string(self, node: cst.ConcatenatedString) -> Value:
        value = node.evaluated_value
        self.value(node.left)
        self.value(node.right)
        return Const(value) if value is not None else Text()

    def _formatted_string(self, node: cst.FormattedString) -> Value:
        values: list[Value] = []
        text = ""
        for part in node.parts:
            if isinstance(part, cst.FormattedStringExpression):
                values.append(self.value(part.expression))
                for inner in part.format_spec or ():
                    if isinstance(inner, cst.FormattedStringExpression):
                        self.value(inner.expression)
            elif isinstance(part, cst.FormattedStringText):
                text += part.value
        return strings.formatted(values, text)

    # displays

    def _sequence(self, node: cst.Tuple | cst.List | cst.Set) -> Value:
        parts = []
        element: Value = UNKNOWN
        for one in node.elements:
            part = self.value(one.value)
            if isinstance(one, cst.StarredElement):
                part = containers.spread(self.state, part, one)
            parts.append(part)
            element = join(element, part)
        if any(isinstance(e, cst.StarredElement) for e in node.elements):
            return Items(element)
        return Items(element, tuple(parts), number(len(parts)))

    def _dictionary(self, node: cst.Dict) -> Value:
        keys: Value = UNKNOWN
        values: Value = UNKNOWN
        entries = []
        for element in node.elements:
            value = self.value(element.value)
            if isinstance(element, cst.DictElement):
                key = self.value(element.key)
                keys, values = join(keys, key), join(values, value)
                if isinstance(key, Const) and isinstance(key.value, str):
                    entries.append((key.value, value))
        return Table(keys, values, tuple(entries))

    # conditions

    def _conditional(self, node: cst.IfExp) -> Value:
        self.value(node.test)
        truth = self.truth_on_target(node.test)
        if truth is None:
            truth = self.state.generations.first_is_newer(node)
        body = self._unless(truth is False, node.body)
        orelse = self._unless(truth is True, node.orelse)
        if truth is not None:
            return body if truth else orelse
        joined = rebrand(join(body, orelse), ("merge", node))
        if self._may_be_given(node.test, node.body, node.orelse):
            return without_kind(joined)
        return blur(joined) if UNKNOWN in (body, orelse) else joined  # it may be the other

    def _boolean_operation(self, node: cst.BooleanOperation) -> Value:
        left = self.value(node.left)
        truth = self.truth_on_target(node.left)
        skipped = truth is False if isinstance(node.operator, cst.And) else truth is True
        right = self._unless(skipped, node.right)
        versioned = [isinstance(side, Const) and side.versioned for side in (left, right)]
        if all(versioned) and isinstance(left, Const):
            return left if skipped else right
        if any(versioned):
            return UNKNOWN
        joined = join(left, right)
        return without_kind(joined) if self._may_be_given(node.left, node.left) else joined

    def _may_be_given(self, test: cst.BaseExpression, *sides: cst.BaseExpression) -> bool:
        """True if one of the sides is the parameter that a test asks whether a caller gave it."""
        chosen = set_if_not_given(self.state, test, self.state.frame.env)
        return any(isinstance(side, cst.Name) and side.value == chosen for side in sides)

    def _unless(self, skipped: bool, node: cst.BaseExpression) -> Value:
        """Evaluate an expression that the target never reaches if it is skipped."""
        self.state.frame.dead += skipped
        value = self.value(node)
        self.state.frame.dead -= skipped
        return value

    # operators

    def _unary_operation(self, node: cst.UnaryOperation) -> Value:
        value = self.value(node.expression)
        if isinstance(node.operator, cst.Not):
            if isinstance(value, IsInput):
                return IsInput(value.engine, value.index, not value.negated)
            return Const(not value.value, value.versioned) if isinstance(value, Const) else UNKNOWN
        return arithmetic.negate(value) if isinstance(node.operator, cst.Minus) else UNKNOWN

    def _binary_operation(self, node: cst.BinaryOperation) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        times = poly_of(right)
        if isinstance(node.operator, cst.Multiply) and times is not None:
            if isinstance(left, Items) and left.counter is not None:
                return containers.repeated(self.state, left, times)
        return arithmetic.operate(
            type(node.operator).__name__,
            self.as_number(left, right, node.left),
            self.as_number(right, left, node.right),
        )

    def _comparison(self, node: cst.Comparison) -> Value:
        left = self.value(node.left)
        results: list[Value] = []
        for target in node.comparisons:
            right = self.value(target.comparator)
            name = type(target.operator).__name__
            if isinstance(left, TensorMode):
                results.append(tensorrt.compare_mode(name, left, right))
            else:
                result, wrong = arithmetic.compare(name, left, right)
                results.append(result)
                if wrong and isinstance(result, Const):
                    self.state.text_comparisons[node] = result.value
            left = right
        return results[0] if len(results) == 1 else _all_true(results)

    # what suspends a function

    def _await(self, node: cst.Await) -> Value:
        return self.value(node.expression)

    def _yield(self, node: cst.Yield) -> Value:
        if isinstance(node.value, cst.From):
            self.value(node.value.item)
        elif node.value is not None:
            value = self.value(node.value)
            if isinstance(self.state.frame.node, cst.FunctionDef):
                self.state.known.add_return(self.state.frame.node, Items(value))
        return UNKNOWN


def _all_true(results: list[Value]) -> Value:
    """Return what a chain of comparisons is, from what each of them is."""
    known = [result for result in results if isinstance(result, Const) and result.versioned]
    if any(not result.value for result in known):
        return Const(False, versioned=True)
    return Const(True, versioned=True) if len(known) == len(results) else UNKNOWN
