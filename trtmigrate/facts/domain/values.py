"""The domain: what an expression can be known to be."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import libcst as cst

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
