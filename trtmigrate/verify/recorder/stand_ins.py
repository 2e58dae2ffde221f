"""Stand in for the build side of a TensorRT that has no builder (a lean runtime).

The stand-ins have exactly the members of the release, so that a removed member is the error that
the full release gives. They compute nothing.
"""

from __future__ import annotations

import enum
import types
from collections.abc import Callable, Iterator
from typing import Any


class Anything:
    """A value of which nothing is known: it takes every use and returns itself."""

    def _itself(self, *_: Any, **__: Any) -> Anything:
        return self

    __call__ = __getitem__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _itself
    __floordiv__ = __truediv__ = __mod__ = __neg__ = __enter__ = _itself

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __setitem__(self, *_: Any) -> None: ...

    def __exit__(self, *_: Any) -> None: ...

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __int__(self) -> int:
        return 0

    __index__ = __int__

    def __float__(self) -> float:
        return 0.0


class StandIn:
    """An object of the build side, with the members of its class in this release and no others."""

    _members: Any = types.MappingProxyType({})  # name -> (kind, type of its result)
    _make: Callable[[str], Any] = staticmethod(lambda _: Anything())

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        kind, result = _member_of(self, name)
        if kind == "method":
            return lambda *args, **kwargs: self._make(result)
        return self._make(result)

    def __setattr__(self, name: str, value: Any) -> None:
        if "_members" in type(self).__dict__:  # not a class that the program derived
            kind, _ = _member_of(self, name)
            if kind != "property":
                raise AttributeError(f"property '{name}' has no setter")
        object.__setattr__(self, name, value)

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *_: Any) -> None: ...

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __getitem__(self, _: Any) -> Anything:
        return Anything()


def _member_of(thing: StandIn, name: str) -> tuple[str, str]:
    if name not in thing._members:
        raise AttributeError(f"'{type(thing).__name__}' object has no attribute '{name}'")
    kind, result = thing._members[name]
    return kind, result


class StandInEnum(enum.Enum):
    """An enum like those of pybind: an integer only where int() asks for it."""

    def __int__(self) -> int:
        return int(self.value)


# What a call returns whose result has a simple type.
_SIMPLE: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "bool": lambda: True,
    "int": lambda: 0,
    "float": lambda: 0.0,
    "str": lambda: "",
}


def add_stand_ins(trt: Any, surface: dict[str, Any]) -> list[str]:
    """Add the classes, enums and functions that `surface` has and the module lacks.

    Return their names. `surface` tells of the release of this side: {"classes": {class: {member:
    [kind, type of the result]}}, "enums": {enum: {name: integer}}, "functions": {name: type of the
    result}}.
    """

    def make(result: str) -> Any:
        if result in _SIMPLE:
            return _SIMPLE[result]()
        if result.startswith("list["):
            return []
        made = getattr(trt, result, None)
        return made() if isinstance(made, type) and issubclass(made, StandIn) else Anything()

    added = []
    for name, values in surface["enums"].items():
        if not hasattr(trt, name):
            setattr(trt, name, StandInEnum(name, values))  # type: ignore[call-arg]
            added.append(name)
    for name, members in surface["classes"].items():
        if not hasattr(trt, name):
            space = {"_members": members, "_make": staticmethod(make), "__module__": trt.__name__}
            setattr(trt, name, type(name, (StandIn,), space))
            added.append(name)
    for name, result in surface["functions"].items():
        if not hasattr(trt, name):
            setattr(trt, name, lambda *_, result=result, **__: make(result))
            added.append(name)
    return added
