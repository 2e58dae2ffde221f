"""Code that has one branch for the tensor API and one for the binding API.

Programs that run on several releases tell them apart in their own ways: by a version, by a flag of
their own, by AttributeError. The members that each branch uses tell which branch is which.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.syntax.tree import Tree, Try, code, walk

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
# What a builder had itself before TensorRT 8, and how a configuration says it.
_MODES = frozenset(["fp16_mode", "int8_mode", "strict_type_constraints"])
_BUILDER_API = _MODES | {"build_cuda_engine"}
_CONFIG_API = frozenset(["create_builder_config", "build_engine", "build_serialized_network"])


class ApiGenerations:
    """Tells the branches of one module apart; what it found for a statement, it remembers."""

    def __init__(self, tree: Tree) -> None:
        members = {attribute.attr.value for attribute in tree.of_kind(cst.Attribute)}
        self.has_both = bool(members & _TENSOR_API) and bool(members & _BINDING_API)
        self._has_builder_api = bool(members & _BUILDER_API)
        self._newer: dict[cst.CSTNode, bool | None] = {}

    def first_is_newer(self, node: cst.If | cst.IfExp) -> bool | None:
        """True if the first branch of a condition is for the tensor API and the other for the
        binding API, False if it is the other way round, None if they do not differ so.
        """
        if not self.has_both or node.orelse is None:
            return None
        if node not in self._newer:
            self._newer[node] = _first_is_newer(_members(node.body), _members(node.orelse))
        return self._newer[node]

    def tells_apart(self, node: Try) -> bool:
        """True if the body of a `try` uses one of the two APIs and a handler uses the other."""
        if not self.has_both:
            return False
        tried, caught = _members(node.body), _members_of_handlers(node)
        old_first = tried & _BINDING_API and caught & _TENSOR_API
        return bool(old_first or (tried & _TENSOR_API and caught & _BINDING_API))

    def is_before_config(self, node: Try) -> bool:
        """True if the body of a `try` sets up or builds with a builder as before TensorRT 8, and a
        handler uses a configuration, or waits for a builder without the mode that the body sets.
        """
        tried = _members(node.body) if self._has_builder_api else set()
        if not tried & _BUILDER_API or tried & _CONFIG_API:
            return False
        return bool(_members_of_handlers(node) & _CONFIG_API) or _waits_for_mode(node)


def _members_of_handlers(node: Try) -> set[str]:
    return {member for handler in node.handlers for member in _members(handler.body)}


def _waits_for_mode(node: Try) -> bool:
    """True if a `try` sets a mode of the builder and catches nothing but AttributeError: nothing
    else raises it there than a builder without the mode.
    """
    caught = [code(handler.type) if handler.type is not None else "" for handler in node.handlers]
    return caught == ["AttributeError"] and any(
        isinstance(n, cst.AssignTarget)
        and isinstance(n.target, cst.Attribute)
        and n.target.attr.value in _MODES
        for n in walk(node.body)
    )


def _first_is_newer(first: set[str], second: set[str]) -> bool | None:
    if _is_new_only(first) and _is_old_only(second):
        return True
    return False if _is_new_only(second) and _is_old_only(first) else None


def _members(node: cst.CSTNode) -> set[str]:
    return {n.attr.value for n in walk(node) if isinstance(n, cst.Attribute)}


def _is_new_only(members: set[str]) -> bool:
    return bool(members & _TENSOR_API) and not members & _BINDING_API


def _is_old_only(members: set[str]) -> bool:
    return bool(members & _BINDING_API) and not members & _TENSOR_API
