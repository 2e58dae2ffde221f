"""What is at hand at a place in the code: the variables that hold an object or a name there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts.domain.polynomials import Poly
from trtmigrate.facts.domain.values import (
    Instance,
    Origin,
    TensorName,
    UserInstance,
    Value,
    Variable,
    is_text,
    poly_of,
)
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.uses import Use
from trtmigrate.syntax.literals import quoted
from trtmigrate.syntax.tree import assigned, code, walk


def expression_for(state: State, origin: Origin | None, use: Use) -> cst.BaseExpression | None:
    """Return a variable or an attribute that holds the object made at `origin` where `use` stands.

    None if there is none.
    """
    if origin is None:
        return None
    variables = {**_around(state, use), **use.read.env}
    for name, value in variables.items():
        if isinstance(value, Instance) and value.origin == origin:
            return cst.Name(name)
    root = code(use.receiver).split(".")[0].split("[")[0]
    for name, value in variables.items():
        if isinstance(value, UserInstance) and name in (root, "self"):
            for attr in _attributes_holding(state, value, origin):
                return cst.Attribute(cst.Name(name), cst.Name(attr))
    for name in _globals_holding(state, origin, use, variables, root):
        return cst.Name(name)
    return None


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
            if function is None or shared or name in tree.names(function):
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


def name_for(state: State, index: cst.BaseExpression, use: Use) -> cst.BaseExpression | None:
    """Return an expression in scope that already is the name of the binding `index`; None if there
    is none.
    """
    value = state.value(index)
    if is_text(value):
        return index
    asked = _asked_name(state, index)
    if asked is not None:
        return asked
    poly = poly_of(value)
    if poly is None:
        return None
    for name, held in use.read.env.items():
        if isinstance(held, TensorName) and held.index == poly and not held.added:
            if _is_of_engine(state, held, poly, use):
                return cst.Name(name)
    text = _name_behind(poly)
    if isinstance(text, str):
        return cst.SimpleString(quoted(text, state.tree))
    if isinstance(text, Variable) and _still_holds(state, text, index, use):
        return cst.Name(text.name)
    return None


def _asked_name(state: State, index: cst.BaseExpression) -> cst.BaseExpression | None:
    """Return the name in `engine.get_binding_index(name)` or `engine[name]`."""
    if isinstance(index, cst.Call) and isinstance(index.func, cst.Attribute):
        if index.func.attr.value == "get_binding_index" and len(index.args) == 1:
            return index.args[0].value
    if isinstance(index, cst.Subscript):
        engine, inner = state.value(index.value), index.slice[0].slice
        if isinstance(engine, Instance) and engine.cls == "ICudaEngine":
            if isinstance(inner, cst.Index) and is_text(state.value(inner.value)):
                return inner.value
    return None


def _name_behind(index: Poly) -> object:
    """Return the literal or the variable whose index was asked for, if the number is that index."""
    if len(index.atoms) != 1:
        return None
    (atom,) = index.atoms
    is_it = atom.role == "index" and index.terms == {(atom,): 1}
    return atom.key[1] if is_it else None  # type: ignore[index]


def _is_of_engine(state: State, name: TensorName, index: Poly, use: Use) -> bool:
    """True if a name is a name of the engine that a use is about.

    In a loop over the bindings of the only engine at hand that is taken for granted.
    """
    receiver = state.value(use.receiver)
    engine = None
    if isinstance(receiver, Instance):
        of_context = receiver.cls == "IExecutionContext"
        engine = receiver.owner if of_context else receiver.origin
    if engine is None or name.engine is None:
        return bool(index.atoms)
    return engine == name.engine


def _still_holds(state: State, variable: Variable, index: cst.BaseExpression, use: Use) -> bool:
    """True if a variable holds the name that had this index.

    It is set in one place only, or the index was asked for in the same round of the loop that goes
    over names with it.
    """
    tree = state.tree
    if variable.name not in use.read.env or use.read.env[variable.name] != variable.value:
        return False
    scope = tree.function(use.node) or tree.module
    if sum(name == variable.name for name in assigned(scope)) <= 1:
        return True
    loop = next((up for up in tree.loops(use.node) if _sets(up, variable.name)), None)
    if not isinstance(loop, cst.For) or variable.name in assigned(loop.body):
        return False
    if not isinstance(index, cst.Name) or list(assigned(loop.body)).count(index.value) != 1:
        return False
    blocks = {up for up in tree.ancestors(use.node) if isinstance(up, cst.IndentedBlock)}
    return any(
        isinstance(line, cst.SimpleStatementLine)
        and tree.order[line] < tree.order[use.node]
        and index.value in assigned(line)
        for block in blocks
        for line in block.body
        if loop in tree.ancestors(line)
    )


def _sets(loop: cst.For | cst.While, name: str) -> bool:
    return isinstance(loop, cst.For) and any(
        isinstance(n, cst.Name) and n.value == name for n in walk(loop.target)
    )
