"""A network as data: nodes, their attributes and weights, and how it is evaluated.

This is what a plan holds. Tensors are integers; only inputs and outputs have names that count.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np

from .dtypes import rounded, to_numpy
from .loops import steps_of
from .ops import Info, operation_of
from .ops.registry import SMALL, info_of

ABSENT = -1


class Node:
    """One layer: ``kind`` is its LayerType, ``types`` the output types that the program asked
    for.
    """

    __slots__ = ("attributes", "inputs", "kind", "name", "outputs", "types")

    def __init__(
        self,
        kind: str,
        name: str,
        attributes: Dict[str, Any],
        inputs: Sequence[int],
        outputs: Sequence[int],
    ) -> None:
        self.kind = kind
        self.name = name
        self.attributes = attributes
        self.inputs = list(inputs)
        self.outputs = list(outputs)
        self.types: List[Optional[str]] = [None] * len(self.outputs)

    def infer(self, given: Sequence[Any]) -> List[Info]:
        """Shapes, types and, where the inputs' elements are known and few, values of the outputs.

        Raises ValueError where the inputs do not fit the layer.
        """
        try:
            found = operation_of(self.kind).infer(self.attributes, given)
        except (AttributeError, IndexError, KeyError, TypeError) as problem:
            raise ValueError("%s cannot take its inputs: %r" % (self.kind, problem)) from problem
        found = [i._replace(dtype=t or i.dtype) for i, t in zip(found, self.types)]
        if "loop" in self.attributes:
            return found  # what a loop begins with is not what it goes on with
        known = [info for info in given if info is not None]
        if all(info.value is not None for info in known) and all(
            info.is_static and np.prod(info.shape) <= SMALL for info in (*found, *known)
        ):
            values: List[Any] = [None if info is None else info.value for info in given]
            arrays = self._compute(values, found)
            found = [info._replace(value=array) for info, array in zip(found, arrays)]
        return found

    def expect(self, infos: Dict[int, Info]) -> None:
        """Add what is known of the outputs before a run."""
        infos.update(zip(self.outputs, self.infer([infos.get(tensor) for tensor in self.inputs])))

    def run(self, arrays: Dict[int, np.ndarray], infos: Dict[int, Info]) -> None:
        """Add the outputs to the arrays and to what is known."""
        self.expect(infos)
        expected = [infos[tensor] for tensor in self.outputs]
        results = self._compute([arrays.get(tensor) for tensor in self.inputs], expected)
        for tensor, info, array in zip(self.outputs, expected, results):
            arrays[tensor], infos[tensor] = array, info_of(array, info.dtype)

    def _compute(self, given: List[Any], infos: Sequence[Info]) -> List[np.ndarray]:
        with np.errstate(all="ignore"):
            found = operation_of(self.kind).compute(self.attributes, given)
            return [convert(np.asarray(a), info.dtype) for a, info in zip(found, infos)]


def convert(array: np.ndarray, dtype: str) -> np.ndarray:
    """An array as another type; to int8 with saturation, as the device does."""
    wanted = to_numpy(dtype)
    if dtype == "INT8" and array.dtype.kind == "f":
        array = np.clip(np.rint(array), -128, 127)
    found = np.ascontiguousarray(array).astype(wanted, copy=False)
    return rounded(found, dtype).reshape(array.shape)


class Graph:
    """Nodes in the order they are evaluated; ``inputs`` and ``outputs`` are tensors by name."""

    def __init__(self) -> None:
        self.inputs: List[Tuple[str, int]] = []
        self.outputs: List[Tuple[str, int]] = []
        self.nodes: List[Node] = []

    def infer(self, inputs: Dict[str, Info]) -> Dict[str, Info]:
        """What is known of the outputs, given what is known of the inputs. Raises ValueError where
        shapes do not fit.
        """
        known: Dict[int, Info] = {tensor: inputs[name] for name, tensor in self.inputs}
        for node in self.nodes:
            node.expect(known)
        return {name: known[tensor] for name, tensor in self.outputs}

    def run(self, inputs: Dict[str, np.ndarray], types: Dict[str, str]) -> Dict[str, np.ndarray]:
        """The outputs, as the types of the engine's outputs. Raises ValueError where shapes do not
        fit.
        """
        arrays: Dict[int, np.ndarray] = {tensor: inputs[name] for name, tensor in self.inputs}
        infos = {tensor: info_of(inputs[name], types[name]) for name, tensor in self.inputs}
        for step in steps_of(self.nodes):
            step.run(arrays, infos)
        return {name: convert(arrays[tensor], types[name]) for name, tensor in self.outputs}

    def check_loops(self) -> None:
        """Raise ValueError for a loop that cannot be evaluated."""
        steps_of(self.nodes)

    def shapes_depend_on_data(self) -> bool:
        """True if the shape of a tensor is known only after its elements are."""
        return any(node.kind == "NON_ZERO" for node in self.nodes)

    def shape_inputs(self) -> List[str]:
        """The inputs whose elements decide the shape of something."""
        wanted = set()
        for node in reversed(self.nodes):
            if any(tensor in wanted for tensor in node.outputs) and node.kind != "SHAPE":
                wanted.update(node.inputs)
            wanted.update(node.inputs[place] for place in _SHAPE_PLACES.get(node.kind, _none)(node))
            wanted.discard(ABSENT)
        return [name for name, tensor in self.inputs if tensor in wanted]


def _none(node: Node) -> Sequence[int]:
    return ()


def _from(first: int) -> Callable[[Node], Sequence[int]]:
    return lambda node: range(first, len(node.inputs))


# Which inputs of a layer are shapes rather than data.
_SHAPE_PLACES: Dict[str, Callable[[Node], Sequence[int]]] = {
    "SHUFFLE": _from(1),
    "SLICE": lambda node: range(1, min(4, len(node.inputs))),
    "RESIZE": _from(1),
    "FILL": lambda node: range(min(1, len(node.inputs))),
    "TOPK": _from(1),
    "ONE_HOT": lambda node: (2,),
    "SQUEEZE": _from(1),
    "UNSQUEEZE": _from(1),
    "TRIP_LIMIT": lambda node: range(node.attributes["kind"] == "COUNT"),
    "LOOP_OUTPUT": _from(1),
}
