"""An object of a module that is not installed: it takes whatever is done with it."""

from __future__ import annotations

import dis
import sys
import types
from collections.abc import Iterator
from typing import Any

from ..errors import NotCovered
from .values import import_numpy, made_up, made_up_image, made_up_number

# What would have to be memory of a device.
ON_DEVICE = ("data_ptr", "__cuda_array_interface__", "cuda_stream", "gpudata")
UNPACK = dis.opmap["UNPACK_SEQUENCE"]
LENGTH = 2  # items of what is iterated over


class Thing:
    """A stand-in for a function, a class or a value; `str()` of it is how the program came to it.

    Calls and attributes give further stand-ins. As an array, it is an image.
    """

    _name = "object"  # of a class of the program whose __init__ does not call this one

    def __init__(self, name: str) -> None:
        self.__dict__["_name"] = name

    def __getattr__(self, name: str) -> Any:
        if name in ON_DEVICE:
            raise NotCovered(f"the stand-in {self._name} has no device memory")
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "reshape":
            return self._reshaped
        np = import_numpy()
        if hasattr(np.ndarray, name):
            return getattr(np.asarray(self), name)
        return Thing(f"{self._name}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and isinstance(args[0], (types.FunctionType, type)):
            return args[0]  # a decorator
        last = self._name.rpartition(".")[2]
        if args and last == "tqdm":
            return args[0]  # shows how far a loop is
        if not args and last == "numpy":
            return import_numpy().asarray(self)  # of a tensor
        return Thing(f"{self._name}()")

    def __mro_entries__(self, _: Any) -> tuple[type, ...]:
        return (Base,)

    def __instancecheck__(self, _: Any) -> bool:
        return False

    def __subclasscheck__(self, _: Any) -> bool:
        return False

    def __or__(self, _: Any) -> Thing:
        return self  # in an annotation

    __ror__ = __or__

    # -- as a value

    def __str__(self) -> str:
        return f"<stand-in {self._name}>"

    __repr__ = __str__

    def __bool__(self) -> bool:
        return True

    def __int__(self) -> int:
        return made_up_number(self._name)

    __index__ = __int__

    def __float__(self) -> float:
        return float(int(self))

    def __lt__(self, other: Any) -> bool:
        return float(self) < as_number(other)

    def __le__(self, other: Any) -> bool:
        return float(self) <= as_number(other)

    def __gt__(self, other: Any) -> bool:
        return float(self) > as_number(other)

    def __ge__(self, other: Any) -> bool:
        return float(self) >= as_number(other)

    # -- as an array

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        image = made_up_image(self._name)
        return image if dtype is None else image.astype(dtype)

    def _reshaped(self, *shape: Any, **_: Any) -> Any:
        """Return values in any shape: nobody knows how many there would be."""
        if len(shape) == 1 and isinstance(shape[0], (list, tuple)):
            shape = tuple(shape[0])
        return made_up(self._name, [max(1, int(extent)) for extent in shape])

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, (str, Thing)):
            return Thing(f"{self._name}[{key!r}]")
        return import_numpy().asarray(self)[key]

    def __setitem__(self, key: Any, value: Any) -> None: ...

    def __len__(self) -> int:
        return LENGTH

    def __iter__(self) -> Iterator[Any]:
        count = unpacked(sys._getframe(1)) or LENGTH
        return iter([Thing(f"{self._name}[{i}]") for i in range(count)])

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None: ...


class Base(Thing):
    """A class of the program's own, derived from a class that is not installed."""

    def __init_subclass__(cls, **_: Any) -> None: ...

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__(type(self).__name__)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        forward = type(self).__dict__.get("forward")  # of a module of torch
        return forward(self, *args, **kwargs) if forward else super().__call__(*args, **kwargs)


def as_number(other: Any) -> float:
    """Return what a stand-in is compared with; 0 for no number, so that a version is new enough."""
    try:
        return 0.0 if isinstance(other, str) else float(other)
    except (TypeError, ValueError):
        return 0.0


def unpacked(frame: types.FrameType) -> int:
    """Return into how many names a frame unpacks what it iterates over now; 0 if it does not."""
    code, place = frame.f_code.co_code, frame.f_lasti
    return code[place + 1] if code[place] == UNPACK else 0


def _operator(name: str) -> Any:
    def apply(self: Any, *others: Any) -> Any:
        return getattr(import_numpy().asarray(self), name)(*others)

    return apply


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow"):
    for _side in ("", "r"):
        setattr(Thing, f"__{_side}{_name}__", _operator(f"__{_side}{_name}__"))
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Thing, f"__{_name}__", _operator(f"__{_name}__"))
