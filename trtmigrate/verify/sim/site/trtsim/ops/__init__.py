"""What layers compute, in numpy: for every kind of layer its output shapes and its outputs."""

from . import convolution, elementwise, indexing, matrix, onnx_model, reshaping  # noqa: F401
from .registry import Info, Operation, operation_of

__all__ = ["Info", "Operation", "operation_of"]
