"""What programs give where CUDA wants an address: numbers, handles, arrays, other buffers."""

from __future__ import annotations

import ctypes
from typing import Any, Tuple

import numpy as np


class Handle:
    """An opaque handle or pointer of cuda-python: a number that says what it is."""

    __slots__ = ("_value",)

    def __init__(self, value: Any = 0) -> None:
        self._value = int(value)

    def __int__(self) -> int:
        return self._value

    __index__ = __int__

    def __hash__(self) -> int:
        return hash(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Handle) and other._value == self._value

    def __repr__(self) -> str:
        return "<%s %s>" % (type(self).__name__, hex(self._value))

    def getPtr(self) -> int:
        return self._value


def address_of(value: Any) -> int:
    """The address that a value stands for: itself for a number, its memory for an array or buffer.

    Raises TypeError for anything else.
    """
    if value is None:
        return 0
    if isinstance(value, np.ndarray) and value.ndim:
        return int(value.ctypes.data)
    if isinstance(value, ctypes.c_void_p):
        return int(value.value or 0)
    if isinstance(value, (float, str)):
        raise TypeError("not an address: %r" % (value,))
    if hasattr(type(value), "__index__") or hasattr(type(value), "__int__"):
        return int(value)
    return int(np.frombuffer(value, np.uint8).ctypes.data)


def memory_of(value: Any) -> Tuple[int, int]:
    """Address and bytes of a contiguous array or buffer. Raises ValueError where it is in
    pieces.
    """
    if isinstance(value, np.ndarray) or hasattr(value, "__array_interface__"):
        array = np.asarray(value)
        if not array.flags.c_contiguous and not array.flags.f_contiguous:
            raise ValueError("ndarray is not contiguous")
        return int(array.ctypes.data), int(array.nbytes)
    flat = np.frombuffer(value, np.uint8)
    return int(flat.ctypes.data), int(flat.nbytes)
