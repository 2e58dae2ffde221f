"""What the target alone decides: it is one way on the target and on every later release, and was
the other way on an earlier one.

A test of a later release, or of a member that a later release loses, is decided by more than the
target: the program may run on such a release as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import libcst as cst

from trtmigrate import api
from trtmigrate.facts.domain.values import Const, Function, Instance, Items, Ref, Table, Value
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.models import tensorrt
from trtmigrate.facts.reads import Read
from trtmigrate.syntax.bound_once import is_attribute_set_once, is_bound_once
from trtmigrate.syntax.effects import has_effect
from trtmigrate.syntax.tree import walk

Interpret = Callable[[str], State]  # the module, on a release


class Decisions:
    """What the target alone decides in a module; `state` is the module on the target."""

    def __init__(self, state: State, interpret: Interpret) -> None:
        self._state = state
        self._interpret = interpret
        self._states: dict[str, State] = {state.release: state}

    def truth_of(self, test: cst.BaseExpression) -> bool | None:
        """Return how a test ends, if the target alone decides it and to make it does nothing else;
        None otherwise.
        """
        truth = _truth(self._state, test)
        if truth is None or not self._only_asks(test):
            return None
        if any(_truth(self._on(release), test) is not truth for release in self._later):
            return None
        was_other = any(_truth(self._on(r), test) is (not truth) for r in self._earlier)
        return truth if was_other else None

    def always_fails(self, statement: cst.CSTNode) -> bool:
        """True if a statement of one line does nothing on the target but raise AttributeError, for
        a member that an earlier release had.
        """
        reads = (self._state.reads.get(node) for node in walk(statement))
        return any(
            read is not None and self._is_gone(read) and self._comes_first(read.node, statement)
            for read in reads
        )

    def _on(self, release: str) -> State:
        if release not in self._states:
            self._states[release] = self._interpret(release)
        return self._states[release]

    @cached_property
    def _later(self) -> list[str]:
        target = api.as_release(self._state.release)
        later = [release for release in api.releases() if release > target]
        return [str(release) for release in (*later, api.release_to_come())]

    @cached_property
    def _earlier(self) -> list[str]:
        """The earlier releases, the last one first."""
        target = api.as_release(self._state.release)
        known = [release for release in api.releases() if release < target]
        return [str(release) for release in reversed((*api.early_releases(), *known))]

    # tests

    def _only_asks(self, test: cst.CSTNode) -> bool:
        """True if all calls of a test are of functions that the interpreter knows, or that only
        return what such a test gives, and nothing sets what it tests to anything else.
        """
        if any(isinstance(node, (cst.Await, cst.Yield, cst.NamedExpr)) for node in walk(test)):
            return False
        if not all(self._is_fixed(node) for node in walk(test)):
            return False
        calls = (node for node in walk(test) if isinstance(node, cst.Call))
        return all(self._only_answers(call) for call in calls)

    def _is_fixed(self, node: cst.CSTNode) -> bool:
        """True if a variable or an attribute with a text, a number or a list keeps its value."""
        state, tree = self._state, self._state.tree
        if isinstance(node, cst.Subscript):
            return not isinstance(state.value(node.value), Table)
        if not isinstance(node, (cst.Name, cst.Attribute)):
            return True
        if not isinstance(state.value(node), (Const, Items, Table)):
            return True
        if isinstance(node, cst.Name):
            return is_bound_once(node.value, tree) and not state.outside.changes(node.value)
        if isinstance(state.value(node.value), Ref):
            return True  # of another module
        name = node.attr.value
        return is_attribute_set_once(name, tree) and not state.outside.changes(name)

    def _only_answers(self, call: cst.Call) -> bool:
        if not has_effect(call) or isinstance(self._state.value(call), Const):
            function: Value = self._state.value(call.func)
            return not isinstance(function, Function) or self._is_answer(function.node)
        return False

    def _is_answer(self, function: cst.FunctionDef | cst.Lambda) -> bool:
        """True if a function does nothing but return what the release decides."""
        if isinstance(function, cst.Lambda):
            return self._only_asks(function.body)
        lines = [line for line in function.body.body if not _is_text(line)]
        if len(lines) != 1 or not isinstance(lines[0], cst.SimpleStatementLine):
            return False
        returned = lines[0].body[0]
        if not isinstance(returned, cst.Return) or returned.value is None:
            return False
        return self._only_asks(returned.value)

    # members

    def _is_gone(self, read: Read) -> bool:
        """True if an object has a member on an earlier release and neither on the target nor on a
        later one.
        """
        owner = read.owner
        if not isinstance(owner, Instance) or not isinstance(read.node, cst.Attribute):
            return False

        def has(release: str) -> bool:
            return any(api.exists(c, read.member, release) for c in tensorrt.lineage(owner.cls))

        now = (self._state.release, *self._later)
        return not any(map(has, now)) and any(map(has, self._earlier))

    def _comes_first(self, member: cst.CSTNode, statement: cst.CSTNode) -> bool:
        """True if nothing is called before a member is read: the calls of the statement are around
        it, or get its value.
        """
        around = set(self._state.tree.ancestors(member))
        for node in walk(statement):
            if isinstance(node, (cst.Lambda, cst.BaseComp)) and node in around:
                return False
            if isinstance(node, cst.Call) and node not in around and has_effect(node):
                if not any(_is_argument(node, call) for call in self._calls_of(member)):
                    return False
        return True

    def _calls_of(self, member: cst.CSTNode) -> Iterator[cst.Call]:
        """Yield the call whose function is the member: its arguments are evaluated afterwards."""
        call = self._state.tree.parent(member)
        if isinstance(call, cst.Call) and call.func is member:
            yield call


def _truth(state: State, test: cst.CSTNode) -> bool | None:
    value = state.value(test)
    return bool(value.value) if isinstance(value, Const) and value.versioned else None


def _is_argument(node: cst.CSTNode, call: cst.Call) -> bool:
    return any(inner is node for arg in call.args for inner in walk(arg))


def _is_text(line: cst.CSTNode) -> bool:
    """True for a docstring."""
    return (
        isinstance(line, cst.SimpleStatementLine)
        and isinstance(line.body[0], cst.Expr)
        and isinstance(line.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
    )
