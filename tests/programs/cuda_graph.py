"""Captures an execution and its copies in a CUDA graph and launches that several times."""

import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
config = builder.create_builder_config()
profile = builder.create_optimization_profile()
inputT0 = network.add_input("inputT0", trt.float32, [-1, 4])
profile.set_shape(inputT0.name, [1, 4], [3, 4], [6, 4])
config.add_optimization_profile(profile)
layer = network.add_unary(inputT0, trt.UnaryOperation.NEG)
layer.get_output(0).name = "outputT0"
network.mark_output(layer.get_output(0))
engine = trt.Runtime(logger).deserialize_cuda_engine(
    builder.build_serialized_network(network, config)
)
context = engine.create_execution_context()
context.set_binding_shape(0, [3, 4])
_, stream = cudart.cudaStreamCreate()

inputH0 = np.arange(12, dtype=np.float32).reshape(3, 4)
outputH0 = np.zeros(context.get_binding_shape(1), dtype=trt.nptype(engine.get_binding_dtype(1)))
_, inputD0 = cudart.cudaMalloc(inputH0.nbytes)
_, outputD0 = cudart.cudaMalloc(outputH0.nbytes)


def work():
    cudart.cudaMemcpyAsync(
        inputD0,
        inputH0.ctypes.data,
        inputH0.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
        stream,
    )
    context.execute_async_v2([int(inputD0), int(outputD0)], stream)
    cudart.cudaMemcpyAsync(
        outputH0.ctypes.data,
        outputD0,
        outputH0.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
        stream,
    )


# run once before the capture, so that nothing is left to initialize
work()
cudart.cudaStreamSynchronize(stream)
checks = [np.array_equal(outputH0, -inputH0)]

cudart.cudaStreamBeginCapture(stream, cudart.cudaStreamCaptureMode.cudaStreamCaptureModeGlobal)
work()
_, graph = cudart.cudaStreamEndCapture(stream)
_, graphExe = cudart.cudaGraphInstantiate(graph, 0)

for turn in range(2):
    inputH0 += 1
    cudart.cudaGraphLaunch(graphExe, stream)
    cudart.cudaStreamSynchronize(stream)
    checks.append(np.array_equal(outputH0, -inputH0))
print("check:", checks)
cudart.cudaFree(inputD0)
cudart.cudaFree(outputD0)
cudart.cudaStreamDestroy(stream)
