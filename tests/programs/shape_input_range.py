"""The range of a shape input's values; the shape input is the first binding."""

import numpy as np
import tensorrt as trt
from cuda import cudart


def build(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    profile = builder.create_optimization_profile()
    shape = network.add_input("shape", trt.int32, (3,))
    profile.set_shape_input("shape", (1, 1, 1), (2, 3, 2), (12, 12, 12))
    config.add_optimization_profile(profile)
    data = network.add_input("data", trt.float32, (12,))
    layer = network.add_shuffle(data)
    layer.set_input(1, shape)
    layer.get_output(0).name = "box"
    network.mark_output(layer.get_output(0))
    return builder.build_serialized_network(network, config)


logger = trt.Logger(trt.Logger.ERROR)
engine = trt.Runtime(logger).deserialize_cuda_engine(build(logger))
context = engine.create_execution_context()

low, best, high = engine.get_profile_shape_input(0, "shape")
print("range", list(low), list(best), list(high))
print("best", list(engine.get_profile_shape_input(0, 0)[1]))

data = np.arange(12, dtype=np.float32)
d_shape = cudart.cudaMalloc(12)[1]
d_data = cudart.cudaMalloc(data.nbytes)[1]
d_box = cudart.cudaMalloc(data.nbytes)[1]
cudart.cudaMemcpy(
    d_data, data.ctypes.data, data.nbytes, cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
)
ok = True
for values in ([1, 12, 1], [2, 3, 2], [3, 2, 2]):
    context.set_shape_input(0, values)
    box = np.zeros(values, dtype=np.float32)
    context.execute_async_v2([int(d_shape), int(d_data), int(d_box)], 0)
    cudart.cudaStreamSynchronize(0)
    cudart.cudaMemcpy(
        box.ctypes.data, d_box, box.nbytes, cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost
    )
    ok &= np.array_equal(box, data.reshape(values))
print("check:", bool(ok))
