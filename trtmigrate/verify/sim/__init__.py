"""A stand-in for TensorRT, CUDA and pycuda, for verifying without a GPU.

``SITE`` goes first on ``sys.path`` of the program (through ``PYTHONPATH``);
``TRTMIGRATE_SIM_RELEASE`` chooses the release that ``import tensorrt`` gives: ``8.6`` (the default,
with both APIs), ``10``, ``11``, or any release of the API data. Nothing in ``SITE`` imports this
package.
"""

from __future__ import annotations

from pathlib import Path

SITE = Path(__file__).with_name("site")

__all__ = ["SITE"]
