"""Simple statements and blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from trtmigrate.facts.domain import arithmetic
from trtmigrate.facts.domain.joins import join
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Instance,
    Items,
    TensorName,
    Text,
    Value,
    is_number,
    is_text,
)
from trtmigrate.facts.interpreter.annotations import Annotations
from trtmigrate.facts.interpreter.assignments import Assignments
from trtmigrate.facts.interpreter.expressions import Expressions
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.models import containers
from trtmigrate.syntax.tree import children

Execute = Callable[[Any], None]


class Statements:
    """Executes statements; `kinds` has a function for each kind of node."""

    def __init__(
        self,
        state: State,
        expressions: Expressions,
        assignments: Assignments,
        annotations: Annotations,
    ) -> None:
        self.state = state
        self.expressions = expressions
        self.assignments = assignments
        self.annotations = annotations
        self.kinds: dict[type[cst.CSTNode], Execute] = {
            cst.SimpleStatementLine: self._line,
            cst.Expr: self._expression,
            cst.Assign: self._assign,
            cst.AnnAssign: self._annotated_assign,
            cst.AugAssign: self._augmented_assign,
            cst.Return: self._return,
            cst.Raise: self._raise,
            cst.Continue: self._leave,
            cst.Break: self._leave,
            cst.Assert: self._assert,
            cst.Del: self._delete,
            cst.Global: self._declare_global,
            cst.Nonlocal: self._declare_nonlocal,
        }

    def run(self, body: Sequence[cst.CSTNode]) -> None:
        """Execute a block; what stands behind a `return` or `raise` is dead."""
        frame = self.state.frame
        for statement in body:
            dead = frame.exits
            frame.dead += dead
            frame.exits = False
            self.execute(statement)
            frame.dead -= dead
            frame.exits = frame.exits or dead

    def execute(self, node: cst.CSTNode) -> None:
        """Execute one statement; a kind without a function has no effect that is followed."""
        execute = self.kinds.get(type(node))
        if execute is not None:
            execute(node)

    def _line(self, node: cst.SimpleStatementLine) -> None:
        for small in node.body:
            self.execute(small)

    def _expression(self, node: cst.Expr) -> None:
        self.expressions.value(node.value)

    def _assign(self, node: cst.Assign) -> None:
        value = self.expressions.value(node.value)
        for target in node.targets:
            self.assignments.assign(target.target, value)

    def _annotated_assign(self, node: cst.AnnAssign) -> None:
        value = self.annotations.promised(node.annotation)
        in_class = isinstance(self.state.frame.node, cst.ClassDef)
        if node.value is not None:
            given = self.expressions.value(node.value)
            # In a class, the value may be a default that its objects replace.
            value = join(given, value) if in_class or not _keeps(given, value) else given
        if node.value is not None or not isinstance(node.target, cst.Name) or in_class:
            self.assignments.assign(node.target, value)

    def _augmented_assign(self, node: cst.AugAssign) -> None:
        old, by = self.expressions.value(node.target), self.expressions.value(node.value)
        name = type(node.operator).__name__.removesuffix("Assign")
        by = self.expressions.as_number(by, old, node.value)
        self.assignments.assign(node.target, arithmetic.operate(name, old, by))

    def _return(self, node: cst.Return) -> None:
        frame = self.state.frame
        if node.value is not None:
            value = self.expressions.value(node.value)
            if isinstance(frame.node, cst.FunctionDef) and not frame.dead:
                self.state.known.add_return(frame.node, value)
        frame.exits = True

    def _raise(self, node: cst.Raise) -> None:
        for part in (node.exc, node.cause.item if node.cause else None):
            if part is not None:
                self.expressions.value(part)
        self.state.frame.exits = True

    def _leave(self, node: cst.Continue | cst.Break) -> None:
        self.state.frame.exits = True

    def _assert(self, node: cst.Assert) -> None:
        self.expressions.value(node.test)
        self._learn(node.test)
        if node.msg is not None:
            self.expressions.value(node.msg)

    def _learn(self, test: cst.BaseExpression) -> None:
        """After `assert engine.get_binding_name(i) == name` the variable holds that name."""
        if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
            return
        (target,) = test.comparisons
        if not isinstance(target.operator, cst.Equal):
            return
        for variable, other in ((test.left, target.comparator), (target.comparator, test.left)):
            name = self.state.values.get(other, UNKNOWN)
            held = self.state.values.get(variable, UNKNOWN)
            if isinstance(variable, cst.Name) and _is_counted(name) and _is_vague(held):
                self.state.frame.set(variable.value, name)

    def _delete(self, node: cst.Del) -> None:
        self.expressions.value(node.target)
        several = isinstance(node.target, (cst.Tuple, cst.List))
        for target in children(node.target) if several else [node.target]:
            element = target.value if isinstance(target, cst.Element) else target
            if isinstance(element, cst.Subscript):
                self._delete_element(element)

    def _delete_element(self, target: cst.Subscript) -> None:
        held = self.state.value(target.value)
        if isinstance(held, Items):
            moved = containers.in_other_order(self.state, held)
            self.assignments.change(target.value, moved)

    def _declare_nonlocal(self, node: cst.Nonlocal) -> None:
        for item in node.names:
            _, scope = self.state.lookup(item.name.value)
            self.state.known.shared.add((scope, item.name.value))

    def _declare_global(self, node: cst.Global) -> None:
        names = {n.name.value for n in node.names}
        self.state.declared_global.setdefault(self.state.frame.node, set()).update(names)


def _is_counted(value: Value) -> bool:
    """True if a value is the name of a tensor whose index is known."""
    return isinstance(value, TensorName) and value.index is not None and not value.suffixed


def _is_vague(value: Value) -> bool:
    """True if a value may be any string."""
    no_index = isinstance(value, TensorName) and value.index is None
    return value is UNKNOWN or no_index or isinstance(value, Text)


def _keeps(value: Value, promised: Value) -> bool:
    """True if a value is what an annotation promises: the annotation adds nothing to it."""
    if isinstance(value, Instance) and isinstance(promised, Instance):
        return value.cls == promised.cls and not value.guessed
    both = (value, promised)
    return all(map(is_number, both)) or all(map(is_text, both))
