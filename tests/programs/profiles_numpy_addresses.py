"""The addresses of all profiles lie in one array of numpy."""

import numpy as np
import tensorrt as trt
from cuda import cudart

P = 2
logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
config = builder.create_builder_config()
x = network.add_input("x", trt.float32, (-1,))
for k in range(P):
    profile = builder.create_optimization_profile()
    profile.set_shape("x", (1 + 8 * k,), (8 + 8 * k,), (8 + 8 * k,))
    config.add_optimization_profile(profile)
layer = network.add_unary(x, trt.UnaryOperation.FLOOR)
layer.get_output(0).name = "floor"
network.mark_output(layer.get_output(0))
engine = trt.Runtime(logger).deserialize_cuda_engine(
    builder.build_serialized_network(network, config)
)
context = engine.create_execution_context()

nIO = engine.num_bindings // P
d_x = cudart.cudaMalloc(64)[1]
d_y = cudart.cudaMalloc(64)[1]

checks = []
for length in (5, 12, 16, 8):
    k = 0 if length <= 8 else 1
    context.set_optimization_profile_async(k, 0)
    context.set_binding_shape(k * nIO, (length,))
    h_x = np.linspace(-3, 3, length, dtype=np.float32)
    h_y = np.empty(tuple(context.get_binding_shape(k * nIO + 1)), np.float32)
    cudart.cudaMemcpy(
        d_x, h_x.ctypes.data, h_x.nbytes, cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
    )
    addresses = np.zeros(engine.num_bindings, dtype=np.int64)
    addresses[k * nIO] = int(d_x)
    addresses[k * nIO + 1] = int(d_y)
    context.execute_async_v2(addresses.tolist(), 0)
    cudart.cudaStreamSynchronize(0)
    cudart.cudaMemcpy(
        h_y.ctypes.data, d_y, h_y.nbytes, cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost
    )
    checks.append(np.array_equal(h_y, np.floor(h_x)))
print("check:", checks)
