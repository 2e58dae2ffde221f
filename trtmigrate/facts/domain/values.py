"""The domain of the interpreter: everything that an expression can be known to be."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import libcst as cst

from trtmigrate.facts.domain.polynomials import Poly, number

Origin = Hashable  # where an object was made; equal origins are the same object


@dataclass(frozen=True)
class Value:
    """What is known of an expression. An object of this class itself says that nothing is known."""


UNKNOWN = Value()  # the only object of this class itself, so it is compared by `is`


@dataclass(frozen=True)
class Const(Value):
    """A constant: a literal, or computed from literals and the version of the target."""

    value: Any
    versioned: bool = False  # computed from the installed release, which is taken to be the target


@dataclass(frozen=True)
class Text(Value):
    """A string; it is not known which."""


@dataclass(frozen=True)
class Number(Value):
    """An integer that counts bindings or is computed from such counts."""

    poly: Poly | None  # None if it is not known which integer
    engine: Origin | None = None  # the engine whose bindings it counts or addresses
    is_float: bool = False  # comes out of a true division: no index, no length of a range


@dataclass(frozen=True)
class TensorName(Value):
    """The name of an I/O tensor."""

    engine: Origin | None = None
    index: Poly | None = None  # its binding index, where known
    suffixed: bool = False  # may end in " [profile k]"
    added: bool = False  # the program itself may have added that suffix
    cut: bool = False  # the program cut the suffix off the name at `index`: it names profile 0


@dataclass(frozen=True)
class IsInput(Value):
    """The answer of `binding_is_input`; a sum of such answers counts inputs."""

    engine: Origin | None
    index: Poly | None
    negated: bool = False


@dataclass(frozen=True)
class TensorMode(Value):
    """The answer of `get_tensor_mode`: input, output or none of both."""

    engine: Origin | None
    index: Poly | None


@dataclass(frozen=True)
class Instance(Value):
    """An object of a TensorRT class."""

    cls: str
    origin: Origin | None = None
    owner: Origin | None = None  # the engine of a context, network of a layer, builder of a config
    guessed: bool = False  # the class is known from its use alone
    kinds: tuple[str, ...] = ()  # the classes that it may be of, if `cls` is only their base


@dataclass(frozen=True)
class Method(Value):
    """A method of a TensorRT object that is not called yet."""

    obj: Instance
    name: str


@dataclass(frozen=True)
class Ref(Value):
    """A module, or what its dotted name leads to: `tensorrt.TensorIOMode.INPUT`."""

    name: str


@dataclass(frozen=True)
class External(Value):
    """What another library returned: `pycuda.driver.Stream()`."""

    name: str
    origin: Origin | None = None

    @property
    def is_made(self) -> bool:
        """True if it is an object of a class of that library: class names begin with a capital."""
        return self.name.endswith("()") and self.name.rpartition(".")[2][:1].isupper()


@dataclass(frozen=True)
class Function(Value):
    """A function or lambda of this module."""

    node: cst.FunctionDef | cst.Lambda
    bound: Value | None = None


@dataclass(frozen=True)
class Imported(Value):
    """A function of another module of the run.

    It is no `Function`, so that whoever follows values into the functions of this module, to edit
    them, does not follow it.
    """

    node: cst.FunctionDef | cst.Lambda
    bound: Value | None = None


@dataclass(frozen=True)
class Partial(Value):
    """A function whose first parameters have values already, as `functools.partial` makes it."""

    function: Function | Imported | Method
    taken: int  # so many parameters


@dataclass(frozen=True)
class UserClass(Value):
    """A class or namedtuple that the module defines, or another module of the run."""

    node: cst.CSTNode
    fields: tuple[str, ...] | None = None


@dataclass(frozen=True)
class UserInstance(Value):
    """An object of such a class."""

    cls: UserClass


@dataclass(frozen=True)
class Items(Value):
    """A list, tuple, set, iterator or array."""

    element: Value = UNKNOWN  # what all elements have in common
    items: tuple[Value, ...] | None = None  # the elements, if they are known one by one
    length: Poly | None = None
    counter: Hashable | None = None  # the loop that made one element in each round


@dataclass(frozen=True)
class Span(Value):
    """`range(start, stop)`."""

    start: Poly | None
    stop: Poly | None
    engine: Origin | None = None


@dataclass(frozen=True)
class Zipped(Value):
    """`zip` or `enumerate`: a loop over it gets an element of each part."""

    parts: tuple[Value, ...]
    numbered: bool = False  # `enumerate`: the last part alone has an end


@dataclass(frozen=True)
class Table(Value):
    """A dictionary."""

    key: Value = UNKNOWN
    value: Value = UNKNOWN
    entries: tuple[tuple[str, Value], ...] = ()  # with constant keys


@dataclass(frozen=True)
class Address(Value):
    """A device or host pointer, or an object that converts to a pointer."""

    origin: Origin | None = None


@dataclass(frozen=True)
class Union(Value):
    """Contradictory knowledge: something is known, but nothing that can be used."""


CONFLICT = Union()


@dataclass(frozen=True)
class Variable:
    """A variable, and what it held when it was used."""

    name: str
    value: Value


def poly_of(value: Value) -> Poly | None:
    """Return the integer that a value is; None if it is not known or not an integer."""
    if isinstance(value, Number):
        return value.poly
    if isinstance(value, Const) and isinstance(value.value, int):
        return number(int(value.value))
    return None


def is_text(value: Value) -> bool:
    """True if a value is certainly a string."""
    return isinstance(value, (Text, TensorName)) or (
        isinstance(value, Const) and isinstance(value.value, str)
    )


def carries_suffix(value: Value) -> bool:
    """True if the program itself may have added ` [profile k]` to a name."""
    if isinstance(value, Const):
        return isinstance(value.value, str) and " [profile" in value.value
    return isinstance(value, TensorName) and value.added


def is_number(value: Value) -> bool:
    """True if a value is certainly an integer."""
    return isinstance(value, Number) or (isinstance(value, Const) and isinstance(value.value, int))
