"""Tensors and layers of a network under construction.

A layer's class is made from the release's own list of properties: each reads and writes an
attribute of the node, converted from and to what the API shows.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from . import enums, surface
from .expose import Native, expose, expose_as
from .graph import ABSENT, Node
from .ops import Info
from .release import refuse
from .signatures import CLASSES, plain_type
from .values import Dims, Permutation, Weights


@expose
class ITensor(Native):
    """``_asked`` is the type that the program set, None as long as it follows from the layer."""

    __slots__ = (
        "_asked",
        "_dimension_names",
        "_extents",
        "_formats",
        "_id",
        "_location",
        "_name",
        "_network",
        "_node",
        "_range",
        "_spread",
    )

    def _setup(self, network: Any, number: int, name: str, node: Optional[Node]) -> None:
        self._network = network
        self._id = number
        self._name = name
        self._node = node
        self._asked: Optional[str] = None
        self._extents: Tuple[int, ...] = ()
        self._formats = (1 << len(CLASSES["TensorFormat"].__members__)) - 1  # type: ignore[attr-defined]
        self._location = "DEVICE"
        self._range: Optional[Tuple[float, float]] = None
        self._dimension_names: Dict[int, str] = {}
        self._spread = False

    def _info(self) -> Info:
        found: Info = self._network._info(self)
        return found

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = name

    @property
    def shape(self) -> Any:
        return Dims(self._info().shape)

    @shape.setter
    def shape(self, shape: Any) -> None:
        # Only an input's shape is the program's to choose; for others the library ignores it.
        if self._node is None:
            self._extents = tuple(shape)
            self._network._changed()

    @property
    def dtype(self) -> Any:
        return enums.value("DataType", self._info().dtype)

    @dtype.setter
    def dtype(self, dtype: Any) -> None:
        self._asked = dtype.name
        if self._node is not None:
            self._node.types[self._node.outputs.index(self._id)] = dtype.name
        self._network._changed()

    @property
    def is_network_input(self) -> bool:
        return self._node is None

    @property
    def is_network_output(self) -> bool:
        return bool(self._network._is_output(self))

    @property
    def is_shape_tensor(self) -> bool:
        info = self._info()
        return (
            info.dtype in ("INT32", "INT64", "BOOL")
            and len(info.shape) <= 1
            and (info.value is not None or self._id in self._network._shape_tensors())
        )

    @property
    def is_execution_tensor(self) -> bool:
        return True

    @property
    def location(self) -> Any:
        return enums.value("TensorLocation", self._location)

    @location.setter
    def location(self, location: Any) -> None:
        self._location = location.name

    @property
    def allowed_formats(self) -> int:
        return self._formats

    @allowed_formats.setter
    def allowed_formats(self, formats: int) -> None:
        self._formats = formats

    @property
    def broadcast_across_batch(self) -> bool:
        return self._spread

    @broadcast_across_batch.setter
    def broadcast_across_batch(self, spread: bool) -> None:
        self._spread = spread

    @property
    def dynamic_range(self) -> Optional[Tuple[float, float]]:
        return self._range

    @dynamic_range.setter
    def dynamic_range(self, limits: Any) -> None:
        self._range = (float(limits[0]), float(limits[1]))

    def set_dynamic_range(self, low: float, high: float) -> bool:
        self._range = (low, high)
        return True

    def reset_dynamic_range(self) -> None:
        self._range = None

    def get_dimension_name(self, index: int) -> Optional[str]:
        return self._dimension_names.get(index)

    def set_dimension_name(self, index: int, name: str) -> None:
        self._dimension_names[index] = name


@expose
class ILayer(Native):
    __slots__ = ("_inputs", "_network", "_node", "_outputs", "_texts")

    def _setup(
        self,
        network: Any,
        node: Node,
        inputs: List[Any],
        outputs: List[Any],
        texts: Optional[Dict[str, str]] = None,
    ) -> None:
        self._network = network
        self._node = node
        self._inputs = inputs
        self._outputs = outputs
        self._texts = {} if texts is None else texts

    def _of_any_kind(self) -> Any:
        """The same layer as `get_layer` gives it: programs say by `__class__` what it is."""
        made: Any = CLASSES["ILayer"]
        return made._make(self._network, self._node, self._inputs, self._outputs, self._texts)

    @property
    def name(self) -> str:
        return self._node.name

    @name.setter
    def name(self, name: str) -> None:
        self._node.name = name

    @property
    def type(self) -> Any:
        return enums.value("LayerType", self._node.kind)

    @property
    def metadata(self) -> str:
        return self._texts.get("metadata", "")

    @metadata.setter
    def metadata(self, text: str) -> None:
        self._texts["metadata"] = text

    @property
    def num_inputs(self) -> int:
        return len(self._inputs)

    @property
    def num_outputs(self) -> int:
        return len(self._outputs)

    def get_input(self, index: int) -> Any:
        return self._inputs[index] if 0 <= index < len(self._inputs) else None

    def get_output(self, index: int) -> Any:
        return self._outputs[index] if 0 <= index < len(self._outputs) else None

    def set_input(self, index: int, tensor: Any) -> None:
        self._inputs += [None] * (index + 1 - len(self._inputs))
        self._inputs[index] = tensor
        if self._node.kind == "RECURRENCE" and index == 1:
            # It lies further on in the graph, and is no input of the first turn.
            self._node.attributes["next"] = tensor._id
            return
        self._node.inputs = [ABSENT if one is None else one._id for one in self._inputs]
        self._network._changed()

    def get_output_type(self, index: int) -> Any:
        return self._outputs[index].dtype

    def set_output_type(self, index: int, dtype: Any) -> None:
        self._node.types[index] = dtype.name
        self._network._changed()

    def output_type_is_set(self, index: int) -> bool:
        return self._node.types[index] is not None

    def reset_output_type(self, index: int) -> None:
        self._node.types[index] = None
        self._network._changed()

    # What precision a layer runs in is the device's affair: outputs are computed as their type
    # asks.

    @property
    def precision(self) -> Any:
        return enums.value("DataType", self._texts.get("precision", "FLOAT"))

    @precision.setter
    def precision(self, precision: Any) -> None:
        self._texts["precision"] = precision.name

    @property
    def precision_is_set(self) -> bool:
        return "precision" in self._texts

    def reset_precision(self) -> None:
        self._texts.pop("precision", None)


# Two names of one setting: the old ones of two dimensions, and padding, which sets both sides.
_SAME = {
    "kernel_size": "kernel_size_nd",
    "stride": "stride_nd",
    "dilation": "dilation_nd",
    "window_size": "window_size_nd",
    "padding": "pre_padding",
    "padding_nd": "pre_padding",
}


def _attribute_of(cls: str, name: str) -> str:
    if cls == "IPaddingLayer":
        return name if name.endswith("_nd") else name + "_nd"
    return _SAME.get(name, name)


def stored(value: Any) -> Any:
    """How an attribute is kept: enums by name, Dims as lists, weights as arrays."""
    if isinstance(value, enums.Enum):
        return value.name
    if isinstance(value, Dims):
        return [int(extent) for extent in value]
    if isinstance(value, Permutation):
        return [value[axis] for axis in range(len(value))]
    if isinstance(value, Weights):
        return value._array
    return value


def _shown(value: Any, type_name: str) -> Any:
    if type_name in ("Dims", "DimsHW", "Permutation") and not isinstance(value, (int, float)):
        return CLASSES[type_name](value or ()) if value or type_name != "Dims" else Dims._invalid()
    if isinstance(value, str) and type_name in CLASSES:
        return enums.value(type_name, value)
    if value is None and type_name in ("numpy.ndarray", "object"):
        return np.empty(0, np.float32)
    return value


def _attribute(cls: str, name: str, type_name: str) -> property:
    def key_of(layer: Any) -> str:
        attributes = layer._node.attributes
        key = name if name in attributes else _attribute_of(cls, name)
        if key not in attributes:
            refuse("%s.%s" % (cls, name))
        return key

    def read(self: Any) -> Any:
        value = self._node.attributes[key_of(self)]
        if value is None and type_name == "DimsHW":
            value = [0, 0] if "padding" in name else [1, 1]
        return _shown(value, type_name)

    def write(self: Any, value: Any) -> None:
        self._node.attributes[key_of(self)] = stored(value)
        if name in ("padding", "padding_nd"):
            self._node.attributes["post_padding"] = stored(value)
        self._network._changed()

    return property(read, write)


def _layer_class(path: str, base: type) -> type:
    namespace: Dict[str, Any] = {"__slots__": ()}
    for name, member in surface.own_members(path).items():
        if member.kind in ("property", "readonly"):
            type_name = plain_type(str(member.details[0])) if member.details else ""
            namespace[name] = _attribute(path, name, type_name)
    return expose_as(path, type(path, (base,), namespace))


@expose
class ILoopBoundaryLayer(ILayer):
    __slots__ = ()

    @property
    def loop(self) -> Any:
        return self._network._loops[self._node.attributes["loop"]]


for _path in surface.classes():
    if surface.describe(_path).details == ("ILayer",) and _path not in CLASSES:
        _layer_class(_path, ILayer)
    elif surface.describe(_path).details == ("ILoopBoundaryLayer",):
        _layer_class(_path, ILoopBoundaryLayer)


@expose
class ILoop(Native):
    __slots__ = ("_name", "_network", "_number")

    def _setup(self, network: Any, number: int) -> None:
        self._network = network
        self._number = number
        self._name = ""

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = name

    def _add(self, kind: str, tensor: Any, /, **settings: Any) -> Any:
        return self._network._add(kind, [tensor], loop=self._number, **settings)

    def add_recurrence(self, initial: Any) -> Any:
        return self._add("RECURRENCE", initial)

    def add_trip_limit(self, tensor: Any, kind: Any) -> Any:
        return self._add("TRIP_LIMIT", tensor, kind=kind)

    def add_iterator(self, tensor: Any, axis: int = 0, reverse: bool = False) -> Any:
        return self._add("ITERATOR", tensor, axis=axis, reverse=reverse)

    def add_loop_output(self, tensor: Any, kind: Any, axis: int = 0) -> Any:
        return self._add("LOOP_OUTPUT", tensor, kind=kind, axis=axis)
