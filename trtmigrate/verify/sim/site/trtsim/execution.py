"""One execution: from the device's bytes to the device's bytes."""

from __future__ import annotations

import math
from typing import Any, Dict, Tuple

import numpy as np

from . import dtypes
from .device import memory
from .graph import Graph
from .ops import Info
from .plan import TensorSpec

Shapes = Dict[str, Tuple[int, ...]]


class Execution:
    """One execution: shapes and addresses as they were when it was queued."""

    def __init__(
        self,
        context: Any,
        shapes: Shapes,
        values: Dict[str, Any],
        outputs: Dict[str, Info],
        addresses: Dict[str, int],
    ) -> None:
        self.context = context
        self.data = context._engine._data
        self.shapes = shapes
        self.values = values
        self.outputs = dict(outputs)
        self.addresses = dict(addresses)

    def _bytes(self, spec: TensorSpec, shape: Tuple[int, ...]) -> np.ndarray:
        size = dtypes.nbytes(spec.dtype, shape)
        return memory.device(self.addresses[spec.name], size, "tensor %s" % spec.name)

    def check(self) -> bool:
        """True if every tensor has an address. Raises MemoryMisuse where one has too little
        memory.
        """
        for spec in self.data.tensors:
            shape = self.shapes[spec.name] if spec.is_input else self.outputs[spec.name].shape
            if spec.name in self.values or math.prod(shape) == 0:
                continue
            if not self.addresses.get(spec.name):
                self.context._complain("enqueue: no address for tensor %s" % spec.name)
                return False
            self._bytes(spec, shape)
        return True

    def compute(self) -> Dict[str, np.ndarray]:
        inputs = {}
        for spec in self.data.inputs:
            shape = self.shapes[spec.name]
            if spec.name in self.values:
                dtype = dtypes.to_numpy(spec.dtype)
                inputs[spec.name] = np.array(self.values[spec.name], dtype).reshape(shape)
            else:
                data = np.array(self._bytes(spec, shape))
                inputs[spec.name] = dtypes.from_bytes(data, spec.dtype).reshape(shape)
        found: Dict[str, np.ndarray] = self.data.model.run(inputs, self.data.types)
        return found

    def write(self, found: Dict[str, np.ndarray]) -> None:
        for spec in self.data.outputs:
            array = found[spec.name]
            self._bytes(spec, array.shape)[:] = dtypes.to_bytes(array, spec.dtype)

    def perform(self) -> None:
        self.write(self.compute())
        profiler = self.context.profiler
        if profiler is not None and isinstance(self.data.model, Graph):
            for node in self.data.model.nodes:
                profiler.report_layer_time(node.name, 0.0)
