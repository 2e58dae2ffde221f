"""The result of every call is asked for; the third argument of execute_async_v2 is None."""

import sys

import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
config = builder.create_builder_config()
profile = builder.create_optimization_profile()
x = network.add_input("x", trt.float32, (-1, 4))
profile.set_shape("x", (1, 4), (2, 4), (8, 4))
config.add_optimization_profile(profile)
layer = network.add_activation(x, trt.ActivationType.CLIP)
layer.alpha, layer.beta = -2.0, 2.0
network.mark_output(layer.get_output(0))
layer.get_output(0).name = "y"

engine = trt.Runtime(logger).deserialize_cuda_engine(
    builder.build_serialized_network(network, config)
)
context = engine.create_execution_context()
stream = cudart.cudaStreamCreate()[1]
bindings = [cudart.cudaMalloc(8 * 4 * 4)[1] for _ in range(engine.num_bindings)]

# a shape outside of the profile is refused
assert not context.set_binding_shape(0, (9, 4))

passed = []
for batch in (3, 8):
    if not context.set_binding_shape(0, (batch, 4)):
        print("the shape does not fit")
        sys.exit(1)
    assert tuple(context.get_binding_shape(1)) == (batch, 4)
    assert tuple(context.get_strides(1)) == (4, 1)
    h_x = np.linspace(-5, 5, batch * 4, dtype=np.float32).reshape(batch, 4)
    h_y = np.empty_like(h_x)
    cudart.cudaMemcpyAsync(
        bindings[0],
        h_x.ctypes.data,
        h_x.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
        stream,
    )
    assert context.execute_async_v2(bindings, stream, None)
    if not context.execute_async_v2(bindings=bindings, stream_handle=stream, input_consumed=None):
        raise RuntimeError("the second execution failed")
    status = context.execute_async_v2(bindings, stream)
    cudart.cudaMemcpyAsync(
        h_y.ctypes.data,
        bindings[1],
        h_y.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
        stream,
    )
    cudart.cudaStreamSynchronize(stream)
    passed.append(status and np.array_equal(h_y, np.clip(h_x, -2, 2)))
print("check:", all(passed))
