"""INetworkDefinition: a graph under construction."""

from __future__ import annotations

import copy
from typing import Any, Dict, List, Optional, Sequence, Set

from . import log
from .expose import Native, expose
from .graph import ABSENT, Graph, Node
from .layer_kinds import KINDS, OUTPUTS
from .layers import ILoop, ITensor, stored
from .ops import Info
from .release import refuse
from .signatures import CLASSES


@expose
class INetworkDefinition(Native):
    __slots__ = (
        "_builder",
        "_inputs",
        "_known",
        "_layers",
        "_loops",
        "_name",
        "_next",
        "_outputs",
        "_recorder",
        "_tensors",
        "_weight_names",
    )

    def _setup(self, builder: Any) -> None:
        self._builder = builder
        self._inputs: List[Any] = []
        self._outputs: List[Any] = []
        self._layers: List[Any] = []
        self._loops: List[Any] = []
        self._tensors: Dict[int, Any] = {}
        self._known: Dict[int, Info] = {}
        self._name = ""
        self._next = 0
        self._recorder: Any = builder.error_recorder
        self._weight_names: Dict[int, str] = {}

    # -- what is known of the tensors

    def _changed(self) -> None:
        self._known.clear()

    def _info(self, tensor: Any) -> Info:
        """Shape and type of a tensor, following the layers from the inputs."""
        pending = [tensor]
        while pending:
            one = pending[-1]
            if one._id in self._known:
                pending.pop()
                continue
            if one._node is None:
                self._known[one._id] = Info(one._extents, one._asked or "FLOAT")
                continue
            inputs = one._node.inputs
            missing = [self._tensors[i] for i in inputs if i != ABSENT and i not in self._known]
            if missing:
                pending.extend(missing)
                continue
            try:
                found = one._node.infer([self._known.get(i) for i in inputs])
            except ValueError as problem:
                self._complain("%s: %s" % (one._node.name, problem))
                found = [Info((), "FLOAT") for _ in one._node.outputs]
            self._known.update(zip(one._node.outputs, found))
        return self._known[tensor._id]

    def _complain(self, message: str) -> None:
        log.error(self._builder.logger, "4: [network] %s" % message, self._recorder)

    def _is_output(self, tensor: Any) -> bool:
        return any(tensor is one for one in self._outputs)

    def _shape_tensors(self) -> Set[int]:
        names = self._graph().shape_inputs()
        return {tensor._id for tensor in self._inputs if tensor.name in names}

    def _graph(self) -> Graph:
        """The network as it is now, independent of what is done with it later."""
        graph = Graph()
        graph.inputs = [(tensor.name, tensor._id) for tensor in self._inputs]
        graph.outputs = [(tensor.name, tensor._id) for tensor in self._outputs]
        graph.nodes = [copy.copy(layer._node) for layer in self._in_order()]
        for node in graph.nodes:
            node.attributes = dict(node.attributes)
        return graph

    def _in_order(self) -> List[Any]:
        """The layers, each after the ones it reads: set_input may have turned that around."""
        ready = {ABSENT, *(tensor._id for tensor in self._inputs)}
        left, found = list(self._layers), []
        while left:
            layer = next((one for one in left if ready.issuperset(one._node.inputs)), None)
            if layer is None:
                raise ValueError("the network has a cycle or reads a removed tensor")
            left.remove(layer)
            found.append(layer)
            ready.update(layer._node.outputs)
        return found

    # -- inputs and outputs

    def _tensor(self, name: str, node: Optional[Node]) -> Any:
        tensor = ITensor._make(self, self._next, name, node)
        self._tensors[self._next] = tensor
        self._next += 1
        return tensor

    def add_input(self, name: str, dtype: Any, shape: Any) -> Any:
        if any(tensor.name == name for tensor in self._inputs):
            self._complain("addInput: the name %s is taken" % name)
            return None
        tensor = self._tensor(name, None)
        tensor._asked = dtype.name
        tensor._extents = tuple(shape)
        self._inputs.append(tensor)
        return tensor

    def mark_output(self, tensor: Any) -> None:
        if not self._is_output(tensor):
            self._outputs.append(tensor)

    def unmark_output(self, tensor: Any) -> None:
        self._outputs = [one for one in self._outputs if one is not tensor]

    def mark_output_for_shapes(self, tensor: Any) -> bool:
        refuse("INetworkDefinition.mark_output_for_shapes")

    def remove_tensor(self, tensor: Any) -> None:
        self._inputs = [one for one in self._inputs if one is not tensor]
        self.unmark_output(tensor)

    def get_input(self, index: int) -> Any:
        return self._inputs[index] if 0 <= index < len(self._inputs) else None

    def get_output(self, index: int) -> Any:
        return self._outputs[index] if 0 <= index < len(self._outputs) else None

    def get_layer(self, index: int) -> Any:
        return self._layers[index]._of_any_kind() if 0 <= index < len(self._layers) else None

    def __len__(self) -> int:
        return len(self._layers)

    def __getitem__(self, index: int) -> Any:
        if not -len(self._layers) <= index < len(self._layers):
            raise IndexError("Out of bounds")
        return self._layers[index]._of_any_kind()

    @property
    def num_inputs(self) -> int:
        return len(self._inputs)

    @property
    def num_outputs(self) -> int:
        return len(self._outputs)

    @property
    def num_layers(self) -> int:
        return len(self._layers)

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = name

    @property
    def builder(self) -> Any:
        return self._builder

    @property
    def error_recorder(self) -> Any:
        return self._recorder

    @error_recorder.setter
    def error_recorder(self, recorder: Any) -> None:
        self._recorder = recorder

    @property
    def has_implicit_batch_dimension(self) -> bool:
        return False

    @property
    def has_explicit_precision(self) -> bool:
        return False

    def set_weights_name(self, weights: Any, name: str) -> bool:
        self._weight_names[weights._array.ctypes.data] = name
        return True

    # -- layers

    def _add(self, kind: str, inputs: Sequence[Any], /, **settings: Any) -> Any:
        cls, title, defaults = KINDS[kind]
        if any(tensor is None for tensor in inputs):
            self._complain("a layer of type %s was given no tensor" % kind)
            return None
        name = "(Unnamed Layer* %d) [%s]" % (len(self._layers), title)
        count = OUTPUTS.get(kind, 1)
        attributes = {**defaults, **{key: stored(value) for key, value in settings.items()}}
        node = Node(
            kind, name, attributes, [t._id for t in inputs], range(self._next, self._next + count)
        )
        suffixes = ["_output"] if count == 1 else ["_output_%d" % (i + 1) for i in range(count)]
        outputs = [self._tensor(name + suffix, node) for suffix in suffixes]
        layer = CLASSES[cls]._make(self, node, list(inputs), outputs)  # type: ignore[attr-defined]
        self._layers.append(layer)
        return layer

    def add_activation(self, tensor: Any, kind: Any) -> Any:
        return self._add("ACTIVATION", [tensor], type=kind)

    def add_assertion(self, condition: Any, message: str) -> Any:
        return self._add("ASSERTION", [condition], message=message)

    def add_cast(self, tensor: Any, to_type: Any) -> Any:
        return self._add("CAST", [tensor], to_type=to_type)

    def add_concatenation(self, inputs: Sequence[Any]) -> Any:
        return self._add("CONCATENATION", inputs)

    def add_constant(self, shape: Any, weights: Any) -> Any:
        return self._add("CONSTANT", [], shape=shape, weights=weights, dtype=weights._dtype)

    def add_convolution_nd(
        self, tensor: Any, maps: int, size: Any, kernel: Any, bias: Any = None
    ) -> Any:
        return self._windowed("CONVOLUTION", tensor, maps, size, kernel, bias)

    def add_deconvolution_nd(
        self, tensor: Any, maps: int, size: Any, kernel: Any, bias: Any = None
    ) -> Any:
        return self._windowed("DECONVOLUTION", tensor, maps, size, kernel, bias)

    add_convolution = add_convolution_nd
    add_deconvolution = add_deconvolution_nd

    def _windowed(
        self, kind: str, tensor: Any, maps: int, size: Any, kernel: Any, bias: Any
    ) -> Any:
        return self._add(
            kind, [tensor], num_output_maps=maps, kernel_size_nd=size, kernel=kernel, bias=bias
        )

    def add_cumulative(
        self, tensor: Any, axis: Any, op: Any, exclusive: bool, reverse: bool
    ) -> Any:
        return self._add("CUMULATIVE", [tensor, axis], op=op, exclusive=exclusive, reverse=reverse)

    def add_quantize(self, tensor: Any, scale: Any, *output_type: Any) -> Any:
        return self._add("QUANTIZE", [tensor, scale], **_to_type(output_type))

    def add_dequantize(self, tensor: Any, scale: Any, *output_type: Any) -> Any:
        return self._add("DEQUANTIZE", [tensor, scale], **_to_type(output_type))

    def add_einsum(self, inputs: Sequence[Any], equation: str) -> Any:
        return self._add("EINSUM", inputs, equation=equation)

    def add_elementwise(self, left: Any, right: Any, op: Any) -> Any:
        return self._add("ELEMENTWISE", [left, right], op=op)

    def add_fill(self, shape: Any, op: Any, *output_type: Any) -> Any:
        return self._add("FILL", [], shape=shape, operation=op, **_to_type(output_type))

    def add_fully_connected(self, tensor: Any, outputs: int, kernel: Any, bias: Any = None) -> Any:
        return self._add(
            "FULLY_CONNECTED", [tensor], num_output_channels=outputs, kernel=kernel, bias=bias
        )

    def add_gather(self, tensor: Any, indices: Any, axis: int) -> Any:
        return self._add("GATHER", [tensor, indices], axis=axis)

    def add_gather_v2(self, tensor: Any, indices: Any, mode: Any) -> Any:
        return self._add("GATHER", [tensor, indices], mode=mode)

    def add_identity(self, tensor: Any) -> Any:
        return self._add("IDENTITY", [tensor])

    def add_loop(self) -> Any:
        self._loops.append(ILoop._make(self, len(self._loops)))
        return self._loops[-1]

    def add_lrn(self, tensor: Any, window: int, alpha: float, beta: float, k: float) -> Any:
        return self._add("LRN", [tensor], window_size=window, alpha=alpha, beta=beta, k=k)

    def add_matrix_multiply(self, left: Any, op0: Any, right: Any, op1: Any) -> Any:
        return self._add("MATRIX_MULTIPLY", [left, right], op0=op0, op1=op1)

    def add_non_zero(self, tensor: Any, *indices_type: Any) -> Any:
        return self._add("NON_ZERO", [tensor])

    def add_normalization(self, tensor: Any, scale: Any, bias: Any, axes: int) -> Any:
        return self._add("NORMALIZATION", [tensor, scale, bias], axes=axes)

    def add_one_hot(self, indices: Any, values: Any, depth: Any, axis: int) -> Any:
        return self._add("ONE_HOT", [indices, values, depth], axis=axis)

    def add_padding_nd(self, tensor: Any, before: Any, after: Any) -> Any:
        return self._add("PADDING", [tensor], pre_padding_nd=before, post_padding_nd=after)

    add_padding = add_padding_nd

    def add_parametric_relu(self, tensor: Any, slopes: Any) -> Any:
        return self._add("PARAMETRIC_RELU", [tensor, slopes])

    def add_pooling_nd(self, tensor: Any, kind: Any, window: Any) -> Any:
        return self._add("POOLING", [tensor], type=kind, window_size_nd=window)

    add_pooling = add_pooling_nd

    def add_ragged_softmax(self, tensor: Any, bounds: Any) -> Any:
        return self._add("RAGGED_SOFTMAX", [tensor, bounds])

    def add_reduce(self, tensor: Any, op: Any, axes: int, keep_dims: bool) -> Any:
        return self._add("REDUCE", [tensor], op=op, axes=axes, keep_dims=keep_dims)

    def add_resize(self, tensor: Any) -> Any:
        return self._add("RESIZE", [tensor])

    def add_reverse_sequence(self, tensor: Any, lengths: Any) -> Any:
        return self._add("REVERSE_SEQUENCE", [tensor, lengths])

    def add_scale(
        self, tensor: Any, mode: Any, shift: Any = None, scale: Any = None, power: Any = None
    ) -> Any:
        axis = max(0, len(tensor.shape) - 3)
        return self.add_scale_nd(tensor, mode, shift, scale, power, axis)

    def add_scale_nd(
        self, tensor: Any, mode: Any, shift: Any, scale: Any, power: Any, channel_axis: int
    ) -> Any:
        return self._add(
            "SCALE",
            [tensor],
            mode=mode,
            shift=shift,
            scale=scale,
            power=power,
            channel_axis=channel_axis,
        )

    def add_scatter(self, data: Any, indices: Any, updates: Any, mode: Any) -> Any:
        return self._add("SCATTER", [data, indices, updates], mode=mode)

    def add_select(self, condition: Any, then: Any, otherwise: Any) -> Any:
        return self._add("SELECT", [condition, then, otherwise])

    def add_shape(self, tensor: Any) -> Any:
        return self._add("SHAPE", [tensor])

    def add_shuffle(self, tensor: Any) -> Any:
        return self._add("SHUFFLE", [tensor])

    def add_slice(self, tensor: Any, start: Any, shape: Any, stride: Any) -> Any:
        return self._add("SLICE", [tensor], start=start, shape=shape, stride=stride)

    def add_softmax(self, tensor: Any) -> Any:
        return self._add("SOFTMAX", [tensor], axes=1 << max(0, len(tensor.shape) - 3))

    def add_squeeze(self, tensor: Any, axes: Any) -> Any:
        return self._add("SQUEEZE", [tensor, axes])

    def add_topk(self, tensor: Any, op: Any, k: int, axes: int, *indices_type: Any) -> Any:
        return self._add("TOPK", [tensor], op=op, k=k, axes=axes)

    def add_unary(self, tensor: Any, op: Any) -> Any:
        return self._add("UNARY", [tensor], op=op)

    def add_unsqueeze(self, tensor: Any, axes: Any) -> Any:
        return self._add("UNSQUEEZE", [tensor, axes])


def _to_type(given: Sequence[Any]) -> Dict[str, Any]:
    return {"to_type": given[0]} if given else {}
