"""A stand-in for cuda-python's bindings."""

from . import driver, runtime

__all__ = ["driver", "runtime"]
