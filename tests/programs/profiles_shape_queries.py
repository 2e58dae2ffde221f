"""The range of each input in each profile picks the profile of a batch."""

import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)


class Scorer:
    def __init__(self, plan):
        self.engine = trt.Runtime(logger).deserialize_cuda_engine(plan)
        self.context = self.engine.create_execution_context()
        self.stream = cudart.cudaStreamCreate()[1]
        self.num_profiles = self.engine.num_optimization_profiles
        self.num_io = self.engine.num_bindings // self.num_profiles
        self.ranges = []
        for k in range(self.num_profiles):
            pad = k * self.num_io
            for i in range(self.num_io):
                if self.engine.binding_is_input(pad + i):
                    low, best, high = self.engine.get_profile_shape(k, pad + i)
                    print(k, self.engine.get_binding_name(pad + i), low, best, high)
            self.ranges.append((low[0], high[0]))
        largest = max(high for _, high in self.ranges)
        self.buffers = [cudart.cudaMalloc(largest * 3 * 4)[1] for _ in range(self.num_io)]

    def profile_of(self, batch):
        for k, (low, high) in enumerate(self.ranges):
            if low <= batch <= high:
                return k
        raise ValueError(batch)

    def score(self, features):
        k = self.profile_of(len(features))
        self.context.set_optimization_profile_async(k, self.stream)
        pad = self.num_io * k
        self.context.set_binding_shape(pad, features.shape)
        output = np.empty(tuple(self.context.get_binding_shape(pad + 1)), np.float32)
        cudart.cudaMemcpyAsync(
            self.buffers[0],
            features.ctypes.data,
            features.nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
            self.stream,
        )
        rest = (self.num_profiles - k - 1) * self.num_io
        bindings = [0] * pad + self.buffers + [0] * rest
        self.context.execute_async_v2(bindings, self.stream)
        cudart.cudaMemcpyAsync(
            output.ctypes.data,
            self.buffers[1],
            output.nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
            self.stream,
        )
        cudart.cudaStreamSynchronize(self.stream)
        return output


builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
config = builder.create_builder_config()
features = network.add_input("features", trt.float32, (-1, 3))
for first, last in ((1, 1), (2, 8), (9, 64)):
    profile = builder.create_optimization_profile()
    profile.set_shape("features", (first, 3), (last, 3), (last, 3))
    config.add_optimization_profile(profile)
layer = network.add_reduce(features, trt.ReduceOperation.MAX, 1 << 1, True)
layer.get_output(0).name = "score"
network.mark_output(layer.get_output(0))

scorer = Scorer(builder.build_serialized_network(network, config))
checks = []
for batch in (1, 20, 8, 2):
    given = np.random.RandomState(batch).randn(batch, 3).astype(np.float32)
    checks.append(np.array_equal(scorer.score(given), given.max(1, keepdims=True)))
print("check:", checks)
