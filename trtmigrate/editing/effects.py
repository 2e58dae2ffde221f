"""Decide whether an expression can be dropped, with what is known of TensorRT's methods."""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax import effects
from trtmigrate.syntax.templates import parenthesized

# Methods of engines, contexts, networks and layers that only read.
_READING_METHODS = frozenset(
    """
    get_tensor_name get_tensor_shape get_tensor_dtype get_tensor_mode get_binding_index
    get_binding_name get_binding_shape get_flag get_layer get_input get_output is_shape_binding
    """.split()
)


def has_effect(node: cst.CSTNode) -> bool:
    """True if evaluating an expression may do more than give a value.

    Calls that read a string, a dictionary, an engine or a network do not; all others may.
    """
    return effects.has_effect(node, _READING_METHODS)


def without_value(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """Return what has to stay of an expression whose value is not needed; None if nothing has to.

    Of `max(1, count(images))` the call of `count` stays.
    """
    parts = effects.effectful_parts(node, _READING_METHODS)
    if not parts:
        return None
    part = parts[0] if len(parts) == 1 else node
    if isinstance(part, cst.NamedExpr) and not part.lpar:
        return parenthesized(part)
    return part
