"""Names of tensors, their indexes and their memory; the words are old, the calls are new."""

import numpy as np
import tensorrt as trt
from cuda import cudart


class Binding:
    def __init__(self, engine, index):
        self.index = index
        self.name = engine.get_tensor_name(index)
        self.is_input = engine.get_tensor_mode(self.name) == trt.TensorIOMode.INPUT
        self.host = np.zeros(tuple(engine.get_tensor_shape(self.name)), np.float32)
        self.pointer = cudart.cudaMalloc(self.host.nbytes)[1]


def get_bindings(engine):
    num_bindings = engine.num_io_tensors
    return [Binding(engine, i) for i in range(num_bindings)]
