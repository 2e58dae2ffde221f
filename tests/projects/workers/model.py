import numpy as np
import tensorrt as trt
from cuda import cudart


class Model:
    """An engine that several threads share."""

    logger = trt.Logger(trt.Logger.ERROR)

    def __init__(self, plan):
        self.runtime = trt.Runtime(self.logger)
        self.engine = self.runtime.deserialize_cuda_engine(plan)

    @classmethod
    def build(cls, size):
        builder = trt.Builder(cls.logger)
        network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
        x = network.add_input("x", trt.float32, (size,))
        y = network.add_activation(x, trt.ActivationType.RELU)
        y.get_output(0).name = "y"
        network.mark_output(y.get_output(0))
        config = builder.create_builder_config()
        config.max_workspace_size = 1 << 20
        return cls(builder.build_engine(network, config).serialize())

    def new_context(self):
        return self.engine.create_execution_context()

    def new_buffers(self):
        hosts, bindings = [], []
        for i in range(self.engine.num_bindings):
            shape = tuple(self.engine.get_binding_shape(i))
            hosts.append(np.zeros(shape, trt.nptype(self.engine.get_binding_dtype(i))))
            bindings.append(cudart.cudaMalloc(hosts[-1].nbytes)[1])
        return hosts, bindings
