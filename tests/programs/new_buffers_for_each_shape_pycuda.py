"""Makes buffers when the first image of a new shape comes, and keeps them for the next ones."""

import numpy as np
import pycuda.autoinit  # noqa: F401
import pycuda.driver as cuda
import tensorrt as trt


class Resizer(object):
    def __init__(self, engine):
        self.engine = engine
        self.context = engine.create_execution_context()
        self.stream = cuda.Stream()
        self.bindings = [0] * engine.num_bindings
        self.shape = None
        self.memory = []

    def allocate(self, shape):
        self.context.set_binding_shape(0, shape)
        self.shape = shape
        self.memory = []
        self.outputs = []
        for i in range(self.engine.num_bindings):
            host = np.empty(tuple(self.context.get_binding_shape(i)), np.float32)
            device = cuda.mem_alloc(host.nbytes)
            self.memory.append(device)
            self.bindings[i] = int(device)
            if not self.engine.binding_is_input(i):
                self.outputs.append((host, device))

    def __call__(self, image):
        if image.shape != self.shape:
            self.allocate(image.shape)
        cuda.memcpy_htod_async(self.memory[0], image, self.stream)
        self.context.execute_async_v2(self.bindings, self.stream.handle)
        for host, device in self.outputs:
            cuda.memcpy_dtoh_async(host, device, self.stream)
        self.stream.synchronize()
        return [host for host, _ in self.outputs]


def build(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    profile = builder.create_optimization_profile()
    image = network.add_input("image", trt.float32, (1, 1, -1, -1))
    profile.set_shape("image", (1, 1, 2, 2), (1, 1, 4, 4), (1, 1, 8, 8))
    config.add_optimization_profile(profile)
    pooled = network.add_pooling_nd(image, trt.PoolingType.MAX, (2, 2))
    pooled.stride_nd = (2, 2)
    pooled.get_output(0).name = "pooled"
    network.mark_output(pooled.get_output(0))
    return builder.build_serialized_network(network, config)


def main():
    logger = trt.Logger(trt.Logger.ERROR)
    resize = Resizer(trt.Runtime(logger).deserialize_cuda_engine(build(logger)))
    ok = True
    for seed, size in enumerate((4, 4, 8, 2)):
        image = np.random.RandomState(seed).rand(1, 1, size, size).astype(np.float32)
        [pooled] = resize(image)
        blocks = image.reshape(size // 2, 2, size // 2, 2)
        ok &= np.array_equal(pooled[0, 0], blocks.max(axis=(1, 3)))
    print("check:", bool(ok))


if __name__ == "__main__":
    main()
