"""Questions to engines and contexts that get another answer."""

from __future__ import annotations

from typing import Any

from .common import applied, breaks

# Programs that look everything up by name, so that the order of the names does not matter.
BY_NAME = ("gpuarrays_pycuda",)
TYPE = "get_tensor_dtype"


def other_mode(engine: Any, name: str) -> Any:
    """Return the mode that a tensor has not."""
    mode = engine.get_tensor_mode(name)
    return next(one for one in type(mode).__members__.values() if one != mode and int(one))


@breaks("inputs count as outputs", ("get_tensor_mode",), "execute_v2_synchronous")
def turn_modes(engine: Any, call: str, name: str) -> Any:
    applied()
    return other_mode(engine, name)


@breaks(
    "the tensors are numbered from behind",
    ("get_tensor_name",),
    "literal_lists_pycuda",
    same_in=BY_NAME,
)
def number_from_behind(engine: Any, call: str, index: int) -> Any:
    applied()
    return engine.get_tensor_name(engine.num_io_tensors - 1 - index)


@breaks(
    "a tensor has the name of the next",
    ("get_tensor_name",),
    "literal_lists_pycuda",
    same_in=BY_NAME,
)
def next_name(engine: Any, call: str, index: int) -> Any:
    applied()
    return engine.get_tensor_name((index + 1) % engine.num_io_tensors)


@breaks("the shape is that of the engine", ("get_tensor_shape",), "shape_input_async")
def engine_shape(context: Any, call: str, name: str) -> Any:
    shape = context.get_tensor_shape(name)
    if hasattr(context, "engine") and tuple(shape) != tuple(context.engine.get_tensor_shape(name)):
        applied()
        return context.engine.get_tensor_shape(name)
    return shape


@breaks("the type of a tensor is a smaller one", (TYPE,), "execute_v2_synchronous")
def half_type(engine: Any, call: str, name: str) -> Any:
    applied()
    return type(engine.get_tensor_dtype(name)).HALF


@breaks("the type of a tensor is a larger one", ("nptype",), "execute_v2_synchronous")
def double_type(trt: Any, call: str, dtype: Any) -> Any:
    applied()
    return float


@breaks(
    "host arrays have another type",
    ("astype",),
    "literal_lists_pycuda",
    same_in=("comprehension_in_loop",),  # it copies whole numbers into an array that stays
)
def other_array(array: Any, call: str, dtype: Any) -> Any:
    applied()
    return array.astype("int32")


@breaks(
    "a tensor of the host counts as one of the device",
    ("get_tensor_location",),
    "shape_input_async",
)
def turn_locations(engine: Any, call: str, name: str) -> Any:
    applied()
    where = engine.get_tensor_location(name)
    return type(where).DEVICE if where == type(where).HOST else type(where).HOST


@breaks(
    "the ranges are those of another profile",
    ("get_tensor_profile_shape",),
    "profiles_shape_queries",
)
def other_profile(engine: Any, call: str, name: str, profile_index: int) -> Any:
    count = engine.num_optimization_profiles
    if count > 1:
        applied()
    return engine.get_tensor_profile_shape(name, (profile_index + 1) % count)
