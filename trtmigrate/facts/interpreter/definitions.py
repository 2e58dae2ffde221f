"""Definitions of functions and classes, and the bodies of functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import libcst as cst

from trtmigrate.facts.domain.evidence import blur
from trtmigrate.facts.domain.joins import join, rebrand
from trtmigrate.facts.domain.polynomials import atom
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    Function,
    Imported,
    Instance,
    Items,
    Number,
    Table,
    UserClass,
    UserInstance,
    Value,
)
from trtmigrate.facts.interpreter.annotations import Annotations
from trtmigrate.facts.interpreter.expressions import Expressions
from trtmigrate.facts.interpreter.members import attribute_of_class
from trtmigrate.facts.interpreter.state import Frame, State
from trtmigrate.syntax.openness import is_passed_on, is_public_method
from trtmigrate.syntax.tree import dotted, has_decorator, parameters

RunBlock = Callable[[Sequence[cst.CSTNode]], None]


class Definitions:
    """Notes functions and classes where they are defined; functions run later, one by one.

    `waiting` holds the functions that were defined, each with the class around it and the scope it
    is defined in.
    """

    def __init__(
        self, state: State, expressions: Expressions, annotations: Annotations, run: RunBlock
    ) -> None:
        self.state = state
        self.expressions = expressions
        self.annotations = annotations
        self.run = run
        self.waiting: list[tuple[cst.FunctionDef, UserClass | None, Frame | None]] = []

    def define_function(self, node: cst.FunctionDef) -> None:
        """Note a function definition: its decorators, its defaults and its name."""
        state, frame = self.state, self.state.frame
        for decorator in node.decorators:
            self.expressions.value(decorator.decorator)
        for param in parameters(node):
            if param.default is not None:
                default = self.expressions.value(param.default)
                state.known.add_param(node, "=" + param.name.value, default)
        cls = frame.cls if isinstance(frame.node, cst.ClassDef) else None
        if frame.dead or node in state.for_old_release:
            state.dead.add(node)
        outer = frame.outer if isinstance(frame.node, cst.ClassDef) else frame
        self.waiting.append((node, cls, outer))
        frame.set(node.name.value, Function(node))
        if cls is not None:
            self._define_method(node, cls)
        state.set_global(node.name.value, Function(node))

    def _define_method(self, node: cst.FunctionDef, cls: UserClass) -> None:
        known, name = self.state.known, node.name.value
        decorators = {dotted(d.decorator) for d in node.decorators}
        if decorators & {"property", "cached_property"}:
            known.add_attr(cls.node, name, known.returns.or_unknown(node))
        else:
            known.attrs.set((cls.node, name), Function(node))

    def define_class(self, node: cst.ClassDef) -> None:
        """Run the body of a class, and note its bases and attributes."""
        state, outer = self.state, self.state.frame
        cls = UserClass(node, _fields(node))
        bases = (*node.bases, *node.keywords)
        state.bases[node] = tuple(self.expressions.value(arg.value) for arg in bases)
        for decorator in node.decorators:
            self.expressions.value(decorator.decorator)
        dead = outer.dead + (node in state.for_old_release)
        state.frame = Frame(node, {}, outer, cls, dead)
        self.run(node.body.body)
        for name, value in state.frame.env.items():
            if not isinstance(value, Function):
                state.known.add_attr(node, name, value)
        state.frame = outer
        outer.set(node.name.value, cls)
        state.set_global(node.name.value, cls)

    def run_functions(self) -> None:
        """Run the bodies of all functions, also of those that are defined meanwhile."""
        done = 0
        while done < len(self.waiting):
            self._run_function(*self.waiting[done])
            done += 1
        self.waiting.clear()

    def _run_function(
        self, node: cst.FunctionDef, cls: UserClass | None, outer: Frame | None
    ) -> None:
        state = self.state
        state.frame = Frame(node, {}, outer, cls, 1 if node in state.dead else 0)
        for position, param in enumerate(parameters(node)):
            value = self._parameter(node, param, cls if position == 0 else None)
            state.frame.set(param.name.value, value)
        self.run(node.body.body)
        state.known.returns.default(node, UNKNOWN)
        state.known.exits[node] = state.frame.snapshot()
        if node.returns is not None:
            state.known.add_return(node, self.annotations.promised(node.returns))

    def _parameter(self, node: cst.FunctionDef, param: cst.Param, cls: UserClass | None) -> Value:
        """Return what a parameter is; `cls` is the class of a method, for its first parameter."""
        known, place = self.state.known, (node, param.name.value)
        value = known.params.or_unknown(place)
        if cls is not None and not has_decorator(node, "staticmethod"):
            value = cls if has_decorator(node, "classmethod") else UserInstance(cls)
        elif param.annotation is not None:
            value = _more_precise(value, self.annotations.promised(param.annotation))
        if self._is_given_unseen(node, param):
            value = blur(value)
        if param.default is not None:
            default = known.params.or_unknown((node, "=" + param.name.value))
            is_given = value is not UNKNOWN or place in known.params
            value = join(value, default) if is_given else self._of_default(node, param, default)
        if self.state.is_open(node):
            value = UNKNOWN if value == Const(None) else blur(value)
        if param.star == "*":
            value = Items(UNKNOWN)
        elif param.star == "**":
            value = Table()
        if value is UNKNOWN and param.annotation is not None:
            value = self.annotations.of_another_library(param.annotation)
        if value is UNKNOWN:
            value = self.state.given.params.get(place, UNKNOWN)
        if value is UNKNOWN and cls is None:
            value = self._of_overridden(node, param)
        return rebrand(self.state.guessed(value, place), ("param", *place))

    def _of_default(self, node: cst.FunctionDef, param: cst.Param, default: Value) -> Value:
        """Return what a parameter is that no call in sight gives: a number is only one of those
        that callers of a public method may give, or of a function that is passed on.
        """
        tree, unseen = self.state.tree, self._is_given_unseen(node, param)
        is_number = isinstance(default, Const) and type(default.value) is int
        if is_number and (unseen or is_public_method(node, tree) or is_passed_on(node, tree)):
            return Number(atom("other", (node, param.name.value)))
        if unseen:
            return UNKNOWN if default == Const(None) else blur(default)
        return default

    def _is_given_unseen(self, node: cst.FunctionDef, param: cst.Param) -> bool:
        """True if a call that is not followed may give a value to a parameter: that of a method of
        this name, or that of a function that is not known.
        """
        given, names = self.state.known.unfollowed, [node.name.value]
        ways: list[int | str] = [param.name.value, "*"]
        if param in node.params.params:
            bound = self.state.tree.class_of(node) is not None
            own = bound and not has_decorator(node, "staticmethod")
            ways.append(node.params.params.index(param) - own)
        if is_passed_on(node, self.state.tree):
            names.append("()")
        return any((name, way) in given for name in names for way in ways)

    def _of_overridden(self, node: cst.FunctionDef, param: cst.Param) -> Value:
        """Return what callers give to the method of a base class that a method stands in for."""
        known, names = self.state.known, [p.name.value for p in node.params.params]
        if param.name.value not in names:
            return UNKNOWN
        position = names.index(param.name.value)
        cls = self.state.tree.class_of(node)
        for base in self.state.bases.get(cls, ()) if cls is not None else ():
            if isinstance(base, UserClass):
                method = attribute_of_class(self.state, base, node.name.value)
                if isinstance(method, (Function, Imported)) and method.node is not node:
                    theirs = [p.name.value for p in method.node.params.params]
                    if position < len(theirs):
                        place = (method.node, theirs[position])
                        given = known.params.or_unknown(place)
                        return _kind(join(given, known.params_elsewhere.get(place, given)))
        return UNKNOWN


def _kind(value: Value) -> Value:
    """Return what kind of object a value is, without which of them."""
    return replace(value, origin=None, owner=None) if isinstance(value, Instance) else blur(value)


def _more_precise(given: Value, promised: Value) -> Value:
    """Return what calls give to a parameter if it is of the class that the annotation promises, and
    what both have in common otherwise.
    """
    if isinstance(given, Instance) and isinstance(promised, Instance):
        if given.cls == promised.cls and not given.guessed:
            return given
    return join(given, promised)


def _fields(node: cst.ClassDef) -> tuple[str, ...] | None:
    """Return the names that the constructor of a dataclass or NamedTuple takes, in order."""
    names = []
    for line in node.body.body:
        if isinstance(line, cst.FunctionDef) and line.name.value == "__init__":
            return None
        if isinstance(line, cst.SimpleStatementLine):
            for small in line.body:
                if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name):
                    names.append(small.target.value)
    return tuple(names) or None
