"""Assignment targets: what holds a value after it was assigned."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts.domain.evidence import blur
from trtmigrate.facts.domain.joins import join
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    Items,
    Number,
    Ref,
    Table,
    UserClass,
    UserInstance,
    Value,
)
from trtmigrate.facts.interpreter.expressions import Evaluate, Expressions
from trtmigrate.facts.interpreter.members import Members
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.models import containers, tensorrt
from trtmigrate.syntax.tree import code


class Assignments:
    """Binds targets: names, attributes, elements, and tuples of them."""

    def __init__(self, state: State, expressions: Expressions, members: Members) -> None:
        self.state = state
        self.expressions = expressions
        self.members = members
        self.kinds: dict[type[cst.CSTNode], Evaluate] = {cst.NamedExpr: self._named_expression}

    def assign(self, target: cst.CSTNode, value: Value) -> None:
        """Note that a target holds a value from now on."""
        if type(target) is cst.Name:
            self._name(target, value)
        elif type(target) is cst.Attribute:
            self._attribute(target, value)
        elif type(target) is cst.Subscript:
            self._element(target, value)
        elif type(target) is cst.Tuple or type(target) is cst.List:
            self._unpack(target, value)
        elif type(target) is cst.StarredElement:
            self.assign(target.value, value)

    def change(self, target: cst.BaseExpression, value: Value) -> None:
        """Note that the list or dictionary which a target holds is changed, under all names that
        the function and the attributes have for it.
        """
        before = self.state.value(target)
        self.assign(target, value)
        for name, held in list(self.state.frame.env.items()):
            if held is before:
                self.state.frame.set(name, value)
        for key, held in list(self.state.known.attrs.items()):
            if held is before:
                self.state.known.attrs.add(key, value)

    def _named_expression(self, node: cst.NamedExpr) -> Value:
        value = self.expressions.value(node.value)
        self.assign(node.target, value)
        return value

    def _name(self, target: cst.Name, value: Value) -> None:
        state, name = self.state, target.value
        value = state.guessed(value, (state.frame.node, name))
        state.values[target] = value
        if name in state.declared_global.get(state.frame.node, ()):
            state.known.add_global(name, value)
        else:
            if (state.frame.node, name) in state.known.shared:
                value = blur(value)
            state.frame.set(name, value)
            state.set_global(name, value)

    def _attribute(self, target: cst.Attribute, value: Value) -> None:
        base = self.expressions.value(target.value)
        self.state.values[target] = value
        name = target.attr.value
        if name == "__class__" and self._turn_into(target, value):
            return
        self.members.note(target, base)
        if isinstance(base, UserInstance):
            self.state.known.add_attr(base.cls.node, name, value)
        elif isinstance(base, UserClass):
            self.state.known.add_attr(base.node, name, value)

    def _turn_into(self, target: cst.Attribute, value: Value) -> bool:
        """`layer.__class__ = trt.IConvolutionLayer`: this is how a program gets at the members of
        the kind of layer that `get_layer` gave it. True if the assignment is of this kind.
        """
        if not isinstance(value, Ref) or not value.name.startswith("tensorrt."):
            return False
        made = tensorrt.instance_of(value.name.removeprefix("tensorrt."), target)
        if made is UNKNOWN:
            return False
        self.assign(target.value, made)
        return True

    def _element(self, target: cst.Subscript, value: Value) -> None:
        base = self.expressions.value(target.value)
        index = self.members.index(target)
        if code(target.value) == "globals()" and isinstance(index, Const):
            self._set_global(target, str(index.value), value)
        if isinstance(base, Items):
            self.state.note_moved(base)
            self.change(target.value, Items(join(base.element, value), None, base.length, None))
        elif isinstance(base, Table):
            entries = base.entries
            if isinstance(index, Const) and isinstance(index.value, str):
                kept = tuple(e for e in entries if e[0] != index.value)
                entries = (*kept, (index.value, value))
            table = Table(join(base.key, index), join(base.value, value), entries)
            self.change(target.value, table)

    def _set_global(self, target: cst.Subscript, name: str, value: Value) -> None:
        """`globals()["name"] = value`: the variable may hold it from now on."""
        state = self.state
        state.declared_global.setdefault(target, set()).add(name)
        state.known.add_global(name, value)
        if state.frame.node is state.tree.module:
            state.frame.set(name, blur(value))

    def _unpack(self, target: cst.Tuple | cst.List, value: Value) -> None:
        starred = any(isinstance(e, cst.StarredElement) for e in target.elements)
        for position, element in enumerate(target.elements):
            part: Value = UNKNOWN
            if not starred and not isinstance(value, Number):
                part = containers.item(self.state, value, Const(position))
            self.assign(element.value, part)
