"""Networks that are built otherwise. AFTER gets the engine of BEFORE unless it is to rebuild."""

from __future__ import annotations

from typing import Any

from .common import applied, breaks

LAYERS = ("add_unary", "add_elementwise", "add_activation")
PINNED = "AFTER runs with the engines that BEFORE built; --rebuild compares what it builds itself"


def with_another_operation(network: Any, call: str, given: tuple[Any, ...]) -> Any:
    """Add the layer with the next operation of its kind that takes the same types."""
    applied()
    *tensors, operation = given
    kinds = type(operation)
    others = {
        "add_unary": [kinds.__members__.get(name) for name in ("NEG", "ABS")],
        "add_elementwise": [kinds.__members__.get(name) for name in ("SUM", "PROD")],
        "add_activation": [kinds.__members__.get(name) for name in ("RELU", "TANH")],
    }[call]
    chosen = next(one for one in others if one != operation)
    return getattr(network, call)(*tensors, chosen)


@breaks("a layer has another operation, rebuilt", LAYERS, "literal_lists_pycuda", rebuild=True)
def other_operation(network: Any, call: str, *given: Any) -> Any:
    return with_another_operation(network, call, given)


@breaks("a layer has another operation", LAYERS, "literal_lists_pycuda", uncovered=PINNED)
def other_operation_pinned(network: Any, call: str, *given: Any) -> Any:
    return with_another_operation(network, call, given)


@breaks("a constant has other values", ("add_constant",), "literal_lists_pycuda", rebuild=True)
def other_constant(network: Any, call: str, shape: Any, weights: Any) -> Any:
    applied()
    return network.add_constant(shape, weights + weights.dtype.type(1))


@breaks("an output has another name", ("mark_output",), "literal_lists_pycuda", rebuild=True)
def other_name(network: Any, call: str, tensor: Any) -> Any:
    applied()
    tensor.name = "renamed"
    return network.mark_output(tensor)


@breaks("an output is missing", ("mark_output",), "queries_by_name", rebuild=True)
def drop_output(network: Any, call: str, tensor: Any) -> Any:
    if network.num_outputs:
        return applied()
    return network.mark_output(tensor)


@breaks("a profile is too narrow", ("set_shape",), "active_profile_assigned", rebuild=True)
def narrow_profile(profile: Any, call: str, name: str, low: Any, best: Any, high: Any) -> Any:
    applied()
    return profile.set_shape(name, low, low, low)


@breaks(
    "a profile is missing",
    ("add_optimization_profile",),
    "active_profile_stream_pycuda",
    rebuild=True,
)
def drop_profile(config: Any, call: str, profile: Any) -> Any:
    if config.num_optimization_profiles:
        applied()
        return 0
    return config.add_optimization_profile(profile)
