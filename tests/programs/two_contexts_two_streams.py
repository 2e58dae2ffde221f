"""Two contexts of one engine with fixed shapes, each with its own stream and buffers."""

import numpy as np
import tensorrt as trt
from cuda import cudart

nContext = 2


def getEngine():
    logger = trt.Logger(trt.Logger.ERROR)
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    inputT0 = network.add_input("inputT0", trt.float32, (3, 16))
    layer = network.add_activation(inputT0, trt.ActivationType.RELU)
    layer.get_output(0).name = "outputT0"
    network.mark_output(layer.get_output(0))
    engineString = builder.build_serialized_network(network, builder.create_builder_config())
    return trt.Runtime(logger).deserialize_cuda_engine(engineString)


engine = getEngine()
streamList = [cudart.cudaStreamCreate()[1] for _ in range(nContext)]
contextList = [engine.create_execution_context() for _ in range(nContext)]
bufferH, bufferD = [], []
for index in range(nContext):
    host = [np.random.RandomState(index).randn(3, 16).astype(np.float32)]
    for i in range(1, engine.num_bindings):
        shape = contextList[index].get_binding_shape(i)
        host.append(np.empty(shape, dtype=trt.nptype(engine.get_binding_dtype(i))))
    bufferH.append(host)
    bufferD.append([cudart.cudaMalloc(h.nbytes)[1] for h in host])

for turn in range(2):
    for index in range(nContext):
        stream = streamList[index]
        cudart.cudaMemcpyAsync(
            bufferD[index][0],
            bufferH[index][0].ctypes.data,
            bufferH[index][0].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
            stream,
        )
        contextList[index].execute_async_v2(bufferD[index], stream)
        cudart.cudaMemcpyAsync(
            bufferH[index][1].ctypes.data,
            bufferD[index][1],
            bufferH[index][1].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
            stream,
        )
    for stream in streamList:
        cudart.cudaStreamSynchronize(stream)

print("check:", [np.array_equal(out, np.maximum(given, 0)) for given, out in bufferH])
for buffers in bufferD:
    for b in buffers:
        cudart.cudaFree(b)
for stream in streamList:
    cudart.cudaStreamDestroy(stream)
