"""What the code shows about a tensor of a network: its type, and the call that made it."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Instance

_QUANTIZED = ("int8", "fp8", "int4", "fp4")


def is_quantized(dtype: cst.BaseExpression) -> bool:
    """True for a type that only a quantize layer makes, and no cast: `trt.int8`, `trt.fp8`."""
    name = dtype.attr if isinstance(dtype, cst.Attribute) else dtype
    return isinstance(name, cst.Name) and name.value.lower() in _QUANTIZED


def find_maker(node: cst.BaseExpression, facts: Facts) -> cst.Call | None:
    """Return the method call that made the TensorRT object of an expression."""
    value = facts.value(node)
    origin = value.origin if isinstance(value, Instance) else None
    return origin if isinstance(origin, cst.Call) else None
