"""Stand in for ICudaEngine, which tells of its tensors, and for EngineInspector."""

from __future__ import annotations

import json
import weakref
from typing import Any, Dict, List, Optional, Tuple

from . import enums, log, plan
from .bindings import EngineBindings
from .expose import Native, expose
from .graph import Graph
from .ops import Info
from .plan import EngineData, Limits, Profile, TensorSpec
from .release import MAJOR, TENSOR_NAMES_ONLY
from .values import Dims, IHostMemory


def tensor_format() -> Any:
    return enums.value("TensorFormat", "LINEAR")


@expose
class EngineInspector(Native):
    __slots__ = ("_context", "_engine", "_recorder")

    def _setup(self, engine: Any) -> None:
        self._engine = engine
        self._context: Any = None
        self._recorder: Any = None

    @property
    def execution_context(self) -> Any:
        return self._context

    @execution_context.setter
    def execution_context(self, context: Any) -> None:
        self._context = context

    def _layers(self) -> List[Dict[str, str]]:
        model = self._engine._data.model
        nodes = model.nodes if isinstance(model, Graph) else []
        return [{"Name": node.name, "LayerType": node.kind} for node in nodes]

    def get_layer_information(self, layer_index: int, layout: Any) -> str:
        layer = self._layers()[layer_index]
        return (layer["Name"] if layout.name == "ONELINE" else json.dumps(layer)) + "\n"

    def get_engine_information(self, layout: Any) -> str:
        bindings = [spec.name for spec in self._engine._data.tensors]
        if layout.name == "JSON":
            return json.dumps({"Layers": self._layers(), "Bindings": bindings}, indent=1)
        names = [layer["Name"] for layer in self._layers()]
        return "Layers:\n%s\n\nBindings:\n%s\n" % ("\n".join(names), "\n".join(bindings))


@expose
class ICudaEngine(EngineBindings, Native):
    __slots__ = ("_contexts", "_data", "_logger", "_plan", "_recorder")

    def _setup(self, data: EngineData, logger: Any, content: Optional[bytes] = None) -> None:
        self._data = data
        self._logger = logger
        self._plan = content
        self._recorder: Any = None
        self._contexts: Any = weakref.WeakSet()

    def _complain(self, message: str) -> None:
        log.error(self._logger, "3: [engine] %s" % message, self._recorder)

    def _spec(self, name: Optional[str]) -> Optional[TensorSpec]:
        """A tensor by its name; told to the logger where there is none."""
        spec = self._data.by_name.get(name) if name is not None else None
        if spec is None:
            self._complain(
                "Given invalid tensor name: %s. Get valid tensor names with getIOTensorName()"
                % name
            )
        return spec

    def _profile(self, number: int) -> Optional[Profile]:
        if 0 <= number < len(self._data.profiles):
            return self._data.profiles[number]
        self._complain("Profile index %d is not in [0, %d)" % (number, len(self._data.profiles)))
        return None

    # -- tensors by name

    @property
    def num_io_tensors(self) -> int:
        return len(self._data.tensors)

    def get_tensor_name(self, index: int) -> Optional[str]:
        if 0 <= index < len(self._data.tensors):
            return self._data.tensors[index].name
        self._complain("getIOTensorName: index %d is out of range" % index)
        return None

    def get_tensor_mode(self, name: Optional[str]) -> Any:
        spec = self._spec(name)
        mode = "NONE" if spec is None else "INPUT" if spec.is_input else "OUTPUT"
        return enums.value("TensorIOMode", mode)

    def get_tensor_dtype(self, name: Optional[str]) -> Any:
        spec = self._spec(name)
        return enums.value("DataType", spec.dtype if spec else "FLOAT")

    def get_tensor_shape(self, name: Optional[str]) -> Any:
        spec = self._spec(name)
        return Dims(spec.shape) if spec else Dims._invalid()

    def get_tensor_location(self, name: Optional[str]) -> Any:
        spec = self._spec(name)
        return enums.value("TensorLocation", "HOST" if spec and spec.on_host else "DEVICE")

    def is_shape_inference_io(self, name: Optional[str]) -> bool:
        spec = self._spec(name)
        return spec is not None and spec.is_shape

    def get_tensor_format(self, name: Optional[str], profile_index: int = 0) -> Any:
        self._spec(name)
        return tensor_format()

    def get_tensor_format_desc(self, name: Optional[str], profile_index: int = 0) -> Optional[str]:
        spec = self._spec(name)
        return (
            None
            if spec is None
            else "Row major linear %s format (kLINEAR)" % _FORMATS.get(spec.dtype, spec.dtype)
        )

    def get_tensor_vectorized_dim(self, name: Optional[str], profile_index: int = 0) -> int:
        self._spec(name)
        return -1

    def get_tensor_bytes_per_component(self, name: Optional[str], profile_index: int = 0) -> int:
        self._spec(name)
        return -1 if TENSOR_NAMES_ONLY else 0

    def get_tensor_components_per_element(self, name: Optional[str], profile_index: int = 0) -> int:
        self._spec(name)
        return -1

    def get_tensor_profile_shape(self, name: Optional[str], profile_index: int) -> List[Any]:
        spec, profile = self._spec(name), self._profile(profile_index)
        if spec is None or profile is None or not spec.is_input:
            return [Dims._invalid() for _ in range(3)]
        limits = profile[spec.name]
        shapes = [spec.shape] * 3 if limits.of_values else limits[1:]
        return [Dims(shape) for shape in shapes]

    def get_tensor_profile_values(self, profile_index: int, name: Optional[str]) -> List[List[int]]:
        spec, profile = self._spec(name), self._profile(profile_index)
        if spec is None or profile is None or not spec.is_input or not profile[spec.name].of_values:
            raise RuntimeError("%s is not a shape input tensor" % name)
        return [list(values) for values in profile[spec.name][1:]]

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return self._index_of(key)
        count = self._count()
        index = key if key >= 0 else key + count
        if index >= count:
            raise IndexError("Out of bounds")
        return self._name_at(index)

    # -- the rest

    def create_execution_context(self, strategy: Any = None) -> Any:
        from .context import IExecutionContext

        if MAJOR == 8 and self._data.settings.get("lacks_profile"):  # seen with 8.6.0 on a GPU
            message = "shapes that depend on data need a profile, even if all inputs are fixed"
            log.error(self._logger, "1: [executionContext] %s" % message, self._recorder)
            return None
        return IExecutionContext._make(self)

    def create_execution_context_without_device_memory(self) -> Any:
        return self.create_execution_context()

    def create_engine_inspector(self) -> Any:
        return EngineInspector._make(self)

    def serialize(self) -> Any:
        return IHostMemory._make(self._plan or plan.dump(self._data))

    @property
    def name(self) -> str:
        return self._data.name or "Unnamed Network 0"

    num_optimization_profiles = property(lambda self: len(self._data.profiles))
    num_layers = property(lambda self: self._data.settings["layers"])
    refittable = property(lambda self: self._data.settings["refittable"])
    tactic_sources = property(lambda self: self._data.settings["tactic_sources"])
    num_aux_streams = property(lambda self: 0)
    # Memory that layers would need between them; a program may allocate it and hand it over.
    device_memory_size = property(lambda self: 1024)
    has_implicit_batch_dimension = property(lambda self: False)
    engine_capability = property(
        lambda self: enums.value("EngineCapability", self._data.settings["capability"])
    )
    profiling_verbosity = property(
        lambda self: enums.value("ProfilingVerbosity", self._data.settings["verbosity"])
    )
    hardware_compatibility_level = property(
        lambda self: enums.value("HardwareCompatibilityLevel", self._data.settings["hardware"])
    )

    @property
    def error_recorder(self) -> Any:
        return self._recorder

    @error_recorder.setter
    def error_recorder(self, recorder: Any) -> None:
        self._recorder = recorder

    # -- for contexts

    def _given_shapes(self, profile: int) -> List[Tuple[TensorSpec, Tuple[int, ...]]]:
        """The inputs with their shapes as far as a profile fixes them."""
        found = []
        for spec in self._data.inputs:
            limits = self._data.profiles[profile][spec.name] if profile >= 0 else None
            found.append((spec, spec.shape if limits is None else fixed_part(spec, limits)))
        return found

    def _shape_in_profile(self, spec: TensorSpec, profile: int) -> Tuple[int, ...]:
        """The shape of a tensor where the profile lets no choice, -1 elsewhere."""
        given = {one.name: Info(shape, one.dtype) for one, shape in self._given_shapes(profile)}
        if spec.is_input:
            return given[spec.name].shape
        try:
            return self._data.model.infer(given)[spec.name].shape
        except ValueError:
            return spec.shape


# What descriptions of formats call a type that they do not call by its name.
_FORMATS = {"FLOAT": "FP32", "HALF": "FP16"}


def fixed_part(spec: TensorSpec, limits: Limits) -> Tuple[int, ...]:
    """Return the shape of an input, with -1 where a profile lets it vary."""
    if limits.of_values:
        return spec.shape
    return tuple(low if low == high else -1 for low, high in zip(limits.low, limits.high))
