"""Values that are made up from a name: the same name always gives the same values."""

from __future__ import annotations

import zlib
from typing import Any

HEIGHT, WIDTH = 480, 640  # of an image


def import_numpy() -> Any:
    """Return the module numpy, which only stand-ins with values need."""
    import numpy

    return numpy


def made_up(name: str, shape: Any, dtype: str = "uint8") -> Any:
    """Return an array: whole numbers up to 255, or fractions below 1 for a type with fractions."""
    np = import_numpy()
    count = int(np.prod(shape, dtype=np.int64))
    # A short cycle is quick and still shows where an array was moved, cut or turned.
    cycle = np.random.RandomState(zlib.crc32(name.encode())).randint(0, 256, 1021)
    values = np.resize(cycle, count).reshape(shape)
    if np.dtype(dtype).kind == "f":
        values = values / 256
    return values.astype(dtype)


def made_up_image(name: str) -> Any:
    """Return an image with three channels."""
    return made_up(name, (HEIGHT, WIDTH, 3))


def made_up_number(name: str) -> int:
    """Return a small number above 0."""
    return zlib.crc32(name.encode()) % 7 + 1
