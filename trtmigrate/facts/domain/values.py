"""The domain: what an expression can be known to be."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import libcst as cst

from trtmigrate import api
from trtmigrate.facts.domain.polynomials import Poly, number

Origin = Hashable  # where an object was made; equal origins are the same object


@dataclass(frozen=True)
class Value:
    """What is known of an expression; the base class itself is: nothing."""


UNKNOWN = Value()


@dataclass(frozen=True)
class Const(Value):
    """A literal, or what constant folding made of literals and of the target's version string."""

    value: Any
    versioned: bool = False  # depends on the installed release: folded as on the target


@dataclass(frozen=True)
class Text(Value):
    """Some string; not known which."""


@dataclass(frozen=True)
class Number(Value):
    """An integer of binding arithmetic."""

    poly: Poly | None  # None: some integer
    engine: Origin | None = None  # the engine whose bindings it counts or addresses


@dataclass(frozen=True)
class TensorName(Value):
    """The name of an I/O tensor."""

    engine: Origin | None = None
    index: Poly | None = None  # its binding index, where known
    suffixed: bool = False  # may carry " [profile k]"
    added: bool = False  # the program itself may have put that on
    cut: bool = False  # without it: the name at `index`, whose own index is that of profile 0


@dataclass(frozen=True)
class IsInput(Value):
    """The truth of `binding_is_input`, to be counted."""

    engine: Origin | None
    index: Poly | None
    negated: bool = False


@dataclass(frozen=True)
class Instance(Value):
    """An object of a TensorRT class."""

    cls: str
    origin: Origin | None = None
    owner: Origin | None = (
        None  # the engine of a context, the network of a layer, the builder of a config
    )
    guessed: bool = False  # only from the way it is used


@dataclass(frozen=True)
class Method(Value):
    """A method of a TensorRT object, not called yet."""

    obj: Instance
    name: str


@dataclass(frozen=True)
class Ref(Value):
    """A module or something reached from one by its dotted name: `tensorrt.TensorIOMode.INPUT`."""

    name: str


@dataclass(frozen=True)
class External(Value):
    """What another library gives when called or read from: `pycuda.driver.Stream()`."""

    name: str
    origin: Origin | None = None

    @property
    def is_made(self) -> bool:
        """Whether it is an object of a class of that library, by the way classes are written."""
        return self.name.endswith("()") and self.name.rpartition(".")[2][:1].isupper()


@dataclass(frozen=True)
class Function(Value):
    """A function or lambda of this module."""

    node: cst.FunctionDef | cst.Lambda
    bound: Value | None = None


@dataclass(frozen=True)
class UserClass(Value):
    """A class of this module; also a namedtuple made by a call."""

    node: cst.CSTNode
    fields: tuple[str, ...] | None = None


@dataclass(frozen=True)
class UserInstance(Value):
    cls: UserClass


@dataclass(frozen=True)
class Items(Value):
    """A list, tuple, set, iterator or array: `items` where they are known one by one."""

    element: Value = UNKNOWN
    items: tuple[Value, ...] | None = None
    length: Poly | None = None
    counter: Hashable | None = None  # the loop whose rounds made the elements, one each, from 0


@dataclass(frozen=True)
class Span(Value):
    """`range(start, stop)`."""

    start: Poly | None
    stop: Poly | None
    engine: Origin | None = None


@dataclass(frozen=True)
class Zipped(Value):
    """`zip`, `enumerate` or `items()`: iterates over its parts side by side."""

    parts: tuple[Value, ...]


@dataclass(frozen=True)
class Table(Value):
    """A dictionary."""

    key: Value = UNKNOWN
    value: Value = UNKNOWN
    entries: tuple[tuple[str, Value], ...] = ()  # of constant keys


@dataclass(frozen=True)
class Address(Value):
    """A device or host pointer, or an object that converts to one."""

    origin: Origin | None = None


@dataclass(frozen=True)
class Union(Value):
    """Contradictory knowledge: not unknown, and not usable."""


CONFLICT = Union()


@dataclass(frozen=True)
class Variable:
    """A variable and what is known of it at some moment."""

    name: str
    value: Value


def poly_of(value: Value) -> Poly | None:
    """The integer that a value is, as a polynomial."""
    if isinstance(value, Number):
        return value.poly
    if isinstance(value, Const) and isinstance(value.value, int):
        return number(int(value.value))
    return None


def is_text(value: Value) -> bool:
    """Whether the value is certainly a string."""
    return isinstance(value, (Text, TensorName)) or (
        isinstance(value, Const) and isinstance(value.value, str)
    )


def carries_suffix(value: Value) -> bool:
    """Whether the program may have put ` [profile k]` on a name."""
    if isinstance(value, Const):
        return isinstance(value.value, str) and " [profile" in value.value
    return isinstance(value, TensorName) and value.added


def is_number(value: Value) -> bool:
    return isinstance(value, Number) or (isinstance(value, Const) and isinstance(value.value, int))


def join(a: Value, b: Value) -> Value:
    """What holds of a place that may have either value.

    Unknown gives way: `self.engine = None` before the real assignment must not hide it.
    """
    if a == b:
        return a
    if a == UNKNOWN or (isinstance(a, Const) and a.value is None):
        return b
    if b == UNKNOWN or (isinstance(b, Const) and b.value is None):
        return a
    if isinstance(a, Instance) and isinstance(b, Instance):
        cls = a.cls if a.cls == b.cls else _common_base(a.cls, b.cls)
        if a.cls != b.cls and (a.guessed or b.guessed):
            return b if a.guessed else a
        if cls is None:
            return CONFLICT
        return Instance(
            cls,
            a.origin if a.origin == b.origin else None,
            a.owner if a.owner == b.owner else None,
            a.guessed and b.guessed,
        )
    if isinstance(a, Instance) and is_text(b):
        return a  # a parameter that takes an engine or the path of one
    if isinstance(b, Instance) and is_text(a):
        return b
    if isinstance(a, Instance) and a.guessed:
        return b
    if isinstance(b, Instance) and b.guessed:
        return a
    if isinstance(a, Items) and isinstance(b, Items):
        items = None
        if a.items is not None and b.items is not None and len(a.items) == len(b.items):
            items = tuple(join(x, y) for x, y in zip(a.items, b.items, strict=True))
        return Items(
            join(a.element, b.element),
            items,
            a.length if a.length == b.length else None,
            a.counter if a.counter == b.counter else None,
        )
    if isinstance(a, Table) and isinstance(b, Table):
        entries = dict(a.entries)
        for key, value in b.entries:
            entries[key] = join(entries[key], value) if key in entries else value
        return Table(join(a.key, b.key), join(a.value, b.value), tuple(entries.items()))
    if isinstance(a, TensorName) and isinstance(b, TensorName):
        return TensorName(
            a.engine if a.engine == b.engine else None,
            a.index if a.index == b.index else None,
            a.suffixed or b.suffixed,
            a.added or b.added,
            a.cut or b.cut,
        )
    if is_text(a) and is_text(b):
        names = [v for v in (a, b) if isinstance(v, TensorName)]
        if not names:
            return Text()
        added = carries_suffix(a) or carries_suffix(b)
        return TensorName(suffixed=any(n.suffixed for n in names) or added, added=added)
    if is_number(a) and is_number(b):
        return Number(None)
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Instance) and isinstance(other, (External, Ref)):
            return replace(one, guessed=True)  # one name for the models of several libraries
    if isinstance(a, Ref) and isinstance(b, Ref):
        return UNKNOWN
    if isinstance(a, Address) and isinstance(b, Address):
        return Address()
    if isinstance(a, External) and isinstance(b, External) and a.name == b.name:
        return External(a.name)
    if isinstance(a, External) or isinstance(b, External):
        return UNKNOWN
    return CONFLICT


def _common_base(a: str, b: str) -> str | None:
    """What the classes of two objects have in common: layers of two kinds are layers."""
    return next((cls for cls in (a, *api.bases(a)) if cls in (b, *api.bases(b))), None)


def rebrand(value: Value, origin: Origin) -> Value:
    """Gives an object whose places of origin differ the place where they meet as its origin."""
    if isinstance(value, Instance) and value.origin is None:
        return replace(value, origin=origin)
    return value
