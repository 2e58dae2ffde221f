"""Arrays of pycuda as buffers; a dictionary of host arrays by the name of the binding."""

import numpy as np
import pycuda.autoinit  # noqa: F401
import pycuda.gpuarray as gpuarray
import tensorrt as trt
from pycuda.driver import Stream

logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
config = builder.create_builder_config()
grid = network.add_input("grid", trt.float32, (3, 4))
rows = network.add_reduce(grid, trt.ReduceOperation.SUM, 1 << 1, False)
columns = network.add_reduce(grid, trt.ReduceOperation.MIN, 1 << 0, False)
for name, layer in (("rows", rows), ("columns", columns)):
    layer.get_output(0).name = name
    network.mark_output(layer.get_output(0))
engine = trt.Runtime(logger).deserialize_cuda_engine(
    builder.build_serialized_network(network, config)
)
context = engine.create_execution_context()
stream = Stream()

arrays = {}
for i in range(engine.num_bindings):
    dtype = trt.nptype(engine.get_binding_dtype(i))
    arrays[engine.get_binding_name(i)] = gpuarray.zeros(
        tuple(engine.get_binding_shape(i)), dtype=dtype
    )

checks = []
for factor in (1, -1):
    host = factor * np.arange(12, dtype=np.float32).reshape(3, 4)
    arrays["grid"].set(host)
    addresses = [int(arrays[engine.get_binding_name(i)].gpudata) for i in range(len(engine))]
    context.execute_async_v2(addresses, stream.handle)
    stream.synchronize()
    checks.append(np.array_equal(arrays["rows"].get(), host.sum(1)))
    checks.append(np.array_equal(arrays["columns"].get(), host.min(0)))
print("check:", checks)
