"""Engines known only by a description of their inputs and outputs.

A plan made for a GPU cannot be opened here. Where a file ``<plan>.io.json`` stands next to it, the
engine has those tensors, and its outputs are made from a digest of every input's bytes and shape
and of the output's name: they mean nothing, but any mix-up of buffers, shapes or names shows in
them.

    {"tensors": [{"name": "x", "mode": "input", "dtype": "float32", "shape": [-1, 3], "location":
    "device"},
                 {"name": "y", "mode": "output", "dtype": "float32", "shape": ["x[0]", 7], ...}],
     "profiles": [{"x": [[1, 3], [4, 3], [8, 3]]}]}

An output extent is a number, an expression over input extents such as ``"2 * x[0]"``, or -1: then
it is that of the first input which has -1 at the same place, or else the first -1 of the first such
input.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sys
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from .dtypes import to_numpy
from .ops import Info
from .plan import EngineData, Limits, Model, TensorSpec
from .release import refuse

SUFFIX = ".io.json"

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

_opened: List[str] = []


def _watch(event: str, arguments: Tuple[Any, ...]) -> None:
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)) and len(_opened) < 100000:
        path = os.path.abspath(os.fspath(arguments[0]))
        if isinstance(path, str) and os.path.exists(path + SUFFIX):
            _opened.append(path)


def watch() -> None:
    """Remember the described files that the program opens: bytes do not say where they came
    from.
    """
    sys.addaudithook(_watch)


def find(plan: bytes) -> EngineData:
    """The engine of the described file with these bytes. Raises NotImplementedError where there is
    none.
    """
    beside = [
        os.path.abspath(name[: -len(SUFFIX)]) for name in os.listdir(".") if name.endswith(SUFFIX)
    ]
    # What was opened last counts most: two plans can be the same bytes.
    for path in dict.fromkeys(_opened[::-1] + beside):
        if _holds(path, plan):
            with open(path + SUFFIX, encoding="utf-8") as file:
                return read(json.load(file), os.path.basename(path))
    refuse("a plan made for a GPU, without a description (%s) beside it," % SUFFIX)


def _holds(path: str, plan: bytes) -> bool:
    try:
        if os.path.getsize(path) != len(plan):
            return False
        with open(path, "rb") as file:
            return file.read() == plan
    except OSError:
        return False


def read(description: Dict[str, Any], name: str) -> EngineData:
    """The engine of a description. Raises ValueError where it contradicts itself."""
    tensors = []
    rules: Dict[str, List[Any]] = {}
    for one in description["tensors"]:
        dtype = _TYPES.get(one["dtype"], one["dtype"].upper())
        is_input, on_host = one["mode"] == "input", one.get("location") == "host"
        rules[one["name"]] = list(one["shape"])
        shape = tuple(n if isinstance(n, int) else -1 for n in one["shape"])
        tensors.append(TensorSpec(one["name"], is_input, dtype, shape, on_host, on_host))
    inputs = [spec for spec in tensors if spec.is_input]
    profiles = []
    for given in description.get("profiles") or [{}]:
        profile = {}
        for spec in inputs:
            low, best, high = given.get(spec.name) or [spec.shape] * 3
            profile[spec.name] = Limits(spec.on_host, tuple(low), tuple(best), tuple(high))
            if spec.on_host and spec.name not in given:
                count = abs(int(np.prod(spec.shape)))
                wide = 1 << 31 if spec.dtype == "INT32" else 1 << 63
                profile[spec.name] = Limits(
                    True, (-wide,) * count, (1,) * count, (wide - 1,) * count
                )
        profiles.append(profile)
    settings = {
        "layers": 1,
        "refittable": False,
        "shared_profiles": False,
        "capability": "STANDARD",
        "verbosity": "LAYER_NAMES_ONLY",
        "hardware": "NONE",
        "tactic_sources": 0,
        "weight_names": {},
    }
    return EngineData(name, tensors, profiles, Described(tensors, rules), settings)


class Described(Model):
    def __init__(self, tensors: List[TensorSpec], rules: Dict[str, List[Any]]) -> None:
        self._tensors = tensors
        self._rules = rules

    def infer(self, inputs: Dict[str, Info]) -> Dict[str, Info]:
        shapes = {name: info.shape for name, info in inputs.items()}
        found = {}
        for spec in self._tensors:
            if not spec.is_input:
                rules = self._rules[spec.name]
                shape = tuple(self._extent(rule, i, shapes) for i, rule in enumerate(rules))
                found[spec.name] = Info(shape, spec.dtype)
        return found

    def _extent(self, rule: Any, place: int, shapes: Dict[str, Tuple[int, ...]]) -> int:
        if isinstance(rule, str):
            return _evaluate(rule, shapes)
        if rule >= 0:
            return int(rule)
        open_inputs = [s for s in self._tensors if s.is_input and -1 in s.shape]
        for spec in open_inputs:
            if place < len(spec.shape) and spec.shape[place] == -1:
                return shapes[spec.name][place]
        if open_inputs:
            return shapes[open_inputs[0].name][open_inputs[0].shape.index(-1)]
        refuse("an output extent of -1 without an input extent of -1")

    def run(self, inputs: Dict[str, np.ndarray], types: Dict[str, str]) -> Dict[str, np.ndarray]:
        digest = hashlib.sha256()
        for spec in self._tensors:
            if spec.is_input:
                array = inputs[spec.name]
                digest.update(repr((spec.name, array.shape, spec.dtype)).encode("utf-8"))
                digest.update(np.ascontiguousarray(array).tobytes())
        infos = self.infer({n: Info(a.shape, types[n]) for n, a in inputs.items()})
        return {n: _made(digest.digest(), n, info) for n, info in infos.items()}


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
