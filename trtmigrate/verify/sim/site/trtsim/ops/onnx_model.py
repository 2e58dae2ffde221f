"""A whole ONNX model as one operation, through the onnx package's reference evaluator.

The model is kept as its bytes; output shapes are found by onnx's own shape inference on the shapes
of the inputs, or where that does not tell them by evaluating the model on ones.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np

from ..dtypes import to_numpy
from ..made_up import infer_outputs, made_up, of_mode, type_of
from ..release import TENSOR_NAMES_ONLY, refuse
from .registry import Array, Attributes, Info, register

KIND = "PLUGIN_V2"  # what an engine calls what is not its own layer
DESCRIPTION = "description"  # of an engine that stands in for a model, in the place of "model"

_models: Dict[bytes, Any] = {}
_evaluators: Dict[bytes, Any] = {}
_shapes: Dict[Tuple[bytes, Any], List[Tuple[int, ...]]] = {}


def has_onnx() -> bool:
    """True if the onnx package is installed, and not a stand-in of the recorder."""
    try:
        import onnx
    except ImportError:
        return False
    return not hasattr(onnx, "is_stand_in")


def onnx_package() -> Any:
    """The onnx package. Raises NotImplementedError, with what to install, where it is missing."""
    if not has_onnx():
        refuse("an ONNX model without the package onnx (pip install onnx)")
    import onnx
    import onnx.reference
    import onnx.shape_inference

    return onnx


def model_of(content: bytes) -> Any:
    if content not in _models:
        _models[content] = onnx_package().load_model_from_string(content)
    return _models[content]


def data_type(element: int) -> str:
    """TensorRT's type for ONNX's; before 10 the parser narrows what has 64 bits."""
    onnx = onnx_package()
    name = onnx.TensorProto.DataType.Name(element)
    types = {"FLOAT": "FLOAT", "FLOAT16": "HALF", "INT8": "INT8", "INT32": "INT32", "BOOL": "BOOL"}
    types.update({"UINT8": "UINT8", "DOUBLE": "FLOAT", "BFLOAT16": "BF16"})
    types["INT64"] = "INT64" if TENSOR_NAMES_ONLY else "INT32"
    if name not in types:
        refuse("ONNX type %s" % name)
    return types[name]


def extents(value: Any) -> Tuple[int, ...]:
    """The declared shape of an input or output, -1 for a symbol."""
    return tuple(
        dim.dim_value if dim.HasField("dim_value") else -1
        for dim in value.type.tensor_type.shape.dim
    )


def _content(attributes: Attributes) -> bytes:
    content = attributes["model"]
    return content.tobytes() if isinstance(content, np.ndarray) else bytes(content)


def _feed_type(element: int) -> Any:
    helper = onnx_package().helper
    return np.dtype(helper.tensor_dtype_to_np_dtype(element))


def _evaluate(content: bytes, given: Sequence[Array]) -> List[Array]:
    model = model_of(content)
    if content not in _evaluators:
        _evaluators[content] = onnx_package().reference.ReferenceEvaluator(model)
    initial = {one.name for one in model.graph.initializer}
    inputs = [one for one in model.graph.input if one.name not in initial]
    feeds = {
        one.name: array.astype(_feed_type(one.type.tensor_type.elem_type), copy=False)
        for one, array in zip(inputs, given)
    }
    return [np.asarray(array) for array in _evaluators[content].run(None, feeds)]


def _infer(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    if DESCRIPTION in attributes:
        return list(_infer_described(json.loads(attributes[DESCRIPTION]), given).values())
    content = _content(attributes)
    model = model_of(content)
    types = [data_type(one.type.tensor_type.elem_type) for one in model.graph.output]
    shapes = tuple(info.shape for info in given)
    if any(-1 in shape for shape in shapes):
        found = [extents(one) for one in model.graph.output]
    else:
        key = (content, shapes)
        if key not in _shapes:
            _shapes[key] = _output_shapes(content, given)
        found = _shapes[key]
    return [Info(shape, dtype) for shape, dtype in zip(found, types)]


def _output_shapes(content: bytes, given: Sequence[Info]) -> List[Tuple[int, ...]]:
    onnx = onnx_package()
    fixed = onnx.ModelProto()
    fixed.CopyFrom(model_of(content))
    initial = {one.name for one in fixed.graph.initializer}
    inputs = [one for one in fixed.graph.input if one.name not in initial]
    for one, info in zip(inputs, given):
        for dim, extent in zip(one.type.tensor_type.shape.dim, info.shape):
            dim.dim_value = extent
    for one in fixed.graph.output:
        one.type.tensor_type.ClearField("shape")
    inferred = onnx.shape_inference.infer_shapes(fixed, data_prop=True)
    outputs = list(inferred.graph.output)
    if all(one.type.tensor_type.HasField("shape") for one in outputs):
        found = [extents(one) for one in outputs]
        if all(-1 not in shape for shape in found):
            return found
    ones = [np.ones(info.shape, to_numpy(info.dtype)) for info in given]
    return [array.shape for array in _evaluate(content, ones)]


def _infer_described(description: Any, given: Sequence[Info]) -> Dict[str, Info]:
    names = [one["name"] for one in of_mode(description, "input")]
    return infer_outputs(description, {n: info.shape for n, info in zip(names, given)})


def _compute_described(description: Any, given: List[Array]) -> List[Array]:
    inputs = [
        (one["name"], array, type_of(one))
        for one, array in zip(of_mode(description, "input"), given)
    ]
    infos = _infer_described(description, [Info(a.shape, dtype) for _, a, dtype in inputs])
    return list(made_up(inputs, infos).values())


def _compute(attributes: Attributes, given: List[Array]) -> List[Array]:
    if DESCRIPTION in attributes:
        return _compute_described(json.loads(attributes[DESCRIPTION]), given)
    return _evaluate(_content(attributes), given)


register(KIND, _infer, _compute)
