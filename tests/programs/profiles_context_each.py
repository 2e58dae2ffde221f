"""One profile a context, lists of contexts and of streams, flat lists of buffers."""

import numpy as np
import tensorrt as trt
from cuda import cudart

shape = [2, 3, 4]
nContext = 3  # count of contexts, and of profiles

logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
profileList = [builder.create_optimization_profile() for _ in range(nContext)]
config = builder.create_builder_config()

inputT0 = network.add_input("inputT0", trt.float32, [-1, -1, -1])
inputT1 = network.add_input("inputT1", trt.float32, [-1, -1, -1])
layer = network.add_elementwise(inputT0, inputT1, trt.ElementWiseOperation.SUM)
network.mark_output(layer.get_output(0))
for profile in profileList:
    profile.set_shape(inputT0.name, shape, shape, [k * nContext for k in shape])
    profile.set_shape(inputT1.name, shape, shape, [k * nContext for k in shape])
    config.add_optimization_profile(profile)

engineString = builder.build_serialized_network(network, config)
engine = trt.Runtime(logger).deserialize_cuda_engine(engineString)
nIO = engine.num_bindings // nContext
nInput = np.sum([engine.binding_is_input(i) for i in range(engine.num_bindings)]) // nContext
nOutput = nIO - nInput

streamList = [cudart.cudaStreamCreate()[1] for _ in range(nContext)]
contextList = [engine.create_execution_context() for _ in range(nContext)]

bufferH = []
for index, (context, stream) in enumerate(zip(contextList, streamList)):
    context.set_optimization_profile_async(index, stream)
    cudart.cudaStreamSynchronize(stream)
    bindingPad = nIO * index
    inputShape = [k * (index + 1) for k in shape]
    for i in range(nInput):
        context.set_binding_shape(bindingPad + i, inputShape)
        bufferH.append(np.arange(np.prod(inputShape)).astype(np.float32).reshape(inputShape))
    for i in range(nInput, nIO):
        outputShape = context.get_binding_shape(bindingPad + i)
        bufferH.append(np.empty(outputShape, trt.nptype(engine.get_binding_dtype(bindingPad + i))))
bufferD = [cudart.cudaMalloc(b.nbytes)[1] for b in bufferH]

for turn in range(2):
    for index in range(nContext):
        stream = streamList[index]
        context = contextList[index]
        start, end = nIO * index, nIO * (index + 1)
        for i in range(start, start + nInput):
            cudart.cudaMemcpyAsync(
                bufferD[i],
                bufferH[i].ctypes.data,
                bufferH[i].nbytes,
                cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
                stream,
            )
        bufferList = [0] * start + [int(b) for b in bufferD[start:end]] + [0] * (len(bufferD) - end)
        context.execute_async_v2(bufferList, stream)
        for i in range(start + nInput, end):
            cudart.cudaMemcpyAsync(
                bufferH[i].ctypes.data,
                bufferD[i],
                bufferH[i].nbytes,
                cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
                stream,
            )
    for stream in streamList:
        cudart.cudaStreamSynchronize(stream)

for index in range(nContext):
    bindingPad = nIO * index
    result = np.array_equal(bufferH[bindingPad + 2], bufferH[bindingPad] + bufferH[bindingPad + 1])
    print("check of context %d: %s" % (index, result))
for stream in streamList:
    cudart.cudaStreamDestroy(stream)
for b in bufferD:
    cudart.cudaFree(b)
