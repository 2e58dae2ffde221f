"""Builder: from a network to an engine, with the checks that a program can run into."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from . import enums, log, plan
from .calibration import calibrate
from .config import IBuilderConfig, IOptimizationProfile, is_set
from .expose import Native, expose
from .graph import Graph
from .network import INetworkDefinition
from .ops import Info
from .plan import EngineData, Limits, Profile, TensorSpec
from .release import TENSOR_NAMES_ONLY, refuse
from .settings import name_kept
from .values import IHostMemory

_LINEAR = 1 << int(enums.value("TensorFormat", "LINEAR"))


class BuildFailure(Exception):
    """Why a network cannot be built; told to the logger, and the program gets None."""


@expose
class Builder(Native):
    __slots__ = ("_allocator", "_batch", "_logger", "_recorder", "_threads")

    def __init__(self, logger: Any) -> None:
        self._logger = logger
        self._recorder: Any = None
        self._allocator: Any = None
        self._batch = 1
        self._threads = 1

    def create_network(self, flags: int = 0) -> Any:
        explicit = (
            int(enums.value("NetworkDefinitionCreationFlag", "EXPLICIT_BATCH"))
            if not TENSOR_NAMES_ONLY
            else 0
        )
        if not TENSOR_NAMES_ONLY and not flags >> explicit & 1:
            refuse(
                "a network with implicit batch dimension (create_network without EXPLICIT_BATCH)"
            )
        return INetworkDefinition._make(self)

    def create_builder_config(self) -> Any:
        return IBuilderConfig._make()

    def create_optimization_profile(self) -> Any:
        return IOptimizationProfile._make()

    def build_serialized_network(self, network: Any, config: Any) -> Any:
        data = self._build(network, config)
        return None if data is None else IHostMemory._make(plan.dump(data))

    def build_engine(self, network: Any, config: Any) -> Any:
        from .engine import ICudaEngine

        data = self._build(network, config)
        return None if data is None else ICudaEngine._make(data, self._logger)

    build_engine_with_config = build_engine

    def is_network_supported(self, network: Any, config: Any) -> bool:
        return self._build(network, config) is not None

    def _build(self, network: Any, config: Any) -> Optional[EngineData]:
        try:
            return _build(network, config)
        except BuildFailure as problem:
            log.error(self._logger, "4: [network] %s" % problem, self._recorder)
        except ValueError as problem:
            log.error(self._logger, "4: [graphShapeAnalyzer] %s" % problem, self._recorder)
        log.error(self._logger, "2: [builder] Assertion engine failed.", self._recorder)
        return None

    @property
    def logger(self) -> Any:
        return self._logger

    @property
    def error_recorder(self) -> Any:
        return self._recorder

    @error_recorder.setter
    def error_recorder(self, recorder: Any) -> None:
        self._recorder = recorder

    @property
    def gpu_allocator(self) -> Any:
        raise AttributeError("unreadable attribute")

    @gpu_allocator.setter
    def gpu_allocator(self, allocator: Any) -> None:
        # Kept and not asked: the simulator's engines need no memory of their own.
        self._allocator = allocator

    @property
    def max_batch_size(self) -> int:
        return self._batch

    @max_batch_size.setter
    def max_batch_size(self, size: int) -> None:
        self._batch = size

    @property
    def max_threads(self) -> int:
        return self._threads

    @max_threads.setter
    def max_threads(self, threads: int) -> None:
        self._threads = threads

    max_DLA_batch_size = property(lambda self: 1)
    num_DLA_cores = property(lambda self: 0)
    platform_has_fast_fp16 = property(lambda self: True)
    platform_has_fast_int8 = property(lambda self: True)
    platform_has_tf32 = property(lambda self: True)

    def get_plugin_registry(self) -> Any:
        from .plugins import registry

        return registry

    def reset(self) -> None:
        self._batch = self._threads = 1


def _build(network: Any, config: Any) -> EngineData:
    if not network._outputs:
        raise BuildFailure("Network must have at least one output")
    for tensor in (*network._inputs, *network._outputs):
        if not tensor._formats & _LINEAR:
            refuse("an input or output without TensorFormat.LINEAR (%s)" % tensor.name)
    names = [tensor.name for tensor in (*network._inputs, *network._outputs)]
    for name in names:
        if names.count(name) > 1:
            raise BuildFailure("two inputs or outputs have the name %s" % name)
    graph = network._graph()
    graph.check_loops()
    shape_inputs = graph.shape_inputs()
    profiles = _profiles(network, config, shape_inputs)
    types = {tensor.name: tensor._info().dtype for tensor in network._outputs}
    for one in profiles:
        _check(graph, network, one)
    calibrate(config, network)
    tensors = [
        TensorSpec(
            tensor.name,
            True,
            tensor._asked or "FLOAT",
            tensor._extents,
            tensor.name in shape_inputs,
            tensor.name in shape_inputs,
        )
        for tensor in network._inputs
    ]
    for tensor in network._outputs:
        shape = tuple(tensor._info().shape)
        tensors.append(TensorSpec(tensor.name, False, types[tensor.name], shape, False, False))
    settings = _settings(network, config)
    settings["lacks_profile"] = not config._profiles and graph.shapes_depend_on_data()
    return EngineData(network.name, tensors, profiles, graph, settings)


def _settings(network: Any, config: Any) -> Dict[str, Any]:
    return {
        "layers": network.num_layers,
        "refittable": is_set(config, "REFIT"),
        "shared_profiles": bool(config._features.get("PROFILE_SHARING_0806")),
        "capability": name_kept(config, "engine_capability", "STANDARD"),
        "verbosity": name_kept(config, "profiling_verbosity", "LAYER_NAMES_ONLY"),
        "hardware": name_kept(config, "hardware_compatibility_level", "NONE"),
        "tactic_sources": config.get_tactic_sources(),
        "weight_names": {
            str(number): {
                key: network._weight_names[value.ctypes.data]
                for key, value in layer._node.attributes.items()
                if hasattr(value, "ctypes") and value.ctypes.data in network._weight_names
            }
            for number, layer in enumerate(network._in_order())
        },
    }


def _profiles(network: Any, config: Any, shape_inputs: List[str]) -> List[Profile]:
    wanted = [t for t in network._inputs if -1 in t._extents]
    values = [t for t in network._inputs if t.name in shape_inputs]
    if not config._profiles:
        if wanted or values:
            raise BuildFailure(
                "Network has dynamic or shape inputs, but no optimization profile has been defined."
            )
        return [
            {t.name: Limits(False, t._extents, t._extents, t._extents) for t in network._inputs}
        ]
    found = []
    for number, given in enumerate(config._profiles):
        one: Profile = {}
        for tensor in network._inputs:
            limits = given._limits.get(tensor.name)
            if tensor in values:
                if limits is None or not limits.of_values:
                    raise BuildFailure(
                        "profile %d has no values for the shape input %s" % (number, tensor.name)
                    )
            elif limits is None or limits.of_values:
                if tensor in wanted:
                    raise BuildFailure(
                        "profile %d is missing shapes for input %s" % (number, tensor.name)
                    )
                limits = Limits(False, tensor._extents, tensor._extents, tensor._extents)
            elif not all(_fits(tensor._extents, shape) for shape in limits[1:]):
                raise BuildFailure(
                    "profile %d: %s does not fit the shape %s of input %s"
                    % (number, limits[1:], tensor._extents, tensor.name)
                )
            one[tensor.name] = limits
        found.append(one)
    return found


def _fits(extents: Any, shape: Any) -> bool:
    return len(extents) == len(shape) and all(n in (-1, m) for n, m in zip(extents, shape))


def _check(graph: Graph, network: Any, profile: Profile) -> None:
    """Try the network with the shapes that a profile is best for. Raises ValueError where they do
    not fit.
    """
    import numpy as np

    inputs = {}
    for tensor in network._inputs:
        limits, dtype = profile[tensor.name], tensor._asked or "FLOAT"
        if limits.of_values:
            shape = tensor._extents
            inputs[tensor.name] = Info(shape, dtype, np.array(limits.best, np.int64).reshape(shape))
        else:
            inputs[tensor.name] = Info(limits.best, dtype)
    graph.infer(inputs)
