"""Lists, dictionaries and ranges: what is in them, and what their methods do."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

import libcst as cst

from trtmigrate.facts.domain.joins import join
from trtmigrate.facts.domain.polynomials import Atom, Poly, atom
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    Instance,
    IsInput,
    Items,
    Number,
    Span,
    Table,
    TensorName,
    Text,
    Value,
    Zipped,
    is_text,
    poly_of,
)
from trtmigrate.facts.models import tensorrt
from trtmigrate.facts.models.machine import Machine
from trtmigrate.syntax.effects import MOVING_METHODS


@dataclass(frozen=True)
class Outcome:
    """What a method gives back, and what its object is afterwards if the method changed it."""

    result: Value
    changed: Value | None = None


def element_in_round(machine: Machine, value: Value, loop: Hashable) -> Value:
    """Return what each round of a loop over `value` gets; `loop` names its counter."""
    counter = atom("counter", loop)
    if isinstance(value, Span):
        return _number_in_round(machine, value, loop)
    if isinstance(value, Instance):
        return tensorrt.element_in_round(machine, value, loop)
    if isinstance(value, Zipped):
        parts = tuple(element_in_round(machine, part, loop) for part in value.parts)
        return Items(UNKNOWN, parts)
    if isinstance(value, Items):
        if value.items is not None and len(set(value.items)) > 1:
            return value.element
        if value.counter is not None:
            machine.note_rounds(loop, _rounds(machine, value))
        return element_at(machine, value, counter)
    return value.key if isinstance(value, Table) else UNKNOWN


def _rounds(machine: Machine, value: Items) -> Poly | None:
    """Return how many elements a list has that the rounds of a loop made."""
    return value.length or machine.rounds_of(Atom("counter", value.counter))


def repeated(machine: Machine, value: Items, times: Poly) -> Items:
    """Return `value * times`, of a list that the rounds of a loop made."""
    once = _rounds(machine, value)
    return replace(value, items=None, length=once * times if once is not None else None)


def _number_in_round(machine: Machine, span: Span, loop: Hashable) -> Value:
    start = span.start if span.start is not None else atom("other", ("start", loop))
    known = span.stop is not None and span.start is not None
    machine.note_rounds(loop, span.stop - start if known else None)  # type: ignore[operator]
    return Number(start + atom("counter", loop), span.engine)


def element_at(machine: Machine, value: Items, index: Poly | None) -> Value:
    """Return the element of a list at an index.

    A list whose elements were made in the rounds of a loop holds at `index` what round `index`
    made, if nothing has moved its elements.
    """
    made = value.element
    in_order = value.counter is not None and not machine.is_moved(value.counter)
    old = Atom("counter", value.counter) if in_order else None

    def moved(poly: Poly | None) -> Poly | None:
        return poly.substitute(old, index) if poly and old and index is not None else None

    if isinstance(made, TensorName):
        return replace(made, index=moved(made.index))
    if isinstance(made, Number):
        return replace(made, poly=moved(made.poly))
    if isinstance(made, IsInput) and old is not None:
        return replace(made, index=moved(made.index))
    return made


def in_other_order(machine: Machine, value: Items) -> Items:
    """Return a list whose elements get other places: it is not known which is where."""
    machine.note_moved(value)
    return Items(element_at(machine, value, None))


def spread(machine: Machine, value: Value, place: Hashable) -> Value:
    """Return what `*value` puts into another list; it is not known at which index."""
    element = element_in_round(machine, value, place)
    return element_at(machine, Items(element), None)


def item(machine: Machine, value: Value, index: Value) -> Value:
    """Return `value[index]`."""
    if isinstance(value, Items):
        at = index.value if isinstance(index, Const) else None
        if value.items is not None and isinstance(at, int):
            if -len(value.items) <= at < len(value.items):
                return value.items[at]
        return machine.take_out(element_at(machine, value, poly_of(index)))
    if isinstance(value, Table):
        return machine.take_out(_entry(value, index))
    if isinstance(value, Const) and isinstance(index, Const):
        if value.versioned and isinstance(value.value, str) and index.value == 0:
            return Const(value.value.split(".")[0], True)  # the major release is meant
        try:
            return Const(value.value[index.value], value.versioned or index.versioned)
        except Exception:
            return UNKNOWN
    if isinstance(value, TensorName) and value.suffixed is False:
        return Text()
    return UNKNOWN


def _entry(table: Table, index: Value) -> Value:
    if isinstance(index, Const):
        for key, entry in table.entries:
            if key == index.value:
                return entry
    return table.value


def sliced(machine: Machine, base: Value, node: cst.Slice) -> Value:
    """Return `base[a:b]`."""
    if isinstance(base, Items):
        cut = _slice(machine, node) if is_release(base) else None
        if cut is None or base.items is None:
            return Items(base.element)
        return Items(base.element, base.items[cut])
    if isinstance(base, Const) and base.versioned:
        cut = _slice(machine, node)
        if cut is None:
            return UNKNOWN
        if isinstance(base.value, str) and cut in (slice(1), slice(0, 1)):
            return item(machine, base, Const(0))
        try:
            return Const(base.value[cut], True)
        except Exception:
            return UNKNOWN
    return Text() if is_text(base) else UNKNOWN


def _slice(machine: Machine, node: cst.Slice) -> slice | None:
    """Return a slice whose bounds are constants."""
    bounds = [
        machine.values.get(bound, UNKNOWN) if bound is not None else Const(None)
        for bound in (node.lower, node.upper, node.step)
    ]
    known = [bound.value for bound in bounds if isinstance(bound, Const)]
    if len(known) != len(bounds) or not all(b is None or isinstance(b, int) for b in known):
        return None
    return slice(*known) if known[2] != 0 else None


def is_release(value: Value) -> bool:
    """True for the parts of the release, `trt.__version__.split(".")`, as texts or as numbers."""
    if not isinstance(value, Items) or not value.items:
        return False
    return all(isinstance(part, Const) and part.versioned for part in value.items)


def total(machine: Machine, value: Value) -> Value:
    """Return the sum of a list: of `binding_is_input` over all bindings, the number of inputs."""
    if isinstance(value, Items) and value.counter is not None:
        rounds = _rounds(machine, value)
        if isinstance(value.element, IsInput):
            return tensorrt.inputs_counted(machine, value.element, rounds)
        if value.element == Const(1):
            return Number(rounds)
    return Number(None)


def length(machine: Machine, value: Value, node: cst.Call) -> Value:
    """Return `len(value)`."""
    if isinstance(value, Zipped) and value.numbered:
        last = value.parts[-1]
        if isinstance(last, Instance):  # the loop reads it, and not its length
            return tensorrt.bindings_of(machine, last)
        return length(machine, last, node)
    if isinstance(value, Instance):
        return tensorrt.length(machine, value, node)
    if isinstance(value, Items):
        if value.items:
            return Const(len(value.items))
        if value.items is not None:
            return Number(None)  # an empty list is there to be filled, maybe under another name
        if value.length is None and value.counter is not None:
            return Number(machine.rounds_of(Atom("counter", value.counter)))
        return Number(value.length)
    if isinstance(value, Table):
        return Number(_keys_made(machine, value, node))
    if isinstance(value, Const):
        try:
            return Const(len(value.value), value.versioned)
        except Exception:
            return UNKNOWN
    return Number(None)


def _keys_made(machine: Machine, value: Table, node: cst.Call) -> Poly | None:
    """Return the length of `{name: ... for name in engine}`: each round has another name."""
    made = node.args[0].value
    if not isinstance(made, cst.DictComp) or made.for_in.ifs or made.for_in.inner_for_in:
        return None
    counter = Atom("counter", made.for_in)
    key = value.key
    named = isinstance(key, TensorName) and key.index == atom("counter", made.for_in)
    return machine.rounds_of(counter) if named else None


# methods of lists


@dataclass(frozen=True)
class _ListCall:
    machine: Machine
    base: Items
    node: cst.Call
    args: list[Value]


def list_method(
    machine: Machine, base: Items, name: str, node: cst.Call, args: list[Value]
) -> Outcome:
    """Return the outcome of a method of a list, set, iterator or array."""
    method = _LIST_METHODS.get(name)
    outcome = method(_ListCall(machine, base, node, args)) if method is not None else None
    return outcome if outcome is not None else Outcome(UNKNOWN)


def _grown(base: Items, by: Value) -> Outcome:
    return Outcome(Const(None), Items(join(base.element, by)))


def _append(call: _ListCall) -> Outcome | None:
    return _grown(call.base, call.args[0]) if call.args else None


def _extend(call: _ListCall) -> Outcome | None:
    if not call.args:
        return None
    return _grown(call.base, element_in_round(call.machine, call.args[0], call.node))


def _insert(call: _ListCall) -> Outcome | None:
    call.machine.note_moved(call.base)
    return _grown(call.base, call.args[1]) if len(call.args) == 2 else None


def _count(call: _ListCall) -> Outcome:
    counts_true = call.args == [Const(True)]
    return Outcome(total(call.machine, call.base) if counts_true else Number(None))


def _index(call: _ListCall) -> Outcome:
    name = call.base.element
    if isinstance(name, TensorName) and call.args:
        return Outcome(tensorrt.index_of(name.engine, call.args[0]))
    return Outcome(Number(None))


def _pop(call: _ListCall) -> Outcome:
    taken = element_at(call.machine, call.base, None)
    if not call.args or call.args == [Const(-1)]:
        return Outcome(taken)  # the last element: the others stay where they are
    return Outcome(taken, _moved(call).changed)


def _moved(call: _ListCall) -> Outcome:
    return Outcome(Const(None), in_other_order(call.machine, call.base))


def _some(call: _ListCall) -> Outcome:
    """The elements of a set that another set has, too, or does not have."""
    return Outcome(Items(element_at(call.machine, call.base, None)))


def _same(call: _ListCall) -> Outcome:
    return Outcome(call.base)


_LIST_METHODS: dict[str, Callable[[_ListCall], Outcome | None]] = {
    **dict.fromkeys(MOVING_METHODS, _moved),
    "append": _append,
    "add": _append,
    "extend": _extend,
    "insert": _insert,
    "count": _count,
    "index": _index,
    "pop": _pop,
    "copy": _same,
    "difference": _some,
    "intersection": _some,
    "tolist": _same,
}


def table_method(machine: Machine, base: Table, name: str, args: list[Value]) -> Outcome:
    """Return the outcome of a method of a dictionary."""
    if name in ("get", "pop", "setdefault") and args:
        return Outcome(item(machine, base, args[0]))
    results = {
        "copy": base,
        "items": Items(Items(UNKNOWN, (base.key, base.value))),
        "values": Items(base.value),
        "keys": Items(base.key),
    }
    return Outcome(results.get(name, UNKNOWN))
