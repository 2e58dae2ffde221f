"""Buffers by name, shapes that follow the image, and the synchronous execution."""

from collections import OrderedDict, namedtuple

import numpy as np
import tensorrt as trt
import torch

Binding = namedtuple("Binding", ("name", "dtype", "shape", "data", "ptr"))
logger = trt.Logger(trt.Logger.ERROR)
device = torch.device("cuda:0")


def build():
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    profile = builder.create_optimization_profile()
    x = network.add_input("pixels", trt.float32, (-1, 2, -1))
    profile.set_shape("pixels", (1, 2, 3), (2, 2, 6), (4, 2, 12))
    config.add_optimization_profile(profile)
    layer = network.add_activation(x, trt.ActivationType.LEAKY_RELU)
    layer.alpha = 0.25
    layer.get_output(0).name = "activated"
    network.mark_output(layer.get_output(0))
    return builder.build_serialized_network(network, config)


class Backend:
    def __init__(self):
        with trt.Runtime(logger) as runtime:
            self.engine = runtime.deserialize_cuda_engine(build())
        self.context = self.engine.create_execution_context()
        self.bindings = OrderedDict()
        self.outputs = []
        self.dynamic = False
        for index in range(self.engine.num_bindings):
            name = self.engine.get_binding_name(index)
            dtype = trt.nptype(self.engine.get_binding_dtype(index))
            if self.engine.binding_is_input(index):
                if -1 in tuple(self.engine.get_binding_shape(index)):
                    self.dynamic = True
                    most = self.engine.get_profile_shape(0, index)[2]
                    self.context.set_binding_shape(index, tuple(most))
            else:
                self.outputs.append(name)
            shape = tuple(self.context.get_binding_shape(index))
            data = torch.from_numpy(np.zeros(shape, dtype=dtype)).to(device)
            self.bindings[name] = Binding(name, dtype, shape, data, int(data.data_ptr()))
        self.addresses = OrderedDict((n, b.ptr) for n, b in self.bindings.items())

    def __call__(self, pixels):
        if self.dynamic and pixels.shape != self.bindings["pixels"].shape:
            index = self.engine.get_binding_index("pixels")
            self.context.set_binding_shape(index, pixels.shape)
            self.bindings["pixels"] = self.bindings["pixels"]._replace(shape=pixels.shape)
            for name in self.outputs:
                index = self.engine.get_binding_index(name)
                shape = tuple(self.context.get_binding_shape(index))
                self.bindings[name].data.resize_(shape)
        self.addresses["pixels"] = int(pixels.data_ptr())
        self.context.execute_v2(list(self.addresses.values()))
        return [self.bindings[name].data for name in self.outputs]


backend = Backend()
for rows, width in ((1, 3), (2, 6), (4, 12), (3, 9)):
    pixels = torch.linspace(-1, 1, rows * 2 * width).reshape(rows, 2, width).to(device)
    found = backend(pixels)[0].cpu()
    print(rows, width, tuple(found.shape), round(found.sum().item(), 3))
