# The imports go by the path that the program has, with this folder first.
# mypy: disable-error-code="import-not-found,no-untyped-def"
"""The few helpers of pycuda.tools that inference scripts use."""

import pycuda.driver as cuda


def make_default_context(ctx_maker=None):
    """A context on the device."""
    return cuda.Device(0).make_context()


def get_default_device(default=0):
    return cuda.Device(default)


def clear_context_caches():
    """Nothing is cached."""


def __getattr__(name):
    raise AttributeError("sim: pycuda.tools.%s is not covered" % name)
