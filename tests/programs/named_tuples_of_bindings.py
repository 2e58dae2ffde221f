"""Bindings as named tuples in an ordered dictionary; the addresses are its values."""

from collections import OrderedDict, namedtuple

import numpy as np
import tensorrt as trt
from cuda import cudart

Binding = namedtuple("Binding", ("name", "dtype", "shape", "data", "ptr"))


def check(result):
    if result[0] != cudart.cudaError_t.cudaSuccess:
        raise RuntimeError(result[0])
    return result[1] if len(result) == 2 else result[1:]


class Model:
    def __init__(self, plan):
        logger = trt.Logger(trt.Logger.INFO)
        logger.min_severity = trt.Logger.ERROR
        with trt.Runtime(logger) as runtime:
            self.model = runtime.deserialize_cuda_engine(plan)
        self.context = self.model.create_execution_context()
        self.bindings = OrderedDict()
        self.output_names = []
        for index in range(self.model.num_bindings):
            name = self.model.get_binding_name(index)
            dtype = trt.nptype(self.model.get_binding_dtype(index))
            shape = tuple(self.model.get_binding_shape(index))
            if not self.model.binding_is_input(index):
                self.output_names.append(name)
            data = np.zeros(shape, dtype=dtype)
            ptr = int(check(cudart.cudaMalloc(data.nbytes)))
            self.bindings[name] = Binding(name, dtype, shape, data, ptr)
        self.binding_addrs = OrderedDict((n, d.ptr) for n, d in self.bindings.items())
        self.batch_size = self.bindings["images"].shape[0]

    def forward(self, im):
        assert im.shape == self.bindings["images"].shape, (im.shape, self.bindings["images"].shape)
        im = np.ascontiguousarray(im)
        self.copy(self.bindings["images"].ptr, im.ctypes.data, im.nbytes, "cudaMemcpyHostToDevice")
        self.context.execute_v2(list(self.binding_addrs.values()))
        for name in self.output_names:
            out = self.bindings[name]
            self.copy(out.data.ctypes.data, out.ptr, out.data.nbytes, "cudaMemcpyDeviceToHost")
        return [self.bindings[name].data.copy() for name in self.output_names]

    def forward_async(self, im, stream):
        self.copy(self.bindings["images"].ptr, im.ctypes.data, im.nbytes, "cudaMemcpyHostToDevice")
        self.context.execute_async_v2(list(self.binding_addrs.values()), stream)
        check(cudart.cudaStreamSynchronize(stream) + (None,))
        for name in self.output_names:
            out = self.bindings[name]
            self.copy(out.data.ctypes.data, out.ptr, out.data.nbytes, "cudaMemcpyDeviceToHost")
        return [self.bindings[name].data.copy() for name in self.output_names]

    @staticmethod
    def copy(target, source, size, kind):
        cudart.cudaMemcpy(target, source, size, getattr(cudart.cudaMemcpyKind, kind))


def build():
    logger = trt.Logger(trt.Logger.ERROR)
    builder = trt.Builder(logger)
    config = builder.create_builder_config()
    config.max_workspace_size = 1 << 28
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    images = network.add_input("images", trt.float32, (1, 3, 4, 4))
    flat = network.add_shuffle(images)
    flat.reshape_dims = (1, 48)
    part = network.add_slice(flat.get_output(0), (0, 8), (1, 16), (1, 2))
    both = network.add_concatenation([flat.get_output(0), part.get_output(0)])
    both.axis = 1
    for name, layer in (("part", part), ("both", both)):
        layer.get_output(0).name = name
        network.mark_output(layer.get_output(0))
    return builder.build_serialized_network(network, config)


def main():
    model = Model(build())
    stream = check(cudart.cudaStreamCreate())
    images = np.random.default_rng(5).standard_normal((1, 3, 4, 4)).astype(np.float32)
    part, both = model.forward(images)
    print(part.shape, both.shape, np.array_equal(part, images.reshape(1, 48)[:, 8:40:2]))
    later = model.forward_async(2 * images, stream)
    print("check:", np.array_equal(later[0], 2 * part), np.array_equal(later[1], 2 * both))


if __name__ == "__main__":
    main()
