"""Ask engines and contexts for their tensors, through whichever API they have."""

from __future__ import annotations

import re
from typing import Any

# TensorRT's name of a data type -> (our name, bits). NumPy lacks the last five.
DTYPES = {
    "FLOAT": ("float32", 32),
    "HALF": ("float16", 16),
    "INT8": ("int8", 8),
    "INT32": ("int32", 32),
    "BOOL": ("bool", 8),
    "UINT8": ("uint8", 8),
    "INT64": ("int64", 64),
    "BF16": ("bfloat16", 16),
    "FP8": ("float8", 8),
    "INT4": ("int4", 4),
    "FP4": ("float4", 4),
    "E8M0": ("e8m0", 8),
}
BITS = dict(DTYPES.values())
PROFILE_SUFFIX = " [profile "


def tensor_names(engine: Any) -> list[str]:
    """Return the names of the tensors in the order of the bindings of one profile."""
    if hasattr(engine, "get_tensor_name"):
        return [engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]
    count = engine.num_bindings // max(1, engine.num_optimization_profiles)
    return [engine.get_binding_name(i).split(PROFILE_SUFFIX)[0] for i in range(count)]


def describe(engine: Any) -> list[dict[str, Any]]:
    """Return name, mode, dtype, shape and location of every tensor."""
    found = []
    for name in tensor_names(engine):
        if hasattr(engine, "get_tensor_mode"):
            is_input = engine.get_tensor_mode(name).name == "INPUT"
            dtype, shape = engine.get_tensor_dtype(name), engine.get_tensor_shape(name)
            location = engine.get_tensor_location(name).name
        else:
            is_input = engine.binding_is_input(name)
            dtype, shape = engine.get_binding_dtype(name), engine.get_binding_shape(name)
            location = engine.get_location(name).name
        found.append(
            {
                "name": name,
                "mode": "input" if is_input else "output",
                "dtype": DTYPES.get(dtype.name, (dtype.name, 0))[0],
                "shape": dims(shape),
                "location": location.lower(),
            }
        )
    return found


def dims(shape: Any) -> list[int] | None:
    """Return a Dims as a list; None for the invalid Dims, whose len() raises ValueError."""
    try:
        return [int(extent) for extent in tuple(shape)]
    except ValueError:
        return None


def known(shape: list[int] | None) -> bool:
    """Return True if every extent of a shape is known."""
    return shape is not None and all(extent >= 0 for extent in shape)


def format_of(engine: Any, name: str, profile: int) -> str:
    """Return the name of a tensor's format; LINEAR if the release cannot be asked (before 8.5).

    The description, "... (kCHW4)", is asked first, because lean runtimes lack the enum. Releases
    differ in whether they take a profile, and the format of an output may be known for profile 0
    only.
    """
    for method in ("get_tensor_format_desc", "get_tensor_format"):
        for arguments in ((name, profile), (name,)):
            try:
                answer = getattr(engine, method)(*arguments)
            except (TypeError, AttributeError):
                continue
            found = re.search(r"\bk?([A-Z][A-Z0-9_]+)\)?$", str(getattr(answer, "name", answer)))
            if found:
                return found[1]
    return "unknown" if hasattr(engine, "get_tensor_format") else "LINEAR"


def profile_of(context: Any) -> int:
    """Return the active profile; 0 for a context that has no profile (-1 in 8.x)."""
    return max(0, int(getattr(context, "active_optimization_profile", 0)))
