"""Branches, loops, `with`, `try` and `match`: statements with several ways through them."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from trtmigrate import api
from trtmigrate.facts.domain.joins import join, rebrand
from trtmigrate.facts.domain.polynomials import Atom, Poly
from trtmigrate.facts.domain.values import UNKNOWN, Instance, Number, TensorName
from trtmigrate.facts.interpreter.assignments import Assignments
from trtmigrate.facts.interpreter.callers_choice import set_if_not_given, without_kind
from trtmigrate.facts.interpreter.comprehensions import Comprehensions
from trtmigrate.facts.interpreter.expressions import Expressions
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.interpreter.statements import Execute, Statements
from trtmigrate.facts.interpreter.summaries import Env
from trtmigrate.facts.models import tensorrt
from trtmigrate.syntax.tree import Loop, Try, code, walk

Handler = cst.ExceptHandler | cst.ExceptStarHandler


class ControlFlow:
    """Executes statements with several ways through them, and joins what the ways leave behind."""

    def __init__(
        self,
        state: State,
        expressions: Expressions,
        assignments: Assignments,
        comprehensions: Comprehensions,
        statements: Statements,
    ) -> None:
        self.state = state
        self.expressions = expressions
        self.assignments = assignments
        self.comprehensions = comprehensions
        self.statements = statements
        self.kinds: dict[type[cst.CSTNode], Execute] = {
            cst.If: self._if,
            cst.For: self._loop,
            cst.While: self._loop,
            cst.With: self._with,
            cst.Try: self._try,
            cst.TryStar: self._try,
            cst.Match: self._match,
        }

    # branches

    def _if(self, node: cst.If) -> None:
        frame = self.state.frame
        truth = self.expressions.truth_on_target(node.test)
        self.expressions.value(node.test)
        if truth is None:
            truth = self.state.generations.first_is_newer(node)
        before, exits_before = frame.snapshot(), frame.exits
        self._branch(node.body, dead=truth is False)
        then_env, then_exits = frame.snapshot(), frame.exits
        frame.env, frame.exits = before, exits_before
        if node.orelse is not None:
            self._branch(node.orelse, dead=truth is True)
        else_exits = frame.exits
        if truth is True or (else_exits and not then_exits):
            frame.env = then_env
        elif not (truth is False or then_exits):
            else_env = frame.snapshot()
            frame.env = merged(then_env, else_env, node)
            chosen = set_if_not_given(self.state, node.test, before)
            if chosen is not None and before[chosen] in (then_env[chosen], else_env[chosen]):
                frame.set(chosen, without_kind(frame.env[chosen]))
        if truth is None:
            frame.exits = then_exits and else_exits
        else:
            frame.exits = then_exits if truth else else_exits

    def _branch(self, body: cst.If | cst.Else | cst.BaseSuite, dead: bool) -> None:
        frame = self.state.frame
        frame.dead += dead
        if isinstance(body, cst.If):
            self.statements.execute(body)
        else:
            self.statements.run((body.body if isinstance(body, cst.Else) else body).body)
        frame.dead -= dead

    # loops

    def _loop(self, node: Loop) -> None:
        frame = self.state.frame
        before = frame.snapshot()
        for _ in range(2):
            self._forget_round(node)
            if isinstance(node, cst.For):
                value = self.expressions.value(node.iter)
                self.assignments.assign(node.target, self.comprehensions.element_of(value, node))
            else:
                self.expressions.value(node.test)
            self.statements.run(node.body.body)
            frame.exits = False
            frame.env = merged(before, frame.snapshot(), node)
        if node.orelse is not None:
            self.statements.run(node.orelse.body.body)

    def _forget_round(self, loop: Loop) -> None:
        """Forget which number or name a variable holds, if the next round gives it another."""
        frame = self.state.frame
        for name, value in frame.snapshot().items():
            if isinstance(value, TensorName) and value.index and self._varies(value.index, loop):
                frame.set(name, replace(value, index=None))
            elif isinstance(value, Number) and value.poly and self._varies(value.poly, loop):
                frame.set(name, replace(value, poly=None))

    def _varies(self, poly: Poly, loop: Loop) -> bool:
        """True if a number may have another value in every round of a loop."""
        return any(
            atom == Atom("counter", loop) or (atom.role == "other" and self._is_met_in(atom, loop))
            for atom in poly.atoms
        )

    def _is_met_in(self, atom: Atom, loop: Loop) -> bool:
        """True if an integer that only equals itself stands for an expression within a loop."""
        keys = atom.key if isinstance(atom.key, tuple) else ()
        return any(
            isinstance(key, cst.CSTNode) and loop in self.state.tree.ancestors(key) for key in keys
        )

    # with

    def _with(self, node: cst.With) -> None:
        for item in node.items:
            value = self.expressions.value(item.item)
            if item.asname is not None:
                self.assignments.assign(item.asname.name, value)
        self.statements.run(node.body.body)

    # try

    def _try(self, node: Try) -> None:
        frame = self.state.frame
        fallback = self._is_probe(node)
        before = frame.snapshot()
        is_dead = fallback or self._is_old(node)
        frame.dead += is_dead
        self.statements.run(node.body.body)
        frame.dead -= is_dead
        after, exits = frame.snapshot(), frame.exits
        for handler in node.handlers:
            if handler.type is not None:
                self.expressions.value(handler.type)
            frame.env, frame.exits = merged(before, after, handler), False
            self._handle(handler, unreached=fallback or self._is_never_raised(node, handler))
            if not frame.exits:
                after = merged(after, frame.snapshot(), handler)
                exits = False
        frame.env, frame.exits = after, exits
        if node.orelse is not None:
            self.statements.run(node.orelse.body.body)
        if node.finalbody is not None:
            left = frame.exits
            frame.exits = False  # it runs whatever ended the blocks before it
            self.statements.run(node.finalbody.body.body)
            frame.exits = frame.exits or left

    def _handle(self, handler: Handler, unreached: bool) -> None:
        if handler.name is not None:
            self.assignments.assign(handler.name.name, UNKNOWN)
        self.state.frame.dead += unreached
        self.statements.run(handler.body.body)
        self.state.frame.dead -= unreached

    def _is_never_raised(self, node: Try, handler: Handler) -> bool:
        """True if `except AttributeError` waits for members that the target has."""
        if handler.type is None or code(handler.type) != "AttributeError":
            return False
        state = self.state
        tried = [
            (read.owner.cls, read.member)
            for read in state.reads.values()
            if isinstance(read.owner, Instance)
            and any(up is node.body for up in state.tree.ancestors(read.node))
        ]
        return bool(tried) and all(
            any(api.exists(c, member, state.release) for c in tensorrt.lineage(cls))
            for cls, member in tried
        )

    def _is_probe(self, node: Try) -> bool:
        """True if a `try` tells the two APIs apart: AttributeError leads from one to the other."""
        return _catches_attribute_error(node) and self.state.generations.tells_apart(node)

    def _is_old(self, node: Try) -> bool:
        """True if the body of a `try` is for releases before 8.0: AttributeError leads from the
        settings of a builder to a configuration.
        """
        is_gone = not api.exists("Builder", "build_cuda_engine", self.state.release)
        return (
            is_gone
            and _catches_attribute_error(node)
            and self.state.generations.is_before_config(node)
        )

    # match

    def _match(self, node: cst.Match) -> None:
        frame = self.state.frame
        self.expressions.value(node.subject)
        before = frame.snapshot()
        total: Env | None = None
        for case in node.cases:
            frame.env = before
            self._bind_pattern(case.pattern)
            if case.guard is not None:
                self.expressions.value(case.guard)
            self.statements.run(case.body.body)
            frame.exits = False
            env = frame.snapshot()
            total = merged(total, env, node) if total is not None else env
        frame.env = merged(before, total or before, node)

    def _bind_pattern(self, pattern: cst.CSTNode) -> None:
        """Evaluate the values that a pattern compares with, and bind its names."""
        for node in walk(pattern):
            if isinstance(node, cst.MatchValue):
                self.expressions.value(node.value)
            elif isinstance(node, cst.MatchClass):
                self.expressions.value(node.cls)
            elif isinstance(node, (cst.MatchAs, cst.MatchStar)) and node.name is not None:
                self.assignments.assign(node.name, UNKNOWN)
            elif isinstance(node, cst.MatchMapping) and node.rest is not None:
                self.assignments.assign(node.rest, UNKNOWN)


def _catches_attribute_error(node: Try) -> bool:
    caught = [code(h.type) if h.type is not None else "Exception" for h in node.handlers]
    return any("AttributeError" in c or c == "Exception" for c in caught)


def merged(a: Env, b: Env, node: cst.CSTNode) -> Env:
    """Return the variables after two ways through `node`."""
    both = dict(a)
    for name, value in b.items():
        held = a.get(name)
        if held is None:
            both[name] = value
        elif held is not value or isinstance(value, Instance):
            both[name] = rebrand(join(held, value), ("merge", node, name))
    return both
