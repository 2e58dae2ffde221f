"""Engines as data, and as the bytes of a plan: JSON and an npz archive, nothing pickled."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from .graph import Graph, Node
from .ops import Info

MAGIC = b"trtmigrate-sim-plan-1\n"

Values = Tuple[int, ...]


class TensorSpec(NamedTuple):
    """An input or output: ``shape`` with -1 for what differs between executions; ``is_shape`` where
    its elements decide a shape.
    """

    name: str
    is_input: bool
    dtype: str
    shape: Values
    on_host: bool
    is_shape: bool


class Limits(NamedTuple):
    """What a profile allows for one input, as shapes or (``of_values``) as a shape tensor's
    values.
    """

    of_values: bool
    low: Values
    best: Values
    high: Values

    def allow(self, found: Sequence[int]) -> bool:
        return len(found) == len(self.low) and all(
            low <= n <= high for low, n, high in zip(self.low, found, self.high)
        )


Profile = Dict[str, Limits]


class Model:
    """What an engine computes; a graph, or a description (see described.py)."""

    def infer(self, inputs: Dict[str, Info]) -> Dict[str, Info]:
        """Shapes and types of the outputs. Raises ValueError where the inputs do not fit."""
        raise NotImplementedError

    def run(self, inputs: Dict[str, np.ndarray], types: Dict[str, str]) -> Dict[str, np.ndarray]:
        raise NotImplementedError


class EngineData:
    """Everything that an engine knows of itself."""

    def __init__(
        self,
        name: str,
        tensors: List[TensorSpec],
        profiles: List[Profile],
        model: Union[Graph, Model],
        settings: Dict[str, Any],
    ) -> None:
        self.name = name
        self.tensors = tensors
        self.profiles = profiles
        self.model = model
        # refittable, shared profiles, capability, verbosity, ... as the builder's config had them.
        self.settings = settings
        self.by_name = {spec.name: spec for spec in tensors}

    @property
    def inputs(self) -> List[TensorSpec]:
        return [spec for spec in self.tensors if spec.is_input]

    @property
    def outputs(self) -> List[TensorSpec]:
        return [spec for spec in self.tensors if not spec.is_input]

    @property
    def types(self) -> Dict[str, str]:
        return {spec.name: spec.dtype for spec in self.tensors}


def dump(data: EngineData) -> bytes:
    """The plan of an engine that was built here."""
    graph = data.model
    assert isinstance(graph, Graph)
    arrays: Dict[str, np.ndarray] = {}
    nodes = []
    for number, node in enumerate(graph.nodes):
        plain = {}
        for key, value in node.attributes.items():
            if isinstance(value, np.ndarray):
                arrays["%d.%s" % (number, key)] = value
            else:
                plain[key] = value
        nodes.append([node.kind, node.name, plain, node.inputs, node.outputs, node.types])
    head = {
        "name": data.name,
        "tensors": [list(spec) for spec in data.tensors],
        "profiles": [{k: list(limits) for k, limits in one.items()} for one in data.profiles],
        "inputs": graph.inputs,
        "outputs": graph.outputs,
        "nodes": nodes,
        "settings": data.settings,
    }
    text = json.dumps(head).encode("utf-8")
    archive = io.BytesIO()
    # Stored without times, so that the same network gives the same bytes.
    with zipfile.ZipFile(archive, "w") as file:
        for key, array in arrays.items():
            entry = io.BytesIO()
            np.lib.format.write_array(entry, np.asarray(array), allow_pickle=False)
            file.writestr(zipfile.ZipInfo(key + ".npy"), entry.getvalue())
    return MAGIC + len(text).to_bytes(8, "little") + text + archive.getvalue()


def load(plan: bytes) -> Optional[EngineData]:
    """The engine of a plan made by ``dump``; None for any other bytes."""
    if not plan.startswith(MAGIC):
        return None
    start = len(MAGIC) + 8
    end = start + int.from_bytes(plan[len(MAGIC) : start], "little")
    head = json.loads(plan[start:end].decode("utf-8"))
    graph = Graph()
    graph.inputs = [(name, tensor) for name, tensor in head["inputs"]]
    graph.outputs = [(name, tensor) for name, tensor in head["outputs"]]
    with np.load(io.BytesIO(plan[end:]), allow_pickle=False) as arrays:
        for kind, name, plain, inputs, outputs, types in head["nodes"]:
            node = Node(kind, name, plain, inputs, outputs)
            node.types = types
            graph.nodes.append(node)
        for key in arrays.files:
            place, _, attribute = key.partition(".")
            graph.nodes[int(place)].attributes[attribute] = arrays[key]
    return EngineData(
        head["name"],
        [TensorSpec(n, i, d, tuple(s), h, v) for n, i, d, s, h, v in head["tensors"]],
        [{k: _limits(v) for k, v in one.items()} for one in head["profiles"]],
        graph,
        head["settings"],
    )


def _limits(stored: Sequence[Any]) -> Limits:
    of_values, low, best, high = stored
    return Limits(of_values, tuple(low), tuple(best), tuple(high))
