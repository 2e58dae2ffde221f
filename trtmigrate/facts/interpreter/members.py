"""Members and subscripts: `base.member`, `base[index]`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

import libcst as cst

from trtmigrate.facts.domain.evidence import blur_constants
from trtmigrate.facts.domain.joins import join, rebrand
from trtmigrate.facts.domain.values import (
    CONFLICT,
    UNKNOWN,
    Const,
    External,
    Function,
    Imported,
    Instance,
    Ref,
    UserClass,
    UserInstance,
    Value,
)
from trtmigrate.facts.interpreter.expressions import Evaluate, Expressions
from trtmigrate.facts.interpreter.linking import of_run
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.models import containers, python, tensorrt
from trtmigrate.syntax.tree import walk


class Members:
    """Evaluates members and subscripts, and notes every read and write of a member."""

    def __init__(self, state: State, expressions: Expressions) -> None:
        self.state = state
        self.expressions = expressions
        self.kinds: dict[type[cst.CSTNode], Evaluate] = {
            cst.Attribute: self._attribute,
            cst.Subscript: self._subscript,
        }

    def note(self, node: cst.Attribute, base: Value) -> None:
        """Note that `node` reads or writes a member of `base`."""
        nothing = base is UNKNOWN or (isinstance(base, Const) and base.value is None)
        if nothing or (isinstance(base, Instance) and base.guessed):
            self.state.note_use(node.value, node.attr.value)
            if self.state.place(node.value) in self.state.known.doubted:
                self.state.doubted.add(node)
        self.state.note_read(node, base, node.attr.value)

    def _attribute(self, node: cst.Attribute) -> Value:
        base = self.expressions.value(node.value)
        self.note(node, base)
        name = node.attr.value
        if isinstance(base, Instance):
            return tensorrt.member(self.state, base, name, node)
        if isinstance(base, External):
            return External(f"{base.name}.{name}", base.origin)
        if isinstance(base, (Function, Imported)) or base == CONFLICT:
            return UNKNOWN
        found: Value = UNKNOWN
        if isinstance(base, Ref):
            found = of_run(self.state, python.attribute(self.state, base, name))
        elif isinstance(base, (UserInstance, UserClass)):
            found = attribute_of_class(self.state, base, name)
            if found is UNKNOWN and isinstance(base, UserInstance):
                found = self._handed_on(base, name, node)
        return self.state.guessed_at(node, found)

    def _handed_on(self, base: UserInstance, name: str, node: cst.CSTNode) -> Value:
        """Return `base.name` of a class that hands on to an object of TensorRT what it lacks."""
        fallback = self.state.known.attrs.get((base.cls.node, "__getattr__"))
        if isinstance(fallback, Function):
            for attr in _asked_instead(fallback):
                held = attribute_of_class(self.state, base, attr)
                if isinstance(held, Instance):
                    return tensorrt.member(self.state, held, name, node)
        return UNKNOWN

    def _subscript(self, node: cst.Subscript) -> Value:
        base = self.expressions.value(node.value)
        index = self.index(node)
        if isinstance(base, Instance):
            self.state.note_read(node, base, "__getitem__")
            return tensorrt.subscript(self.state, base, index, node)
        if base == Ref("sys.modules") and isinstance(index, Const):
            return Ref(str(index.value))
        if len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Slice):
            return containers.sliced(self.state, base, node.slice[0].slice)
        found = containers.item(self.state, base, index)
        return self.state.guessed_at(node, found) if found is UNKNOWN else found

    def index(self, node: cst.Subscript) -> Value:
        """Return the index of a subscript; UNKNOWN for slices and several indexes."""
        index = UNKNOWN
        for element in node.slice:
            if isinstance(element.slice, cst.Index):
                index = self.expressions.value(element.slice.value)
            elif isinstance(element.slice, cst.Slice):
                for bound in (element.slice.lower, element.slice.upper, element.slice.step):
                    if bound is not None:
                        self.expressions.value(bound)
        return index if len(node.slice) == 1 else UNKNOWN


def attribute_of_class(state: State, base: UserInstance | UserClass, name: str) -> Value:
    """Return an attribute of a class of the module, its bases in the module included."""
    cls = base.cls if isinstance(base, UserInstance) else base
    for node in _classes(state, cls.node):
        found = state.known.attrs.get((node, name))
        if found is not None:
            if isinstance(found, (Function, Imported)) and isinstance(base, UserInstance):
                return replace(found, bound=base)
            if isinstance(base, UserInstance):
                found = reduce(join, _in_subclasses(state, cls.node, name), found)
            held = state.as_others_leave_it(name, blur_constants(found))
            return rebrand(held, ("attr", node, name))
        for b in state.bases.get(node, ()):
            if isinstance(b, Ref) and b.name.startswith("tensorrt."):
                return tensorrt.inherited(b.name.removeprefix("tensorrt."), name)
    return state.given.attrs.get((cls.node, name), UNKNOWN)


def overriding(state: State, method: Function | Imported) -> Iterator[Function]:
    """Yield the methods of subclasses that run in the place of a method of an object."""
    holder, definition = method.bound, method.node
    if isinstance(holder, UserInstance) and isinstance(definition, cst.FunctionDef):
        for found in _in_subclasses(state, holder.cls.node, definition.name.value):
            if isinstance(found, Function) and found.node is not definition:
                yield replace(found, bound=holder)


def _in_subclasses(state: State, node: cst.CSTNode, name: str) -> Iterator[Value]:
    """Yield what the subclasses of a class in the module have for an attribute."""
    seen: set[cst.CSTNode] = {node}
    queue = list(_subclasses(state, node))
    while queue:
        cls = queue.pop()
        if cls not in seen:
            seen.add(cls)
            queue += _subclasses(state, cls)
            found = state.known.attrs.get((cls, name))
            if found is not None:
                yield found


def _subclasses(state: State, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for sub, bases in state.bases.items():
        for base in bases:
            if isinstance(base, UserClass) and base.node is node:
                yield sub
                break


def _classes(state: State, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield a class, its bases and its subclasses in the module: what a subclass sets, the methods
    of the base class see.
    """
    seen: set[cst.CSTNode] = set()
    queue = [node]
    while queue:
        cls = queue.pop(0)
        if cls in seen:
            continue
        seen.add(cls)
        yield cls
        queue += [b.node for b in state.bases.get(cls, ()) if isinstance(b, UserClass)]
        queue += _subclasses(state, cls)


def _asked_instead(fallback: Function) -> Iterator[str]:
    """Yield each attribute that `__getattr__(self, name)` asks with `getattr(self.held, name)`."""
    params = fallback.node.params.params
    if len(params) != 2:
        return
    me, wanted = (p.name.value for p in params)
    for call in walk(fallback.node.body):
        if isinstance(call, cst.Call) and len(call.args) >= 2 and _is_name(call.func, "getattr"):
            held, which = call.args[0].value, call.args[1].value
            if _is_name(which, wanted) and isinstance(held, cst.Attribute):
                if _is_name(held.value, me):
                    yield held.attr.value


def _is_name(node: cst.CSTNode, text: str) -> bool:
    return isinstance(node, cst.Name) and node.value == text
