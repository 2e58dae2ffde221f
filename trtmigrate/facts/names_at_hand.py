"""Find an expression in scope that already is the name of a binding index.

A variable is only used if one assignment gave it its value on every way to the place, and nothing
has set it since. A literal is only used if every assignment of the index asked for that name. In
all other cases the name has to be looked up by the index.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from trtmigrate.facts.domain.polynomials import Poly
from trtmigrate.facts.domain.values import (
    Instance,
    Origin,
    TensorName,
    Variable,
    is_text,
    poly_of,
)
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.uses import Use
from trtmigrate.syntax.current_binding import current_binding
from trtmigrate.syntax.literals import quoted
from trtmigrate.syntax.scopes import binders, home


def name_for(state: State, index: cst.BaseExpression, use: Use) -> cst.BaseExpression | None:
    """Return an expression in scope that already is the name of the binding `index`; None if there
    is none.
    """
    value = state.value(index)
    if is_text(value):
        return index
    poly = poly_of(value)
    other = poly is not None and _is_asked_of_other(state, poly, use)
    asked = _asked_name(state, index)
    if asked is not None and not other:
        return asked
    if poly is None:
        return None
    for name, held in use.read.env.items():
        if isinstance(held, TensorName) and held.index == poly and not held.added:
            if _is_of_engine(state, held, poly, use):
                if current_binding(name, use.node, state.tree) is not None:
                    return cst.Name(name)
    if other:
        return None
    text = _name_behind(poly)
    if isinstance(text, str) and _is_always(state, index, poly):
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
    engine = _engine_of(state, use)
    if engine is None or name.engine is None:
        return bool(index.atoms)
    return engine == name.engine


def _engine_of(state: State, use: Use) -> Origin | None:
    receiver = state.value(use.receiver)
    if not isinstance(receiver, Instance):
        return None
    return receiver.owner if receiver.cls == "IExecutionContext" else receiver.origin


def _is_asked_of_other(state: State, index: Poly, use: Use) -> bool:
    """True if one engine was asked for an index that another engine is given: it is a number."""
    engine = _engine_of(state, use)
    asked = [atom.key[0] for atom in index.atoms if atom.role == "index"]  # type: ignore[index]
    return engine is not None and any(one is not None and one != engine for one in asked)


def _is_always(state: State, index: cst.BaseExpression, poly: Poly) -> bool:
    """True if the assignment that an index has its value from gives it that index, or else every
    assignment to the variable or attribute.
    """
    made = _value_given_to(state, index)
    if made is not None and poly_of(state.value(made)) == poly:
        return True
    for value in _assigned(state, index):
        if value is None or poly_of(state.value(value)) != poly:
            return False
    return True


def _assigned(state: State, target: cst.BaseExpression) -> Iterator[cst.BaseExpression | None]:
    """Yield what a variable or attribute is set to, None for `+=`, `for` and the like.

    Values that are unpacked are left out: the interpreter follows them one by one.
    """
    tree = state.tree
    places: list[cst.CSTNode] = []
    if isinstance(target, cst.Name):
        scope = home(target, tree)
        places = binders(target.value, scope, tree) or binders(target.value, tree.module, tree)
    elif isinstance(target, cst.Attribute):
        name = target.attr.value
        places = [a for a in tree.of_kind(cst.Attribute) if a.attr.value == name]
    for place in places:
        parent = tree.parent(place)
        if isinstance(parent, cst.AssignTarget):
            statement = tree.parent(parent)
            yield statement.value if isinstance(statement, cst.Assign) else None
        elif isinstance(parent, (cst.AnnAssign, cst.NamedExpr)) and parent.target is place:
            if parent.value is not None:
                yield parent.value
        elif isinstance(parent, (cst.AugAssign, cst.For)) and parent.target is place:
            yield None


def _still_holds(state: State, variable: Variable, index: cst.BaseExpression, use: Use) -> bool:
    """True if a variable still holds the name whose index another variable has.

    The index has it from one assignment, `index = engine.get_binding_index(name)`, and `name` is
    the same there and where the use stands.
    """
    made = _value_given_to(state, index)
    name = _asked_name(state, made) if made is not None else None
    if not isinstance(name, cst.Name) or name.value != variable.name:
        return False
    tree = state.tree
    set_by = current_binding(variable.name, name, tree)
    return set_by is not None and set_by is current_binding(variable.name, use.node, tree)


def _value_given_to(state: State, index: cst.BaseExpression) -> cst.BaseExpression | None:
    """Return the expression that a variable has its value from; None if that is not certain."""
    if not isinstance(index, cst.Name):
        return None
    binding = current_binding(index.value, index, state.tree)
    parent = state.tree.parent(binding) if binding is not None else None
    if isinstance(parent, cst.AssignTarget):
        parent = state.tree.parent(parent)
    return parent.value if isinstance(parent, (cst.Assign, cst.AnnAssign, cst.NamedExpr)) else None
