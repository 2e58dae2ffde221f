# The imports go by the path that the program has, with this folder first.
# mypy: disable-error-code="import-not-found"
"""A stand-in for pycuda.driver."""

from trtsim.pycudadriver import *  # noqa: F403
from trtsim.pycudadriver import __getattr__  # noqa: F401
