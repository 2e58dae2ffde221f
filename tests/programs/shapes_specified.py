"""Waits with the execution until every shape is there."""

import numpy as np
import tensorrt as trt
from cuda import cudart

NAMES = ("first", "second", "third")


class Joiner:
    def __init__(self):
        self.logger = trt.Logger(trt.Logger.ERROR)
        self.engine = trt.Runtime(self.logger).deserialize_cuda_engine(self.plan())
        self.context = self.engine.create_execution_context()
        self.buffers = {}
        for name in self.engine:
            self.buffers[name] = cudart.cudaMalloc(4 * 32)[1]

    def plan(self):
        builder = trt.Builder(self.logger)
        network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
        config = builder.create_builder_config()
        profile = builder.create_optimization_profile()
        tensors = []
        for name in NAMES:
            tensors.append(network.add_input(name, trt.float32, (-1,)))
            profile.set_shape(name, (1,), (2,), (8,))
        config.add_optimization_profile(profile)
        layer = network.add_concatenation(tensors)
        layer.axis = 0
        layer.get_output(0).name = "joined"
        network.mark_output(layer.get_output(0))
        return builder.build_serialized_network(network, config)

    def give(self, name, values):
        values = np.asarray(values, np.float32)
        self.context.set_binding_shape(self.engine.get_binding_index(name), values.shape)
        cudart.cudaMemcpy(
            self.buffers[name],
            values.ctypes.data,
            values.nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
        )

    def ready(self):
        return self.context.all_binding_shapes_specified

    def join(self):
        if not self.ready():
            return None
        joined = np.zeros(self.context.get_binding_shape(self.engine["joined"]), np.float32)
        self.context.execute_v2(list(self.buffers.values()))
        cudart.cudaMemcpy(
            joined.ctypes.data,
            self.buffers["joined"],
            joined.nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
        )
        return joined


joiner = Joiner()
seen = []
for number, name in enumerate(NAMES):
    seen.append(joiner.join())
    joiner.give(name, np.arange(number + 1))
first = joiner.join()
joiner.give("second", [9, 8, 7])
second = joiner.join()
print("before all were given:", seen)
print("check:", first.tolist() == [0, 0, 1, 0, 1, 2], second.tolist() == [0, 9, 8, 7, 0, 1, 2])
