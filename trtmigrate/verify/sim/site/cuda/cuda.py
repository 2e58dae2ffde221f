# The imports go by the path that the program has, with this folder first.
# mypy: disable-error-code="import-not-found"
"""A stand-in for cuda-python's driver module."""

from trtsim.cudadriver import *  # noqa: F403
from trtsim.cudadriver import __getattr__  # noqa: F401
