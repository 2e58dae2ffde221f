"""Answer questions about this interpreter and about a plan file."""

from __future__ import annotations

import sys
from typing import Any

from .cuda_libraries import find_cuda
from .engines import describe, dims
from .errors import NotCovered


def probe() -> dict[str, Any]:
    """Return the TensorRT and the device of this interpreter, or why there is none."""
    found: dict[str, Any] = {"python": sys.version.split()[0]}
    try:
        import tensorrt  # type: ignore[import-not-found]  # it may be missing

        found.update(tensorrt=str(tensorrt.__version__), builder=hasattr(tensorrt, "Builder"))
    except Exception as error:  # a broken installation can raise anything
        found["tensorrt_error"] = f"{type(error).__name__}: {error}"
    try:
        found["device"] = find_cuda().device()
    except NotCovered as error:
        found["device_error"] = str(error)
    return found


def describe_plan(path: str) -> dict[str, Any]:
    """Return inputs, outputs and profiles of a plan file in the form that the simulator reads."""
    import tensorrt as trt  # only this question needs it

    with open(path, "rb") as file:
        engine = trt.Runtime(trt.Logger(trt.Logger.ERROR)).deserialize_cuda_engine(file.read())
    if engine is None:
        raise SystemExit(f"{path}: TensorRT {trt.__version__} cannot open this plan")
    tensors = describe(engine)
    profiles = []
    for number in range(engine.num_optimization_profiles):
        profile = {}
        for tensor in tensors:
            if tensor["mode"] == "input" and tensor["location"] == "device":
                if hasattr(engine, "get_tensor_profile_shape"):
                    shapes = engine.get_tensor_profile_shape(tensor["name"], number)
                else:
                    shapes = engine.get_profile_shape(number, tensor["name"])
                profile[tensor["name"]] = [dims(shape) for shape in shapes]
        profiles.append(profile)
    return {"tensors": tensors, "profiles": profiles}
