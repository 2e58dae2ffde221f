"""Whether an expression does anything but give a value, as far as its text tells."""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax.tree import code, walk

_FUNCTIONS = frozenset(
    """
    abs all any bool bytes enumerate float getattr hasattr int isinstance issubclass len list max
    min next range round set sorted str sum tuple type zip np.sum numpy.sum
    """.split()
)
_METHODS = frozenset(
    """
    lower upper strip lstrip rstrip startswith endswith split keys values items index exists isfile
    get_tensor_name get_tensor_shape get_tensor_dtype get_tensor_mode get_binding_index
    get_binding_name get_binding_shape get_flag get_layer get_input get_output is_shape_binding
    """.split()
)


def has_effect(node: cst.CSTNode) -> bool:
    """Whether evaluating an expression may do more than give a value.

    Calls that read a string, a dictionary, an engine or a network do not; all others may.
    """
    for inner in walk(node):
        if isinstance(inner, (cst.Await, cst.Yield, cst.NamedExpr)):
            return True
        if isinstance(inner, cst.Call) and not _only_reads(inner.func):
            return True
    return False


def _only_reads(function: cst.BaseExpression) -> bool:
    if isinstance(function, cst.Attribute) and function.attr.value in _METHODS:
        return True
    return code(function).strip("()") in _FUNCTIONS
