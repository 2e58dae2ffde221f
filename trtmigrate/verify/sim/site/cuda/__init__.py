"""A stand-in for cuda-python."""

from . import cuda, cudart

__all__ = ["cuda", "cudart"]
__version__ = "12.2.0"
