"""What holds of a place that may have either of two values.

`join` asks a table of cases in order. Each case answers for one pair of kinds and returns None for
every other pair, so the order of the table decides where two cases could answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from trtmigrate import api
from trtmigrate.facts.domain.evidence import blur
from trtmigrate.facts.domain.values import (
    CONFLICT,
    UNKNOWN,
    Address,
    Const,
    External,
    Instance,
    Items,
    Number,
    Origin,
    Ref,
    Table,
    TensorName,
    Text,
    Value,
    carries_suffix,
    is_number,
    is_text,
)


def join(a: Value, b: Value) -> Value:
    """Return what is known of a place that holds `a` on one way and `b` on another.

    None gives way to every other value: `self.engine = None` before the real assignment must not
    hide it. An unknown value gives way to the kind of the other one: after `k = 0` and `k = ask()`
    on another way, k is some number. Two values that contradict each other give CONFLICT.
    """
    if a is b or (a.__class__ is b.__class__ and a == b):
        return a
    for case in _CASES:
        joined = case(a, b)
        if joined is not None:
            return joined
    return CONFLICT


def rebrand(value: Value, origin: Origin) -> Value:
    """Return the object with `origin` as its place of origin, if it has none yet.

    A join of two objects has no origin; the place where both meet becomes its origin.
    """
    if isinstance(value, Instance) and value.origin is None:
        return replace(value, origin=origin)
    return value


def is_one_of_several(value: Instance) -> bool:
    """True if a place holds an object that was made here on one way and there on another."""
    origin = value.origin
    return isinstance(origin, tuple) and origin[0] in ("merge", "attr", "global")


def _unknown(a: Value, b: Value) -> Value | None:
    for one, other in ((a, b), (b, a)):
        if one is UNKNOWN:
            versioned = isinstance(other, Const) and other.versioned
            if isinstance(other, Instance):
                return replace(other, origin=None, owner=None)  # which object is not known
            return UNKNOWN if versioned else blur(other)  # it need not be what the release says
        if isinstance(one, Const) and one.value is None:
            return other
    return None


def _objects(a: Value, b: Value) -> Value | None:
    if not isinstance(a, Instance) or not isinstance(b, Instance):
        return None
    if a.cls != b.cls and (a.guessed or b.guessed):
        return b if a.guessed else a
    cls = a.cls if a.cls == b.cls else _common_base(a.cls, b.cls)
    if cls is None:
        return CONFLICT
    return Instance(
        cls,
        a.origin if a.origin == b.origin else None,
        a.owner if a.owner == b.owner else None,
        a.guessed and b.guessed,
        _kinds(a, b, cls),
    )


def _kinds(a: Instance, b: Instance, cls: str) -> tuple[str, ...]:
    """Return the classes that two objects of different classes may be of; none if one of them may
    be any object of the base `cls`.
    """
    kinds = {*(a.kinds or (a.cls,)), *(b.kinds or (b.cls,))}
    return () if cls in kinds else tuple(sorted(kinds))


def _common_base(a: str, b: str) -> str | None:
    """Return the nearest class that both classes have in common: layers of two kinds are layers."""
    return next((cls for cls in (a, *api.bases(a)) if cls in (b, *api.bases(b))), None)


def _object_or_path(a: Value, b: Value) -> Value | None:
    """A parameter that takes an engine or the path of an engine file is treated as the engine."""
    if isinstance(a, Instance) and is_text(b):
        return a
    if isinstance(b, Instance) and is_text(a):
        return b
    return None


def _guess(a: Value, b: Value) -> Value | None:
    """What is only guessed from use gives way to anything else."""
    if isinstance(a, Instance) and a.guessed:
        return b
    if isinstance(b, Instance) and b.guessed:
        return a
    return None


def _lists(a: Value, b: Value) -> Value | None:
    if not isinstance(a, Items) or not isinstance(b, Items):
        return None
    items = None
    if a.items is not None and b.items is not None and len(a.items) == len(b.items):
        items = tuple(join(x, y) for x, y in zip(a.items, b.items, strict=True))
    return Items(
        join(a.element, b.element),
        items,
        a.length if a.length == b.length else None,
        a.counter if a.counter == b.counter else None,
    )


def _dictionaries(a: Value, b: Value) -> Value | None:
    if not isinstance(a, Table) or not isinstance(b, Table):
        return None
    entries = dict(a.entries)
    for key, value in b.entries:
        entries[key] = join(entries[key], value) if key in entries else value
    return Table(join(a.key, b.key), join(a.value, b.value), tuple(entries.items()))


def _tensor_names(a: Value, b: Value) -> Value | None:
    if not isinstance(a, TensorName) or not isinstance(b, TensorName):
        return None
    return TensorName(
        a.engine if a.engine == b.engine else None,
        a.index if a.index == b.index else None,
        a.suffixed or b.suffixed,
        a.added or b.added,
        a.cut or b.cut,
    )


def _strings(a: Value, b: Value) -> Value | None:
    if not is_text(a) or not is_text(b):
        return None
    names = [v for v in (a, b) if isinstance(v, TensorName)]
    if not names:
        return Text()
    added = carries_suffix(a) or carries_suffix(b)
    return TensorName(suffixed=any(n.suffixed for n in names) or added, added=added)


def _integers(a: Value, b: Value) -> Value | None:
    return Number(None) if is_number(a) and is_number(b) else None


def _object_or_other_library(a: Value, b: Value) -> Value | None:
    """A name that holds the models of several libraries may hold an object of TensorRT."""
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Instance) and isinstance(other, (External, Ref)):
            return replace(one, guessed=True)
    return None


def _references(a: Value, b: Value) -> Value | None:
    return UNKNOWN if isinstance(a, Ref) and isinstance(b, Ref) else None


def _addresses(a: Value, b: Value) -> Value | None:
    return Address() if isinstance(a, Address) and isinstance(b, Address) else None


def _other_libraries(a: Value, b: Value) -> Value | None:
    if isinstance(a, External) and isinstance(b, External) and a.name == b.name:
        return External(a.name)
    return UNKNOWN if isinstance(a, External) or isinstance(b, External) else None


_CASES: tuple[Callable[[Value, Value], Value | None], ...] = (
    _unknown,
    _objects,
    _object_or_path,
    _guess,
    _lists,
    _dictionaries,
    _tensor_names,
    _strings,
    _integers,
    _object_or_other_library,
    _references,
    _addresses,
    _other_libraries,
)
