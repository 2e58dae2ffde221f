"""The enums of the release: strict like pybind's, never equal to an integer."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Optional

from . import surface
from .dtypes import ITEM_SIZES
from .expose import Native
from .signatures import CLASSES, as_int


class Enum(Native):
    """A value with a name; ``Enum(3)`` accepts any integer, known or not, as pybind does."""

    __slots__ = ("_value",)
    __members__: ClassVar[Dict[str, Enum]] = {}

    def __init__(self, value: int) -> None:
        self._value = as_int(value)

    @property
    def name(self) -> str:
        for name, member in type(self).__members__.items():
            if member._value == self._value:
                return name
        return "???"

    @property
    def value(self) -> int:
        return self._value

    def __int__(self) -> int:
        return self._value

    __index__ = __int__

    def __hash__(self) -> int:
        return hash(self._value)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._value == self._value

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        return "<%s.%s: %d>" % (type(self).__name__, self.name, self._value)

    def __str__(self) -> str:
        return "%s.%s" % (type(self).__name__, self.name)

    def __reduce__(self) -> Any:
        return type(self), (self._value,)


def _itemsize(self: Enum) -> Optional[float]:
    """Bytes of one element; a float for types below one byte."""
    return ITEM_SIZES.get(self.name)


def _build(path: str) -> type:
    namespace: Dict[str, Any] = {"__slots__": (), "__module__": "tensorrt.tensorrt"}
    if path == "DataType":
        namespace["itemsize"] = property(_itemsize)
    made = type(path.rpartition(".")[2], (Enum,), namespace)
    found = {
        name: member.details[0]
        for name, member in surface.own_members(path).items()
        if member.kind == "enumerator"
    }
    members = {}
    # Where two names share an integer the one that stayed names it, the alias comes after.
    for name, value in sorted(found.items(), key=lambda item: (item[1], item[0] in _ALIASES)):
        members[name] = made(value)
        setattr(made, name, members[name])
    made.__members__ = members  # type: ignore[attr-defined]
    CLASSES[path] = made
    return made


_ALIASES = {"DEFAULT", "VERBOSE", "SAFE_GPU", "SAFE_DLA"}

for _path in surface.classes():
    if surface.describe(_path).kind == "enum":
        _build(_path)


def value(enum: str, name: str) -> Any:
    """An enumerator by its names: ``value("DataType", "FLOAT")``."""
    return getattr(CLASSES[enum], name)
