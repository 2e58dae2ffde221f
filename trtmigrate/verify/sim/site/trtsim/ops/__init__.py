"""What layers compute, in numpy: for every kind of layer its output shapes and its outputs."""

from . import (  # noqa: F401
    convolution,
    elementwise,
    indexing,
    loops,
    matrix,
    onnx_model,
    reshaping,
)
from .registry import Info, Operation, operation_of

__all__ = ["Info", "Operation", "operation_of"]
