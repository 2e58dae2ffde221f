"""A new context for every call while the buffers stay, and one context replaced by another."""

import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)


class Model:
    def __init__(self):
        self.engine = trt.Runtime(logger).deserialize_cuda_engine(self.plan())
        self.context = self.engine.create_execution_context()
        self.bindings = [cudart.cudaMalloc(24)[1] for _ in range(self.engine.num_bindings)]

    def plan(self):
        builder = trt.Builder(logger)
        network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
        x = network.add_input("x", trt.float32, (2, 3))
        layer = network.add_activation(x, trt.ActivationType.HARD_SIGMOID)
        layer.alpha, layer.beta = 0.25, 0.5
        layer.get_output(0).name = "y"
        network.mark_output(layer.get_output(0))
        return builder.build_serialized_network(network, builder.create_builder_config())

    def reset(self):
        self.context = self.engine.create_execution_context()

    def upload(self, x):
        kind = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
        cudart.cudaMemcpy(self.bindings[0], x.ctypes.data, x.nbytes, kind)

    def download(self):
        y = np.empty((2, 3), np.float32)
        kind = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost
        cudart.cudaMemcpy(y.ctypes.data, self.bindings[1], y.nbytes, kind)
        return y

    def __call__(self, x):
        self.upload(x)
        self.context.execute_async_v2(self.bindings, 0)
        cudart.cudaStreamSynchronize(0)
        return self.download()

    def once(self, x):
        self.upload(x)
        with self.engine.create_execution_context() as context:
            context.execute_async_v2(self.bindings, 0)
            cudart.cudaStreamSynchronize(0)
        return self.download()


model = Model()
checks = []
for turn in range(3):
    x = np.arange(6, dtype=np.float32).reshape(2, 3) - 3 * turn
    for result, given in ((model(x), x), (model.once(x + 1), x + 1)):
        checks.append(np.allclose(result, np.clip(0.25 * given + 0.5, 0, 1), rtol=1e-5))
    model.reset()
print("check:", all(checks))
