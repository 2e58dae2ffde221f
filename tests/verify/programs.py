"""Programs for the tests of the runner: the same inference through either API."""

OLD = """
import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1)
plan = builder.build_serialized_network(network, builder.create_builder_config())
engine = trt.Runtime(logger).deserialize_cuda_engine(plan)
context = engine.create_execution_context()
stream = cudart.cudaStreamCreate()[1]
for profile in range(2):
    context.set_optimization_profile_async(profile, stream)
    pad = profile * 4
    for i in range(2):
        context.set_binding_shape(pad + i, [6])
    host = [np.arange(6, dtype=np.float32) * (i + 1 + profile) for i in range(4)]
    device = [cudart.cudaMalloc(h.nbytes)[1] for h in host]
    for i in range(2):
        cudart.cudaMemcpyAsync(device[i], host[i].ctypes.data, host[i].nbytes,
                               cudart.cudaMemcpyKind.cudaMemcpyHostToDevice, stream)
    bindings = [0] * pad + [int(d) for d in device] + [0] * (4 - pad)
    context.execute_async_v2(bindings, stream)
    for i in range(2, 4):
        cudart.cudaMemcpyAsync(host[i].ctypes.data, device[i], host[i].nbytes,
                               cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost, stream)
    cudart.cudaStreamSynchronize(stream)
    print(host[2], host[3])
"""

NEW = (
    OLD.replace("    bindings = [0] * pad + [int(d) for d in device] + [0] * (4 - pad)\n", "")
    .replace("context.set_binding_shape(pad + i, [6])", "context.set_input_shape(names[i], [6])")
    .replace(
        "for profile in", "names = [engine.get_tensor_name(i) for i in range(4)]\nfor profile in"
    )
    .replace(
        "    context.execute_async_v2(bindings, stream)\n",
        "    for i in range(4):\n"
        "        context.set_tensor_address(names[i], int(device[i]))\n"
        "    context.execute_async_v3(stream)\n",
    )
)
