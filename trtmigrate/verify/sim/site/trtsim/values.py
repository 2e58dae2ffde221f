"""Stand in for the values that cross the API: Dims, Permutation, Weights, IHostMemory."""

from __future__ import annotations

import ctypes
from typing import Any, Iterator, List, Optional, Sequence

import numpy as np

from . import enums
from .dtypes import from_numpy, to_numpy
from .expose import Native, expose
from .release import TENSOR_NAMES_ONLY
from .signatures import CLASSES, IMPLICIT, as_int, converter

MAX_DIMS = 8
_LIMIT = 1 << (63 if TENSOR_NAMES_ONLY else 31)


@expose
class Dims(Native):
    """Extents of a tensor. ``_values`` is None for the invalid Dims that stands for 'unknown': its
    length is -1.
    """

    __slots__ = ("_values",)
    # A number since 10; before, a property that only instances have.
    MAX_DIMS: Any = MAX_DIMS if TENSOR_NAMES_ONLY else property(lambda self: MAX_DIMS)

    def __init__(self, shape: Sequence[int] = ()) -> None:
        self._values: Optional[List[int]] = _extents(shape)

    @classmethod
    def _invalid(cls) -> Any:
        made = cls()
        made._values = None
        return made

    def __len__(self) -> int:
        if self._values is None:
            raise ValueError("__len__() should return >= 0")
        return len(self._values)

    def __getitem__(self, place: Any) -> Any:
        values = self._values or []
        if isinstance(place, slice):
            if place.step is not None and place.step < 0:
                raise IndexError("Dims takes no negative steps")
            return tuple(values[place])
        return values[place]

    def __setitem__(self, place: Any, extent: Any) -> None:
        if self._values is None or isinstance(place, slice):
            raise IndexError("Dims cannot be assigned by slices")
        self._values[place] = as_int(extent)

    def __iter__(self) -> Iterator[int]:
        return iter(list(self._values or []))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (tuple, list)):
            raise TypeError("Dims can be compared with a tuple or a list, not with %r" % (other,))
        return self._values is not None and list(other) == self._values

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        values = getattr(self, "_values", None)  # not there if the arguments are refused
        return "(0)" if values is None else repr(tuple(values))

    __str__ = __repr__


def _extents(shape: Any) -> List[int]:
    values = [as_int(extent) for extent in shape]
    if len(values) > MAX_DIMS:
        raise TypeError("The maximum number of dimensions is %d" % MAX_DIMS)
    for extent in values:
        if not -_LIMIT <= extent < _LIMIT:
            raise TypeError("%d does not fit into Dims" % extent)
    return values


def _fixed(rank: int) -> Any:
    def init(self: Any, *given: Any) -> None:
        shape = given[0] if len(given) == 1 and not isinstance(given[0], int) else given
        values = _extents(shape) if len(shape) else [0] * rank
        if len(values) != rank:
            raise ValueError("%d dimensions are wanted, not %d" % (rank, len(values)))
        self._values = values

    return init


@expose
class Dims2(Dims):
    __slots__ = ()
    __init__ = _fixed(2)


def _side(place: int) -> property:
    def read(self: Any) -> int:
        return int(self._values[place])

    def write(self: Any, extent: int) -> None:
        self._values[place] = extent

    return property(read, write)


@expose
class DimsHW(Dims2):
    __slots__ = ()
    __init__ = _fixed(2)
    h = _side(0)
    w = _side(1)


@expose
class Dims3(Dims):
    __slots__ = ()
    __init__ = _fixed(3)


@expose
class Dims4(Dims):
    __slots__ = ()
    __init__ = _fixed(4)


@expose
class Permutation(Native):
    __slots__ = ("_values",)

    def __init__(self, order: Sequence[int] = ()) -> None:
        self._values = [int(axis) for axis in order]

    def __len__(self) -> int:
        return MAX_DIMS

    def __getitem__(self, place: int) -> int:
        return (self._values + list(range(len(self._values), MAX_DIMS)))[place]

    def __repr__(self) -> str:
        return repr(tuple(self[axis] for axis in range(MAX_DIMS)))


def _sequence_to(cls: type) -> Any:
    def converted(value: Any) -> Any:
        return cls(converter("List[int]")(list(value) if isinstance(value, Dims) else value))

    return converted


for _cls in (Dims, Dims2, DimsHW, Dims3, Dims4, Permutation):
    IMPLICIT[_cls.__name__] = _sequence_to(_cls)


@expose
class Weights(Native):
    """Values of a layer: a numpy array, or nothing but a type."""

    __slots__ = ("_array", "_dtype")

    def __init__(self, a: Any = None) -> None:
        if isinstance(a, np.ndarray):
            self._dtype = from_numpy(a.dtype)
            self._array = np.ascontiguousarray(a).reshape(-1)
        else:
            self._dtype = a.name if a is not None else "FLOAT"
            self._array = np.empty(0, to_numpy(self._dtype))

    @property
    def dtype(self) -> Any:
        return enums.value("DataType", self._dtype)

    @property
    def size(self) -> int:
        return int(self._array.size)

    @property
    def nbytes(self) -> int:
        return int(self._array.nbytes)

    def numpy(self) -> np.ndarray:
        return self._array

    def __len__(self) -> int:
        return int(self._array.size)


def _array_to_weights(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        raise TypeError("not an array: %r" % (value,))
    return CLASSES["Weights"](value)


IMPLICIT["Weights"] = _array_to_weights


@expose
class IHostMemory(ctypes.Structure):
    """Bytes that the library made, such as a plan: a buffer without length or index.

    A ctypes structure is the one Python class that is a buffer in every release and nothing more;
    each size has its own type, derived from this one.
    """

    __slots__ = ()

    @classmethod
    def _make(cls, content: bytes) -> Any:
        fields = [("_bytes", ctypes.c_uint8 * len(content))]
        sized = type(cls.__name__, (cls,), {"__slots__": (), "_fields_": fields})
        made: Any = ctypes.Structure.__new__(sized)
        ctypes.memmove(ctypes.addressof(made), content, len(content))
        return made

    @property
    def nbytes(self) -> int:
        return ctypes.sizeof(self)

    @property
    def dtype(self) -> Any:
        return enums.value("DataType", "INT8")


def volume(shape: Any) -> int:
    """The product of the extents: negative with an unknown one, 1 for no extents at all."""
    product = 1
    for extent in shape:
        product *= extent
    return product


def nptype(trt_type: Any) -> Any:
    """numpy's type for a DataType. Raises TypeError for the types that it lacks."""
    found = {
        "FLOAT": np.float32,
        "HALF": np.float16,
        "INT8": np.int8,
        "INT32": np.int32,
        "BOOL": np.bool_,
        "UINT8": np.uint8,
    }
    if TENSOR_NAMES_ONLY:
        found["INT64"] = np.int64
    if getattr(trt_type, "name", None) in found:
        return found[trt_type.name]
    raise TypeError("Could not resolve TensorRT datatype to an equivalent numpy datatype.")
