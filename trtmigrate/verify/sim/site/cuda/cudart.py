# The imports go by the path that the program has, with this folder first.
# mypy: disable-error-code="import-not-found"
"""A stand-in for cuda-python's runtime module."""

from trtsim.cudart import *  # noqa: F403
from trtsim.cudart import __getattr__  # noqa: F401
