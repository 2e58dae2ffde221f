"""A shape input says how the data is reshaped; asynchronous execution."""

import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
config = builder.create_builder_config()
profile = builder.create_optimization_profile()

inputT0 = network.add_input("inputT0", trt.float32, (-1, -1))
inputT1 = network.add_input("inputT1", trt.int32, (2,))
profile.set_shape(inputT0.name, (1, 1), (3, 4), (6, 8))
profile.set_shape_input(inputT1.name, (1, 1), (4, 3), (48, 48))
config.add_optimization_profile(profile)
shuffleLayer = network.add_shuffle(inputT0)
shuffleLayer.set_input(1, inputT1)
shuffleLayer.get_output(0).name = "outputT0"
network.mark_output(shuffleLayer.get_output(0))

engineString = builder.build_serialized_network(network, config)
engine = trt.Runtime(logger).deserialize_cuda_engine(engineString)
context = engine.create_execution_context()
_, stream = cudart.cudaStreamCreate()
print("shape input?", [engine.is_shape_binding(i) for i in range(engine.num_bindings)])

data = np.arange(12, dtype=np.float32).reshape(3, 4)
result = []
for newShape in ([4, 3], [2, 6]):
    context.set_binding_shape(0, data.shape)
    context.set_shape_input(1, newShape)
    inputH0 = np.ascontiguousarray(data)
    outputH0 = np.empty(context.get_binding_shape(2), dtype=np.float32)
    inputD0 = cudart.cudaMalloc(inputH0.nbytes)[1]
    inputD1 = cudart.cudaMalloc(8)[1]
    outputD0 = cudart.cudaMalloc(outputH0.nbytes)[1]
    cudart.cudaMemcpyAsync(
        inputD0,
        inputH0.ctypes.data,
        inputH0.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
        stream,
    )
    context.execute_async_v2([int(inputD0), int(inputD1), int(outputD0)], stream)
    cudart.cudaMemcpyAsync(
        outputH0.ctypes.data,
        outputD0,
        outputH0.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
        stream,
    )
    cudart.cudaStreamSynchronize(stream)
    result.append(np.array_equal(outputH0, data.reshape(newShape)))
    for address in (inputD0, inputD1, outputD0):
        cudart.cudaFree(address)
cudart.cudaStreamDestroy(stream)
print("check:", result)
