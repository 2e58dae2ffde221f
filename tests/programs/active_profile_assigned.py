"""Chooses the profile by assignment; nothing but synchronous execution, one profile at a time."""

import numpy as np
import tensorrt as trt
from cuda import cudart


def build(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    x = network.add_input("x", trt.float32, (-1, 8))
    for low, high in ((1, 4), (5, 16)):
        profile = builder.create_optimization_profile()
        profile.set_shape("x", (low, 8), (high, 8), (high, 8))
        config.add_optimization_profile(profile)
    layer = network.add_reduce(x, trt.ReduceOperation.SUM, 1 << 1, True)
    layer.get_output(0).name = "y"
    network.mark_output(layer.get_output(0))
    return builder.build_serialized_network(network, config)


logger = trt.Logger(trt.Logger.ERROR)
engine = trt.Runtime(logger).deserialize_cuda_engine(build(logger))
assert engine.num_optimization_profiles == 2
context = engine.create_execution_context()
d_x = cudart.cudaMalloc(16 * 8 * 4)[1]
d_y = cudart.cudaMalloc(16 * 4)[1]

checks = []
for batch in (2, 12, 4):
    h_x = np.arange(batch * 8, dtype=np.float32).reshape(batch, 8)
    h_y = np.empty((batch, 1), dtype=np.float32)
    cudart.cudaMemcpy(
        d_x, h_x.ctypes.data, h_x.nbytes, cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
    )
    if batch <= 4:
        context.active_optimization_profile = 0
        context.set_binding_shape(0, (batch, 8))
        context.execute_v2([int(d_x), int(d_y), 0, 0])
    else:
        context.active_optimization_profile = 1
        context.set_binding_shape(2, (batch, 8))
        context.execute_v2([0, 0, int(d_x), int(d_y)])
    cudart.cudaMemcpy(
        h_y.ctypes.data, d_y, h_y.nbytes, cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost
    )
    checks.append(np.array_equal(h_y, h_x.sum(1, keepdims=True)))
print("active:", context.active_optimization_profile)
print("check:", checks)
cudart.cudaFree(d_x)
cudart.cudaFree(d_y)
