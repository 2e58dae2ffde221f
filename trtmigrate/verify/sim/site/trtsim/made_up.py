"""Outputs that mean nothing: made from a digest of every input's bytes and shape and of the
output's name, so that any mix-up of buffers, shapes or names shows in them.

Their shapes follow the description of an engine (see described.py).
"""

from __future__ import annotations

import ast
import hashlib
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np

from .dtypes import to_numpy
from .ops.registry import Info
from .release import refuse

_TYPES = {
    "float32": "FLOAT",
    "float16": "HALF",
    "int8": "INT8",
    "int32": "INT32",
    "bool": "BOOL",
    "uint8": "UINT8",
    "int64": "INT64",
    "bfloat16": "BF16",
    "float8": "FP8",
    "int4": "INT4",
}

Shapes = Dict[str, Tuple[int, ...]]


def type_of(tensor: Dict[str, Any]) -> str:
    """The name of a described tensor's type, as TensorRT has it."""
    return str(_TYPES.get(tensor["dtype"], tensor["dtype"].upper()))


def of_mode(description: Dict[str, Any], mode: str) -> List[Dict[str, Any]]:
    """The described inputs or outputs."""
    return [one for one in description["tensors"] if one["mode"] == mode]


def infer_outputs(description: Dict[str, Any], shapes: Shapes) -> Dict[str, Info]:
    """Shapes and types of the outputs, given the shapes of the inputs."""
    found = {}
    for one in of_mode(description, "output"):
        extents = (
            _extent(rule, place, description, shapes) for place, rule in enumerate(one["shape"])
        )
        found[one["name"]] = Info(tuple(extents), type_of(one))
    return found


def _extent(rule: Any, place: int, description: Dict[str, Any], shapes: Shapes) -> int:
    if isinstance(rule, str):
        return _evaluate(rule, shapes)
    if rule >= 0:
        return int(rule)
    open_inputs = [one for one in of_mode(description, "input") if -1 in one["shape"]]
    for one in open_inputs:
        if place < len(one["shape"]) and one["shape"][place] == -1:
            return int(shapes[one["name"]][place])
    if open_inputs:
        return int(shapes[open_inputs[0]["name"]][open_inputs[0]["shape"].index(-1)])
    refuse("an output extent of -1 without an input extent of -1")


def made_up(
    given: Sequence[Tuple[str, np.ndarray, str]], outputs: Dict[str, Info]
) -> Dict[str, np.ndarray]:
    """Outputs made from a digest of the inputs, each a name, an array and its type."""
    digest = hashlib.sha256()
    for name, array, dtype in given:
        digest.update(repr((name, array.shape, dtype)).encode("utf-8"))
        digest.update(np.ascontiguousarray(array).tobytes())
    return {name: _made(digest.digest(), name, info) for name, info in outputs.items()}


def _made(digest: bytes, name: str, info: Info) -> np.ndarray:
    seed = hashlib.sha256(digest + name.encode("utf-8")).digest()
    # PCG64's own words are the same in every version of numpy; the distributions on top need not
    # be.
    words = np.random.PCG64(int.from_bytes(seed, "little")).random_raw(int(np.prod(info.shape)))
    dtype = to_numpy(info.dtype)
    if dtype.kind == "f":
        values = (words >> np.uint64(40)).astype(np.float64) / (1 << 24)
        return values.astype(dtype).reshape(info.shape)
    if dtype.kind == "b":
        return (words & np.uint64(1)).astype(dtype).reshape(info.shape)
    return (words & np.uint64(0x7F)).astype(dtype).reshape(info.shape)


_OPERATORS: Dict[type, Callable[[int, int], int]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.FloorDiv: lambda a, b: a // b,
}


def _evaluate(text: str, shapes: Dict[str, Tuple[int, ...]]) -> int:
    """An extent written over input extents; -1 while one of them is unknown."""

    def value(node: ast.AST) -> Optional[int]:
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            left, right = value(node.left), value(node.right)
            if left is None or right is None:
                return None
            return _OPERATORS[type(node.op)](left, right)
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return node.value
        if isinstance(node, ast.Subscript):
            # Python 3.8 wraps the index.
            index = getattr(node.slice, "value", node.slice)
            place = index if isinstance(index, int) else getattr(index, "value", 0)
            source = node.value
            name = source.id if isinstance(source, ast.Name) else getattr(source, "value", None)
            extent = shapes[str(name)][int(place)]
            return None if extent < 0 else extent
        raise ValueError("cannot read the extent %r" % text)

    found = value(ast.parse(text, mode="eval").body)
    return -1 if found is None else found
