"""OnnxParser: an ONNX model becomes one layer of the network (see ops/onnx_model.py)."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List

import numpy as np

from . import described, enums, log
from .expose import Native, expose
from .graph import Node
from .made_up import of_mode, type_of
from .ops.onnx_model import DESCRIPTION, KIND, data_type, extents, has_onnx, model_of, onnx_package
from .settings import kept
from .signatures import CLASSES
from .values import Dims


@expose
class ParserError(Native):
    __slots__ = ("_text",)

    def _setup(self, text: str) -> None:
        self._text = text

    def code(self) -> Any:
        return enums.value("ErrorCode", "INVALID_GRAPH")

    def desc(self) -> str:
        return self._text

    def file(self) -> str:
        return "onnx"

    def func(self) -> str:
        return "parse"

    def line(self) -> int:
        return 0

    def node(self) -> int:
        return -1

    def __repr__(self) -> str:
        return "In node -1 (parse): INVALID_GRAPH: %s" % self._text

    __str__ = __repr__


@expose
class OnnxParser(Native):
    __slots__ = ("_errors", "_logger", "_network", "_settings")

    def __init__(self, network: Any, logger: Any) -> None:
        self._network = network
        self._logger = logger
        self._errors: List[Any] = []
        self._settings: Dict[str, Any] = {}

    def parse(self, model: Any, path: Any = None) -> bool:
        content = model if isinstance(model, bytes) else memoryview(model).tobytes()
        description = described.stand_in_for(content, path or "")
        if description is not None and (content.startswith(described.MARK) or not has_onnx()):
            return self._add_described(description)
        onnx = onnx_package()
        try:
            loaded = onnx.load_model_from_string(content)
            if path:
                onnx.load_external_data_for_model(loaded, os.path.dirname(os.path.abspath(path)))
                content = loaded.SerializeToString()
            onnx.checker.check_model(loaded)
        except Exception as problem:
            # protobuf and onnx raise a dozen kinds; to a program they are all a model it cannot
            # use.
            return self._add_described(description) if description else self._fail(str(problem))
        self._add(model_of(content), content)
        return True

    def parse_with_weight_descriptors(self, model: Any) -> bool:
        return self.parse(model)

    def parse_from_file(self, model: str) -> bool:
        if not os.path.exists(model):
            return self._fail("Failed to open file: %s" % model)
        with open(model, "rb") as file:
            return self.parse(file.read(), model)

    def _add_described(self, description: Dict[str, Any]) -> bool:
        """Add an engine that the command line gives for a model as one layer."""
        inputs = [
            self._network.add_input(
                one["name"],
                enums.value("DataType", type_of(one)),
                Dims([n if isinstance(n, int) else -1 for n in one["shape"]]),
            )
            for one in of_mode(description, "input")
        ]
        names = [one["name"] for one in of_mode(description, "output")]
        self._add_layer("stand-in", {DESCRIPTION: json.dumps(description)}, inputs, names)
        return True

    def _fail(self, text: str) -> bool:
        self._errors.append(ParserError._make(text))
        log.error(self._logger, "ModelImporter: %s" % text, self._settings.get("error_recorder"))
        return False

    def _add(self, model: Any, content: bytes) -> None:
        network = self._network
        initial = {one.name for one in model.graph.initializer}
        inputs = [
            network.add_input(
                one.name,
                enums.value("DataType", data_type(one.type.tensor_type.elem_type)),
                Dims(extents(one)),
            )
            for one in model.graph.input
            if one.name not in initial
        ]
        attributes = {"model": np.frombuffer(content, np.uint8)}
        names = [one.name for one in model.graph.output]
        self._add_layer(model.graph.name or "onnx", attributes, inputs, names)

    def _add_layer(
        self, name: str, attributes: Dict[str, Any], inputs: List[Any], output_names: List[str]
    ) -> None:
        """Add the layer that is the whole model, and mark its outputs."""
        network = self._network
        numbers = range(network._next, network._next + len(output_names))
        node = Node(KIND, name, attributes, [t._id for t in inputs], numbers)
        outputs = [network._tensor(one, node) for one in output_names]
        network._layers.append(CLASSES["ILayer"]._make(network, node, inputs, outputs))  # type: ignore[attr-defined]
        network._outputs.extend(outputs)

    @property
    def num_errors(self) -> int:
        return len(self._errors)

    def get_error(self, index: int) -> Any:
        return self._errors[index] if 0 <= index < len(self._errors) else None

    def clear_errors(self) -> None:
        self._errors = []

    def supports_operator(self, op_name: str) -> bool:
        return bool(onnx_package().defs.has(op_name))

    flags = kept("flags", 0)

    def get_flag(self, flag: Any) -> bool:
        return bool(self.flags >> int(flag) & 1)

    def set_flag(self, flag: Any) -> None:
        self.flags |= 1 << int(flag)

    def clear_flag(self, flag: Any) -> None:
        self.flags &= ~(1 << int(flag))
