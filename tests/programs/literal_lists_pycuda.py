"""Literal lists of two pointers, once each way round between two buffers."""

import numpy as np
import pycuda.autoinit  # noqa: F401
import pycuda.driver as cuda
import tensorrt as trt

logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
x = network.add_input("x", trt.float32, (1, 16))
unary = network.add_unary(x, trt.UnaryOperation.ABS)
half = network.add_constant((1, 1), np.array([[0.5]], dtype=np.float32))
scaled = network.add_elementwise(
    unary.get_output(0), half.get_output(0), trt.ElementWiseOperation.PROD
)
scaled.get_output(0).name = "y"
network.mark_output(scaled.get_output(0))
engine = trt.Runtime(logger).deserialize_cuda_engine(
    builder.build_serialized_network(network, builder.create_builder_config())
)

h_input = np.linspace(-8, 7, 16).astype(np.float32)
h_output = np.empty(16, dtype=np.float32)
h_again = np.empty(16, dtype=np.float32)
d_input = cuda.mem_alloc(h_input.nbytes)
d_output = cuda.mem_alloc(h_output.nbytes)
stream = cuda.Stream()

context = engine.create_execution_context()
cuda.memcpy_htod_async(d_input, h_input, stream)
context.execute_async_v2(bindings=[int(d_input), int(d_output)], stream_handle=stream.handle)
cuda.memcpy_dtoh_async(h_output, d_output, stream)
# the result goes through the network once more, back into the first buffer
context.execute_async_v2([int(d_output), int(d_input)], stream.handle)
cuda.memcpy_dtoh_async(h_again, d_input, stream)
stream.synchronize()

print("check:", np.array_equal(h_output, abs(h_input) / 2), np.array_equal(h_again, h_output / 2))
