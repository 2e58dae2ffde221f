"""Comprehensions, generator expressions and lambdas: scopes within an expression."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import libcst as cst

from trtmigrate.facts.domain.joins import join
from trtmigrate.facts.domain.polynomials import Atom, Poly
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    Function,
    IsInput,
    Items,
    Table,
    TensorName,
    Value,
)
from trtmigrate.facts.interpreter.assignments import Assignments
from trtmigrate.facts.interpreter.expressions import Evaluate, Expressions
from trtmigrate.facts.interpreter.state import Frame, State
from trtmigrate.facts.models import containers, tensorrt
from trtmigrate.syntax.tree import parameters

ListLike = cst.ListComp | cst.GeneratorExp | cst.SetComp


class Comprehensions:
    """Evaluates comprehensions and lambdas."""

    def __init__(self, state: State, expressions: Expressions, assignments: Assignments) -> None:
        self.state = state
        self.expressions = expressions
        self.assignments = assignments
        self.kinds: dict[type[cst.CSTNode], Evaluate] = {
            cst.ListComp: self._list,
            cst.GeneratorExp: self._list,
            cst.SetComp: self._list,
            cst.DictComp: self._dictionary,
            cst.Lambda: self._lambda,
        }

    def element_of(self, value: Value, loop: Hashable) -> Value:
        """Return what each round of a loop over `value` gets; `loop` names its counter."""
        found = containers.element_in_round(self.state, value, loop)
        if isinstance(found, Items) and found.items is not None:
            return replace(found, items=tuple(self.state.take_out(i) for i in found.items))
        return self.state.take_out(found)

    def _list(self, node: ListLike) -> Value:
        clause = node.for_in
        source = self.expressions.value(clause.iter)
        items = self._one_by_one(node, source)
        (element,) = self._evaluate(node, source, node.elt)
        if clause.inner_for_in is None and not clause.ifs:
            return Items(element, items, counter=clause)
        return Items(element, items, self._passing(clause))

    def _passing(self, clause: cst.CompFor) -> Poly | None:
        """Return how many rounds pass `if engine.binding_is_input(i)` in a comprehension, or `if
        "[profile" not in name`.
        """
        if clause.inner_for_in is not None or len(clause.ifs) != 1:
            return None
        test = clause.ifs[0].test
        asked = self.state.value(test)
        rounds = self.state.rounds_of(Atom("counter", clause))
        if rounds is None:
            return None
        if isinstance(asked, IsInput):
            return tensorrt.inputs_counted(self.state, asked, rounds).poly
        name = self._without_suffix(test)
        if name is None:
            return None
        if not name.suffixed:
            return rounds
        all_names = tensorrt.count(self.state, "tensors", name.engine).poly
        return tensorrt.tensors_of(name.engine).poly if rounds == all_names else None

    def _without_suffix(self, test: cst.BaseExpression) -> TensorName | None:
        """Return the name in `"[profile" not in name`, which is true for the first profile."""
        if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
            return None
        target = test.comparisons[0]
        text, name = self.state.value(test.left), self.state.value(target.comparator)
        if not isinstance(target.operator, cst.NotIn) or not isinstance(text, Const):
            return None
        looked_for = isinstance(text.value, str) and "[profile" in text.value
        return name if looked_for and isinstance(name, TensorName) and not name.added else None

    def _dictionary(self, node: cst.DictComp) -> Value:
        source = self.expressions.value(node.for_in.iter)
        key, value = self._evaluate(node, source, node.key, node.value)
        return Table(key, value)

    def _evaluate(self, node: cst.BaseComp, source: Value, *parts: cst.CSTNode) -> list[Value]:
        """Return what parts of a comprehension over `source` are in each round."""
        frame = self.state.frame
        outer = frame.snapshot()
        frame.comprehended += 1
        clause: cst.CompFor | None = node.for_in
        while clause is not None:
            if clause is not node.for_in:
                source = self.expressions.value(clause.iter)
            self.assignments.assign(clause.target, self.element_of(source, clause))
            for condition in clause.ifs:
                self.expressions.value(condition.test)
            clause = clause.inner_for_in
        results = [self.expressions.value(part) for part in parts]
        frame.comprehended -= 1
        frame.env = outer
        return results

    def _one_by_one(self, node: ListLike, source: Value) -> tuple[Value, ...] | None:
        """Return the elements of a comprehension over a literal, or over the parts of the release.

        `a, b = (f(x) for x in ("p", "q"))` unpacks them.
        """
        clause = node.for_in
        known = isinstance(clause.iter, (cst.Tuple, cst.List)) or containers.is_release(source)
        if not known or clause.inner_for_in is not None or clause.ifs:
            return None
        if not isinstance(source, Items) or source.items is None:
            return None
        frame = self.state.frame
        outer = frame.snapshot()
        frame.comprehended += 1
        made = []
        for item in source.items:
            frame.env = outer
            self.assignments.assign(clause.target, item)
            made.append(self.expressions.value(node.elt))
        frame.comprehended -= 1
        frame.env = outer
        return tuple(made)

    def _lambda(self, node: cst.Lambda) -> Value:
        state, outer = self.state, self.state.frame
        state.frame = Frame(node, outer.snapshot(), outer, outer.cls, outer.dead)
        for param in parameters(node):
            name = param.name.value
            known = state.known.params.or_unknown((node, name))
            value = state.guessed(known, (node, name))
            state.frame.set(name, value)
            if param.default is not None:
                value = join(value, self.expressions.value(param.default))
            if param.star == "*":
                value = Items(UNKNOWN)
            elif param.star == "**":
                value = Table()
            state.frame.set(name, value)
        result = self.expressions.value(node.body)
        state.known.add_return(node, result)
        state.frame = outer
        return Function(node)
