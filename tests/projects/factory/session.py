from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, List

import numpy as np
import settings
import tensorrt as trt
from cuda import cudart

LOGGER = trt.Logger(trt.Logger.ERROR)


@dataclass
class Binding:
    index: int
    name: str
    dtype: Any
    shape: tuple
    host: np.ndarray
    device: int

    @property
    def nbytes(self):
        return self.host.nbytes


@dataclass
class Session:
    engine: trt.ICudaEngine
    context: trt.IExecutionContext
    stream: int
    bindings: List[Binding] = field(default_factory=list)

    @property
    def addresses(self) -> List[int]:
        return [binding.device for binding in self.bindings]

    def close(self):
        for binding in self.bindings:
            cudart.cudaFree(binding.device)
        cudart.cudaStreamDestroy(self.stream)


def _make_binding(engine, index) -> Binding:
    name = engine.get_binding_name(index)
    dtype = np.dtype(trt.nptype(engine.get_binding_dtype(index)))
    shape = tuple(engine.get_binding_shape(index))
    host = np.zeros(shape, dtype)
    _, device = cudart.cudaMalloc(host.nbytes)
    return Binding(index, name, dtype, shape, host, device)


def open_session(path=settings.PLAN) -> Session:
    """Make a session of a plan file."""
    with open(path, "rb") as f:
        engine = trt.Runtime(LOGGER).deserialize_cuda_engine(f.read())
    session = Session(engine, engine.create_execution_context(), cudart.cudaStreamCreate()[1])
    for index in range(engine.num_bindings):
        session.bindings.append(_make_binding(engine, index))
    return session
