"""Whether an expression can be dropped: effects, with what is known of TensorRT's methods."""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax import effects

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
