"""Code that has one branch for the tensor API and one for the binding API.

Programs that run on several releases tell them apart in their own ways: by a version, by a flag of
their own, by AttributeError. The members that each branch uses tell which branch is which.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax.tree import Try, walk

_TENSOR_API = frozenset(
    [
        "num_io_tensors",
        "get_tensor_name",
        "get_tensor_shape",
        "get_tensor_mode",
        "get_tensor_dtype",
        "set_input_shape",
        "set_tensor_address",
        "execute_async_v3",
        "set_memory_pool_limit",
        "build_serialized_network",
    ]
)
_BINDING_API = frozenset(
    [
        "num_bindings",
        "get_binding_name",
        "get_binding_shape",
        "binding_is_input",
        "get_binding_dtype",
        "set_binding_shape",
        "execute_async_v2",
        "execute_async",
        "max_workspace_size",
        "build_engine",
        "build_cuda_engine",
        "get_binding_index",
    ]
)


def first_is_newer(body: cst.CSTNode, orelse: cst.CSTNode) -> bool | None:
    """True if the first of two branches is for the tensor API and the second for the binding API,
    False if it is the other way round, None if they do not differ so.
    """
    first, second = _members(body), _members(orelse)
    if _is_new_only(first) and _is_old_only(second):
        return True
    return False if _is_new_only(second) and _is_old_only(first) else None


def tells_apart(node: Try) -> bool:
    """True if the body of a `try` uses one of the two APIs and a handler uses the other."""
    tried = _members(node.body)
    caught = {member for handler in node.handlers for member in _members(handler.body)}
    old_first = tried & _BINDING_API and caught & _TENSOR_API
    return bool(old_first or (tried & _TENSOR_API and caught & _BINDING_API))


def _members(node: cst.CSTNode) -> set[str]:
    return {n.attr.value for n in walk(node) if isinstance(n, cst.Attribute)}


def _is_new_only(members: set[str]) -> bool:
    return bool(members & _TENSOR_API) and not members & _BINDING_API


def _is_old_only(members: set[str]) -> bool:
    return bool(members & _BINDING_API) and not members & _TENSOR_API
