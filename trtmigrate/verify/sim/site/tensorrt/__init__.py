# The imports go by the path that the program has, with this folder first.
# mypy: disable-error-code="import-not-found"
"""A stand-in for TensorRT's Python module, as the release in TRTMIGRATE_SIM_RELEASE has it."""

import sys

from trtsim.module import content

globals().update(content())
tensorrt = sys.modules[__name__]
sys.modules[__name__ + ".tensorrt"] = tensorrt
del content
