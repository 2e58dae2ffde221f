"""Calls: of functions and classes of the module, of TensorRT's methods, of everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from trtmigrate.facts.domain.evidence import blur
from trtmigrate.facts.domain.joins import join, rebrand
from trtmigrate.facts.domain.values import (
    CONFLICT,
    UNKNOWN,
    Const,
    External,
    Function,
    Imported,
    Instance,
    Items,
    Method,
    Partial,
    Ref,
    Table,
    UserClass,
    UserInstance,
    Value,
)
from trtmigrate.facts.interpreter.assignments import Assignments
from trtmigrate.facts.interpreter.expressions import Evaluate, Expressions
from trtmigrate.facts.interpreter.members import attribute_of_class, overriding
from trtmigrate.facts.interpreter.state import State, positional_names
from trtmigrate.facts.models import callables, python, tensorrt
from trtmigrate.facts.models.modules import VERSIONS
from trtmigrate.syntax.effects import REORDERING, leaves_arguments, moves_elements
from trtmigrate.syntax.kept import kept_parameters
from trtmigrate.syntax.tree import code, dotted, parameters


class Calls:
    """Evaluates calls, and hands their arguments to the parameters of the module's functions."""

    def __init__(self, state: State, expressions: Expressions, assignments: Assignments) -> None:
        self.state = state
        self.expressions = expressions
        self.assignments = assignments
        self.kinds: dict[type[cst.CSTNode], Evaluate] = {cst.Call: self._call}
        self._moving: dict[tuple[cst.CSTNode, str], bool] = {}  # the same in every round

    def _call(self, node: cst.Call) -> Value:
        func = self.expressions.value(node.func)
        args = [self.expressions.value(arg.value) for arg in node.args]
        result = self._result(func, node, args)
        if result is UNKNOWN:
            result = python.imported_module(node.func, args)
        if result == Ref("tensorrt"):
            self.state.imports_tensorrt = True
        return result

    def _result(self, func: Value, node: cst.Call, args: list[Value]) -> Value:
        if isinstance(func, Method):
            return tensorrt.call(self.state, func, node, args)
        if isinstance(func, (Function, Imported)):
            return self._of_function(func, node, args)
        if isinstance(func, Partial):
            return self._of_partial(func, node, args)
        if not self._note_callback(node, args):
            self._note_unfollowed(func, node, args)
        self._note_reordering(func, node, args)
        if isinstance(func, UserClass):
            return self._of_class(func, node, args)
        if isinstance(func, UserInstance):
            method = attribute_of_class(self.state, func, "__call__")
            if not isinstance(method, (Function, Imported)):
                return UNKNOWN
            return self._of_function(method, node, args)
        handled = self._of_container(node, args)
        if handled is not None:
            return handled
        if isinstance(func, External):
            return callables.call_method(self.state, func, node, args)
        result = (
            python.call(self.state, func.name, node, args) if isinstance(func, Ref) else UNKNOWN
        )
        if isinstance(result, UserInstance) and result.cls.node is node:
            return self._of_class(result.cls, node, args)  # a namespace gets its attributes
        return self.state.guessed_at(node, result) if result is UNKNOWN else result

    def _of_partial(self, func: Partial, node: cst.Call, args: list[Value]) -> Value:
        inner = func.function
        if isinstance(inner, Method):  # the arguments are in two places: only the kind is known
            return tensorrt.result(self.state, inner.obj, inner.name, [], node)
        return self._of_function(inner, node, args, func.taken)

    def _of_container(self, node: cst.Call, args: list[Value]) -> Value | None:
        """Return the result of a method of a list, a dictionary or a string; None for others."""
        if type(node.func) is not cst.Attribute:
            return None
        if node.func.attr.value == "update":
            self._take_locals(node, node.func)
        base = self.state.values.get(node.func.value, UNKNOWN)
        outcome = python.method(self.state, base, node.func.attr.value, node, args)
        if outcome is None:
            return None
        if outcome.changed is not None:
            for changed in _alternatives(node.func.value):
                self.assignments.change(changed, outcome.changed)
        return outcome.result

    def _take_locals(self, node: cst.Call, func: cst.Attribute) -> None:
        """`self.__dict__.update(locals())` makes attributes of all variables of the function."""
        if len(node.args) != 1 or code(node.args[0].value) != "locals()":
            return
        env = self.state.frame.env
        holder = env.get("self")
        if code(func.value) in ("self.__dict__", "vars(self)") and isinstance(holder, UserInstance):
            for name, value in env.items():
                self.state.known.add_attr(holder.cls.node, name, value)

    def _note_unfollowed(self, func: Value, node: cst.Call, args: list[Value]) -> None:
        """Note what a call gives to a function that is not known: it may be a method or a function
        that the module defines.
        """
        if func not in (UNKNOWN, CONFLICT) or self.state.frame.dead:
            return
        name = "()"
        if type(node.func) is cst.Attribute:
            owner = self.state.value(node.func.value)
            if owner not in (UNKNOWN, CONFLICT) and not isinstance(owner, UserInstance):
                return
            if node.func.attr.value in self.state.functions:
                name = node.func.attr.value
        for position, (arg, value) in enumerate(zip(node.args, args, strict=True)):
            keyword = arg.keyword.value if arg.keyword is not None else position
            self.state.known.unfollowed.add((name, "*" if arg.star else keyword), value)

    def _note_callback(self, node: cst.Call, args: list[Value]) -> bool:
        """Note what a function gives to a parameter that it calls, or that a method has kept; True
        if it is such a call.
        """
        noted = False
        if self.state.frame.dead or any(arg.star or arg.keyword for arg in node.args):
            return noted
        if type(node.func) is cst.Name:
            _, scope = self.state.lookup(node.func.value)
            if isinstance(scope, cst.FunctionDef):
                if any(param.name.value == node.func.value for param in parameters(scope)):
                    self.state.known.add_callback(scope, node.func.value, args)
                    noted = True
        elif self.state.frame.cls is not None and type(node.func) is cst.Attribute:
            if dotted(node.func.value) == "self":
                cls = self.state.frame.cls.node
                for keeper, name in kept_parameters(cls).get(node.func.attr.value, ()):
                    self.state.known.add_callback(keeper, name, args)
                    noted = True
        return noted

    def _note_reordering(self, func: Value, node: cst.Call, args: list[Value]) -> None:
        """Note the lists that a function may put in another order.

        That is taken to be so for a function that is not known and is called for its effect alone.
        """
        if not args or type(self.state.tree.parent(node)) is not cst.Expr:
            return
        named = isinstance(node.func, cst.Name) or code(node.func).endswith(REORDERING)
        reads = isinstance(func, Ref) and leaves_arguments(func.name)
        if named and not reads:
            for value in args:
                self.state.note_moved(value)

    def _moves_elements(self, function: cst.CSTNode, parameter: str) -> bool:
        """True if a function may give the elements of a list, its argument, another place."""
        moves = self._moving.get((function, parameter))
        if moves is None:
            moves = self._moving[(function, parameter)] = moves_elements(function, parameter)
        return moves

    def _of_function(
        self, func: Function | Imported, node: cst.Call, args: list[Value], taken: int = 0
    ) -> Value:
        """Return what a function returns; its first `taken` parameters have values already."""
        definition = func.node
        names = positional_names(func)[taken:]
        names += [p.name.value for p in definition.params.kwonly_params]
        known = self.state.known
        unpacked = any(arg.star for arg in node.args)
        unseen = set(names) if unpacked and not self.state.frame.dead else set()
        for name, value, arg in _bound(names, node, args):
            unseen.discard(name)
            if isinstance(value, Items) and self._moves_elements(definition, name):
                self.state.note_moved(value)
            if not self.state.frame.dead:
                known.add_param(definition, name, value)
            self.state.hand_over(value, known.callbacks.get((definition, name), ()))
            inner = known.guesses.get((definition, name))
            if isinstance(inner, Instance):
                self.state.expect(arg, inner.cls)
        for name in unseen:  # they may get a part of what is unpacked
            known.add_param(definition, name, UNKNOWN)
        returned = known.returns.or_unknown(definition)
        if isinstance(definition, cst.FunctionDef):
            if self.state.outside.changes(definition.name.value):
                returned = blur(returned)  # a subclass in another file may define it anew
        for other in overriding(self.state, func):
            returned = join(returned, known.returns.get(other.node, UNKNOWN))
        result = self._made_by(returned, definition, node)
        result = self.state.guessed_at(node, result)
        return rebrand(result, ("call", node))

    def _made_by(self, value: Value, definition: cst.CSTNode, node: cst.CSTNode) -> Value:
        """Return what a function returns to one call: every call makes objects of its own."""
        if isinstance(value, Instance):
            made = self.state.is_within(value.origin, definition)
            owned = self.state.is_within(value.owner, definition)
            return replace(
                value,
                origin=("call", node, value.cls) if made else value.origin,
                owner=("call", node, "ICudaEngine") if owned else value.owner,
            )
        if isinstance(value, Items):
            items = value.items
            if items is not None:
                items = tuple(self._made_by(i, definition, node) for i in items)
            element = self._made_by(value.element, definition, node)
            return replace(value, element=element, items=items)
        if isinstance(value, Table):
            entries = tuple(
                (key, self._made_by(entry, definition, node)) for key, entry in value.entries
            )
            return Table(value.key, self._made_by(value.value, definition, node), entries)
        return value

    def _of_class(self, cls: UserClass, node: cst.Call, args: list[Value]) -> Value:
        init = attribute_of_class(self.state, UserInstance(cls), "__init__")
        if isinstance(init, (Function, Imported)):
            self._of_function(init, node, args)
        elif cls.fields is not None:
            for name, value, _ in _bound(list(cls.fields), node, args):
                self.state.known.add_attr(cls.node, name, value)
                self.state.hand_over(value, self.state.known.callbacks.get((cls.node, name), ()))
        elif release := self._as_release(cls, node, args):
            return release
        return UserInstance(cls)

    def _as_release(self, cls: UserClass, node: cst.Call, args: list[Value]) -> Value | None:
        """Return the release that an object is whose class only compares otherwise than a class
        for versions; None for another object.
        """
        methods = cls.node.body.body if isinstance(cls.node, cst.ClassDef) else ()
        names = (code(one.name) for one in methods if isinstance(one, cst.FunctionDef))
        if not all(name.startswith("__") and name != "__new__" for name in names):
            return None
        for base in self.state.bases.get(cls.node, ()):
            if isinstance(base, Ref) and base.name in VERSIONS:
                found = python.call(self.state, base.name, node, args)
                return found if isinstance(found, Const) and found.versioned else None
        return None


def _alternatives(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Yield what `(a if test else b)` and `(a or b)` may be."""
    if isinstance(node, cst.IfExp):
        sides = (node.body, node.orelse)
    elif isinstance(node, cst.BooleanOperation):
        sides = (node.left, node.right)
    else:
        yield node
        return
    for side in sides:
        yield from _alternatives(side)


def _bound(
    names: list[str], node: cst.Call, args: list[Value]
) -> Iterator[tuple[str, Value, cst.BaseExpression]]:
    """Yield the parameters that a call gives values to, up to the first `*` argument."""
    positions = iter(names)
    for arg, value in zip(node.args, args, strict=True):
        if arg.star:
            return
        if arg.keyword is not None:
            if arg.keyword.value in names:
                yield arg.keyword.value, value, arg.value
        else:
            name = next(positions, None)
            if name is None:
                return
            yield name, value, arg.value
