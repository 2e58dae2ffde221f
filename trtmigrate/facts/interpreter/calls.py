"""Calls: of functions and classes of the module, of TensorRT's methods, of everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from trtmigrate.facts.domain.values import (
    UNKNOWN,
    External,
    Function,
    Instance,
    Items,
    Method,
    Ref,
    Table,
    UserClass,
    UserInstance,
    Value,
    rebrand,
)
from trtmigrate.facts.interpreter.expressions import Evaluator
from trtmigrate.facts.models import python as builtin
from trtmigrate.facts.models import tensorrt
from trtmigrate.syntax.tree import code, walk


class Caller(Evaluator):
    """Evaluates calls and annotations."""

    def of_Call(self, node: cst.Call) -> Value:
        func = self.value(node.func)
        args = [self.value(arg.value) for arg in node.args]
        if isinstance(func, Method):
            return tensorrt.call(self, func, node, args)
        if isinstance(func, Function):
            return self._call_function(func, node, args)
        if isinstance(func, UserClass):
            return self._construct(func, node, args)
        if isinstance(func, UserInstance):
            method = self.attribute(func, "__call__")
            return (
                self._call_function(method, node, args) if isinstance(method, Function) else UNKNOWN
            )
        if isinstance(node.func, cst.Attribute):
            handled = builtin.method(
                self, node, node.func, self.values.get(node.func.value, UNKNOWN), args
            )
            if handled is not None:
                return handled
        if isinstance(func, Ref):
            result = builtin.call(self, func.name, node, args)
            return self.guessed(result, self.place(node)) if result == UNKNOWN else result
        if isinstance(func, External):
            return External(func.name + "()", node)
        return self.guessed(UNKNOWN, self.place(node))

    def _bind(
        self, key: cst.CSTNode, names: list[str], node: cst.Call, args: list[Value]
    ) -> Iterator[tuple[str, Value, cst.CSTNode]]:
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

    def _call_function(self, func: Function, node: cst.Call, args: list[Value]) -> Value:
        definition = func.node
        names = [p.name.value for p in definition.params.params]
        if (
            func.bound is not None
            and isinstance(definition, cst.FunctionDef)
            and not self.is_static(definition)
        ):
            names = names[1:]
        names += [p.name.value for p in definition.params.kwonly_params]
        for name, value, arg in self._bind(definition, names, node, args):
            if not self.frame.dead:
                self.known.add(self.known.params, (definition, name), value)
            inner = self.known.guesses.get((definition, name))
            if isinstance(inner, Instance):
                self.expect(arg, inner.cls)
        result = self.known.returns.get(definition, UNKNOWN)
        result = self.made_by_call(result, definition, node)
        result = self.guessed(result, self.place(node))
        return rebrand(result, ("call", node))

    def made_by_call(self, value: Value, definition: cst.CSTNode, node: cst.CSTNode) -> Value:
        """What a function returns: objects that it makes are other ones for every call."""
        if isinstance(value, Instance):
            made = self.is_within(value.origin, definition)
            owned = self.is_within(value.owner, definition)
            return replace(
                value,
                origin=("call", node, value.cls) if made else value.origin,
                owner=("call", node, "ICudaEngine") if owned else value.owner,
            )
        if isinstance(value, Items):
            items = value.items
            if items is not None:
                items = tuple(self.made_by_call(i, definition, node) for i in items)
            return replace(
                value, element=self.made_by_call(value.element, definition, node), items=items
            )
        if isinstance(value, Table):
            return Table(value.key, self.made_by_call(value.value, definition, node))
        return value

    def _construct(self, cls: UserClass, node: cst.Call, args: list[Value]) -> Value:
        init = self.attribute(UserInstance(cls), "__init__")
        if isinstance(init, Function):
            self._call_function(init, node, args)
        elif cls.fields is not None:
            for name, value, _ in self._bind(cls.node, list(cls.fields), node, args):
                self.known.add(self.known.attrs, (cls.node, name), value)
        return UserInstance(cls)

    @staticmethod
    def is_static(node: cst.FunctionDef) -> bool:
        return any(code(d.decorator) == "staticmethod" for d in node.decorators)

    @staticmethod
    def is_classmethod(node: cst.FunctionDef) -> bool:
        return any(code(d.decorator) == "classmethod" for d in node.decorators)

    def annotated(self, node: cst.Annotation) -> Value:
        """The object that an annotation promises."""
        inner: cst.BaseExpression = node.annotation
        if isinstance(inner, cst.SimpleString):
            try:
                inner = cst.parse_expression(str(inner.evaluated_value))
            except Exception:
                return UNKNOWN
            self.tree.parents.setdefault(inner, node)
            promised = builtin.annotation(self, inner)
            for part in walk(inner):  # the program never evaluates a string: nothing is used here
                self.reads.pop(part, None)
            return promised
        return builtin.annotation(self, inner)
