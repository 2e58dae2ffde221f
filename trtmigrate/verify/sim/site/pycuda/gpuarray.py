# The imports go by the path that the program has, with this folder first.
# mypy: disable-error-code="import-not-found"
"""A stand-in for pycuda.gpuarray."""

from trtsim.pycudaarray import *  # noqa: F403
