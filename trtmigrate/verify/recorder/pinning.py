"""Keep the engines that are built, or give back engines that the other side built."""

from __future__ import annotations

import hashlib
import itertools
import os
from typing import Any

from .engines import dims
from .host_memory import HostMemory
from .loading import Loading
from .recorder import Recorder
from .stand_ins import StandIn

# The methods that build an engine.
BUILD = (
    "build_serialized_network",
    "build_engine",
    "build_cuda_engine",
    "build_engine_with_config",
)


class Pinning:
    """The calls that build; engines are matched by the order in which they are built."""

    def __init__(self, recorder: Recorder, loading: Loading, config: dict[str, Any]) -> None:
        self._recorder, self._record, self._loading = recorder, recorder.record, loading
        self._folder, self._mode = config["plans"], config["pin"]
        self._compatible, self._lean = config["version_compatible"], config["lean_runtime"]
        self._quick = config["quick_build"]
        self.trt: Any = None  # the module tensorrt, once it is imported
        self._count = itertools.count()
        os.makedirs(self._folder, exist_ok=True)

    def _path(self, number: int) -> str:
        return os.path.join(self._folder, f"{number:03}.plan")

    def build(self, builder: Any, api: str, original: Any, args: Any, kwargs: Any) -> Any:
        """Build, or return the engine that the other side built at this place.

        `original` is None if this TensorRT has no builder.
        """
        inside = self._recorder.inside
        if getattr(inside, "build", False):
            return original(builder, *args, **kwargs)
        inside.build = True
        try:
            number = next(self._count)
            network = args[0] if args else kwargs.get("network")
            about = {"number": number, "api": api, "network": summarize_network(network)}
            if self._mode == "use" and os.path.exists(self._path(number)):
                return self._pinned(builder, api, about)
            if original is None:
                self._record.event("build", pinned=False, sha256=None, missing=True, **about)
                return None
            return self._built(builder, api, original, args, kwargs, about)
        finally:
            inside.build = False

    def _built(
        self, builder: Any, api: str, original: Any, args: Any, kwargs: Any, about: dict[str, Any]
    ) -> Any:
        """Build with the program's own builder, and keep the plan if this side is to keep it."""
        config = args[1] if len(args) > 1 else kwargs.get("config")
        if self._quick and hasattr(config, "builder_optimization_level"):
            config.builder_optimization_level = 0
        compatible = self._compatible and config is not None and self._make_compatible(config, True)
        built = original(builder, *args, **kwargs)
        if built is None and compatible:
            self._make_compatible(config, False)
            compatible = False
            built = original(builder, *args, **kwargs)
        plan = b""
        if built is not None:
            is_plan = api == "build_serialized_network"
            plan = bytes(built if is_plan else built.serialize())
        digest = hashlib.sha256(plan).hexdigest() if plan else None
        if self._mode == "keep":
            with open(self._path(about["number"]), "wb") as file:
                file.write(plan)
        self._record.event(
            "build", pinned=False, sha256=digest, bytes=len(plan), compatible=compatible, **about
        )
        if built is not None and api != "build_serialized_network":
            self._recorder.add_engine(built, "built", digest)
        return built

    def _pinned(self, builder: Any, api: str, about: dict[str, Any]) -> Any:
        """Return the kept engine in the form that the method `api` returns."""
        with open(self._path(about["number"]), "rb") as file:
            plan = file.read()
        digest = hashlib.sha256(plan).hexdigest() if plan else None
        self._record.event("build", pinned=True, sha256=digest, bytes=len(plan), **about)
        if not plan:  # the build failed on the other side
            return None
        as_plan = api == "build_serialized_network"
        if as_plan and self._compatible:
            return HostMemory(plan)
        logger = getattr(builder, "logger", None) or self.trt.Logger()
        runtime = self.trt.Runtime(logger)
        engine = self._loading.load(runtime, type(runtime).deserialize_cuda_engine, (plan,), {})
        if not as_plan:
            return engine
        memory = engine.serialize() if engine is not None else None
        same = memory is not None and bytes(memory) == plan
        return memory if same else HostMemory(plan)

    def _make_compatible(self, config: Any, on: bool) -> bool:
        """Set or clear the flags of a version-compatible build; return False if there are none."""
        flags = [getattr(self.trt.BuilderFlag, "VERSION_COMPATIBLE", None)]
        if self._lean:
            flags.append(getattr(self.trt.BuilderFlag, "EXCLUDE_LEAN_RUNTIME", None))
        for flag in flags:
            if flag is not None:
                (config.set_flag if on else config.clear_flag)(flag)
        return flags[0] is not None


def summarize_network(network: Any) -> dict[str, Any] | None:
    """Return inputs, outputs and number of layers; None for a stand-in, which has no content."""
    if network is None or isinstance(network, StandIn):
        return None
    try:
        return {
            "inputs": [_tensor(network.get_input(i)) for i in range(network.num_inputs)],
            "outputs": [_tensor(network.get_output(i)) for i in range(network.num_outputs)],
            "layers": int(network.num_layers),
        }
    except Exception:  # the program must not fail because of a note in the report
        return None


def _tensor(tensor: Any) -> list[Any]:
    return [tensor.name, tensor.dtype.name, dims(tensor.shape)]
