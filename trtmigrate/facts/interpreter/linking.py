"""Link what a module imports: the values, functions and classes of the other modules of a run.

The other module was interpreted before, and has its own nodes. Its summaries are added to those of
the module: what its functions return, what its classes have. So a call of an imported function and
an attribute of an imported class are evaluated as those of the module itself.

Values come over as what other modules may rely on: the kinds of things, never which value they
have, and no count, index or name that is tied to an engine over there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from trtmigrate.facts.domain.evidence import blur
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    Function,
    Imported,
    Instance,
    Items,
    Origin,
    Partial,
    Ref,
    Table,
    TensorMode,
    Value,
)
from trtmigrate.facts.interpreter.state import State


def of_run(state: State, value: Value) -> Value:
    """Return what a reference leads to, if it is something of another module of the run; the
    reference itself otherwise.
    """
    found = state.others.find(value.name) if isinstance(value, Ref) else None
    if found is None:
        return value
    other, name = found
    held = other.of_module(name) if name else None
    if held is None:
        return value  # a module, or what cannot be seen
    link(state, other)
    return _seen(held, other)


def public_names(state: State, module: str) -> Iterator[tuple[str, Value]]:
    """Yield what `from module import *` binds, if it is a module of the run."""
    found = state.others.find(module)
    if found is None or found[1]:
        return
    other = found[0]
    listed = other.of_module("__all__")
    link(state, other)
    for name in other.known.globals:
        held = other.of_module(name)
        if held is not None and _is_public(name, listed):
            yield name, _seen(held, other)


def link(state: State, other: State) -> None:
    """Add the summaries of another module to those of a module."""
    if other in state.linked:
        return
    state.linked.add(other)
    mine, theirs = state.known, other.known
    for node, bases in other.bases.items():
        state.bases.setdefault(node, tuple(_seen(base, other) for base in bases))
    for key, value in theirs.attrs.items():
        seen = _seen(value, other)
        # Who has the object may change the list or the dictionary that it holds.
        mine.attrs.link(key, blur(seen) if isinstance(seen, (Items, Table)) else seen)
    for function, value in theirs.returns.items():
        mine.returns.link(function, _seen(value, other, function))
    params = {**theirs.params_elsewhere, **theirs.params}
    for (function, name), value in params.items():
        mine.params_elsewhere.setdefault((function, name), _seen(value, other, function))
    for (function, name), args in theirs.callbacks.items():
        seen_args = tuple(_seen(arg, other, function) for arg in args)
        mine.callbacks.setdefault((function, name), seen_args)
    for place, guess in theirs.guesses.items():
        if isinstance(place, tuple) and isinstance(place[0], cst.FunctionDef):
            mine.guesses.setdefault(place, guess)


def _seen(value: Value, other: State, made_in: cst.CSTNode | None = None) -> Value:
    """Return a value of another module as this module may know it; `made_in` is the function that
    returns it.
    """
    if isinstance(value, Function):
        bound = _seen(value.bound, other) if value.bound is not None else None
        return Imported(value.node, bound)
    if isinstance(value, Partial):
        function = _seen(value.function, other)
        return replace(value, function=function) if isinstance(function, Imported) else UNKNOWN
    if isinstance(value, Ref):
        return replace(value, name=other.others.known_as(value.name))
    if isinstance(value, Instance):
        origin = _origin(value.origin, other, made_in)
        return replace(value, origin=origin, owner=_origin(value.owner, other, made_in))
    if isinstance(value, Items):
        items = value.items
        if items is not None:
            items = tuple(_seen(item, other, made_in) for item in items)
        length = value.length if items is not None else None
        return Items(_seen(value.element, other, made_in), items, length)
    if isinstance(value, Table):
        entries = tuple((key, _seen(entry, other, made_in)) for key, entry in value.entries)
        return Table(blur(value.key), _seen(value.value, other, made_in), entries)
    return UNKNOWN if isinstance(value, TensorMode) else blur(value)


def _origin(origin: Origin | None, other: State, made_in: cst.CSTNode | None) -> Origin | None:
    """Return the origin of an object as this module may know it.

    What a function makes, it makes anew in each call. A variable of the other module may have the
    name of a variable of this one.
    """
    if made_in is not None and other.is_within(origin, made_in):
        return ("made", made_in)
    if isinstance(origin, tuple) and origin[0] == "global":
        return ("global", other.tree.module, origin[1])
    return origin


def _is_public(name: str, listed: Value | None) -> bool:
    if isinstance(listed, Items) and listed.items is not None:
        return Const(name) in listed.items
    return not name.startswith("_")
