"""Shapes that are set wrongly. Each function stands for ``set_input_shape``."""

from __future__ import annotations

from typing import Any

from .common import SHAPE, applied, breaks, names

before: dict[Any, Any] = {}


@breaks("the shape of an input is never set", SHAPE, "active_profile_assigned")
def drop(context: Any, call: str, name: str, shape: Any) -> Any:
    applied()
    return True


@breaks("a shape is set for the first execution only", SHAPE, "active_profile_stream_pycuda")
def set_once(context: Any, call: str, name: str, shape: Any) -> Any:
    if tuple(before.setdefault((id(context), name), shape)) != tuple(shape):
        applied()
    return context.set_input_shape(name, before[id(context), name])


@breaks("a shape is that of the execution before", SHAPE, "active_profile_stream_pycuda")
def one_behind(context: Any, call: str, name: str, shape: Any) -> Any:
    old = before.get((id(context), name), shape)
    before[id(context), name] = shape
    if tuple(old) != tuple(shape):
        applied()
    return context.set_input_shape(name, old)


@breaks("the first extent of a shape is one less", SHAPE, "active_profile_assigned")
def one_less(context: Any, call: str, name: str, shape: Any) -> Any:
    applied()
    return context.set_input_shape(name, [shape[0] - 1, *shape[1:]])


@breaks("the first extent of a shape is one more", SHAPE, "active_profile_assigned")
def one_more(context: Any, call: str, name: str, shape: Any) -> Any:
    applied()
    return context.set_input_shape(name, [shape[0] + 1, *shape[1:]])


@breaks("the extents of a shape are in reverse order", SHAPE, "shape_input_async")
def reverse(context: Any, call: str, name: str, shape: Any) -> Any:
    if tuple(shape) != tuple(reversed(shape)):
        applied()
    return context.set_input_shape(name, list(reversed(shape)))


@breaks("a shape has a dimension more", SHAPE, "active_profile_assigned")
def dimension_more(context: Any, call: str, name: str, shape: Any) -> Any:
    applied()
    return context.set_input_shape(name, [1, *shape])


@breaks("a shape has a dimension less", SHAPE, "active_profile_assigned")
def dimension_less(context: Any, call: str, name: str, shape: Any) -> Any:
    applied()
    return context.set_input_shape(name, shape[1:])


@breaks("a shape is the largest of the profile", SHAPE, "active_profile_assigned")
def largest(context: Any, call: str, name: str, shape: Any) -> Any:
    profile = max(0, context.active_optimization_profile)
    most = context.engine.get_tensor_profile_shape(name, profile)[2]
    if tuple(most) != tuple(shape):
        applied()
    return context.set_input_shape(name, most)


@breaks("the shape is set for an output", SHAPE, "active_profile_assigned")
def output_shape(context: Any, call: str, name: str, shape: Any) -> Any:
    applied()
    return context.set_input_shape(names(context, "OUTPUT")[0], shape)


@breaks("the shape is set on another context", SHAPE, "active_profile_assigned")
def other_context(context: Any, call: str, name: str, shape: Any) -> Any:
    applied()
    if "context" not in before:
        before["context"] = context.engine.create_execution_context()
    return before["context"].set_input_shape(name, shape)


@breaks("a shape is set for the name with its profile", SHAPE, "active_profile_assigned")
def suffixed_name(context: Any, call: str, name: str, shape: Any) -> Any:
    applied()
    return context.set_input_shape(f"{name} [profile 1]", shape)
