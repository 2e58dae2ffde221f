"""Find the variables and attributes that hold a TensorRT object at a place in the code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts.domain.values import (
    Instance,
    Origin,
    UserInstance,
    Value,
)
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.uses import Use
from trtmigrate.syntax.current_binding import has_variable, is_bound
from trtmigrate.syntax.nones import is_none, is_none_by_default
from trtmigrate.syntax.tree import Tree, assigned, code, parameters, walk


def expression_for(state: State, origin: Origin | None, use: Use) -> cst.BaseExpression | None:
    """Return a variable or an attribute that holds the object made at `origin` where `use` stands.

    None if there is none. Who calls a function from outside the module may give it objects of
    another engine: then only the parameters of the function are known to belong together.
    """
    if origin is None:
        return None
    around = _around(state, use)
    variables = {**around, **use.read.env}
    for name, value in variables.items():
        if isinstance(value, Instance) and value.origin == origin:
            if name not in use.read.env or is_bound(name, use.node, state.tree):
                return cst.Name(name)
    root = code(use.receiver).split(".")[0].split("[")[0]
    given = _is_given_from_outside(state, root, use)
    holders = {root} if given else {root, "self"}
    for name, value in variables.items():
        if isinstance(value, UserInstance) and name in holders:
            for attr in _attributes_holding(state, value, origin):
                return cst.Attribute(cst.Name(name), cst.Name(attr))
    for name in _globals_holding(state, origin, use, variables, root) if not given else ():
        return cst.Name(name)
    return None


def _is_given_from_outside(state: State, name: str, use: Use) -> bool:
    """True if a name is a parameter of a function that code outside the module may call, and not
    the object that a method belongs to.
    """
    function = state.tree.function(use.node)
    if isinstance(use.read.env.get(name), UserInstance):
        return False
    if not isinstance(function, cst.FunctionDef) or not state.is_open(function):
        return False
    return any(param.name.value == name for param in parameters(function))


def _attributes_holding(state: State, held_by: UserInstance, origin: Origin) -> Iterator[str]:
    for (cls, attr), held in state.known.attrs.items():
        if cls is held_by.cls.node and isinstance(held, Instance):
            if held.origin == origin or ("attr", cls, attr) == origin:
                yield attr


def _globals_holding(
    state: State, origin: Origin, use: Use, variables: dict[str, Value], root: str
) -> Iterator[str]:
    """Yield the variables of the module that hold an object, if the function of the use has to do
    with variables of the module: it uses this one, or the object of the use is in one.
    """
    tree, known = state.tree, state.known.globals
    function = tree.function(use.node)
    shared = root in known and root not in variables
    for name, value in known.items():
        if name in variables or not isinstance(value, Instance):
            continue
        if value.origin == origin or ("global", name) == origin:
            if function is None:
                if is_bound(name, use.node, tree):
                    yield name
            elif shared or name in tree.names(function):
                if has_variable(name, tree.module, tree):
                    yield name


def _around(state: State, use: Use) -> dict[str, Value]:
    """Return the variables of the functions around the function of a use that are set once, before
    it is defined, and that it does not hide.
    """
    tree = state.tree
    found: dict[str, Value] = {}
    hidden: set[str] = set()
    inner = tree.function(use.node)
    while inner is not None and (outer := tree.function(inner)) is not None:
        hidden.update(assigned(inner))
        names = [n for n in walk(outer) if isinstance(n, cst.Name)]
        before = {n.value for n in names if tree.order[n] < tree.order[inner]} - hidden
        again = [name for name, times in Counter(assigned(outer)).items() if times > 1]
        for name, value in state.known.exits.get(outer, {}).items():
            if name in before.difference(again):
                found.setdefault(name, value)
        inner = outer
    return found


def may_be_none(tree: Tree, holder: cst.BaseExpression, use: Use) -> bool:
    """True if a variable is a parameter with the default None, or an attribute is set to None or to
    such a parameter.
    """
    if isinstance(holder, cst.Name):
        return is_none_by_default(holder.value, tree.function(use.node))
    cls, name = tree.class_of(use.node), code(holder)
    for statement in walk(cls) if cls is not None else ():
        if isinstance(statement, cst.Assign) and isinstance(statement.value, cst.Name):
            if any(code(target.target) == name for target in statement.targets):
                function = tree.function(statement)
                if is_none(statement.value) or is_none_by_default(statement.value.value, function):
                    return True
    return False
