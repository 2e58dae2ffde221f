"""Reach the device through a CUDA library that the interpreter has."""

from __future__ import annotations

from typing import Any

from ..errors import NotCovered
from .cuda_python import PythonCuda
from .libcudart import LibraryCuda
from .pycuda_driver import PycudaCuda


def find_cuda() -> Any:
    """Return the first library that answers. Raise NotCovered if none does."""
    reasons = []
    for library in (PythonCuda, LibraryCuda, PycudaCuda):
        try:
            cuda = library()
            cuda.device()
            return cuda
        except (ImportError, NotCovered, AttributeError, OSError, RuntimeError) as error:
            reasons.append(f"{library.name}: {error}")
    raise NotCovered("no way to copy from the device (" + "; ".join(reasons) + ")")
