"""Several contexts share one profile, which TensorRT 8.6 offers as a preview feature."""

import numpy as np
import tensorrt as trt
from cuda import cudart

shape = [2, 3, 4]
nContext = 2

logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
profile = builder.create_optimization_profile()
config = builder.create_builder_config()
config.set_preview_feature(trt.PreviewFeature.PROFILE_SHARING_0806, True)

inputT0 = network.add_input("inputT0", trt.float32, [-1, -1, -1])
inputT1 = network.add_input("inputT1", trt.float32, [-1, -1, -1])
layer = network.add_elementwise(inputT0, inputT1, trt.ElementWiseOperation.SUM)
network.mark_output(layer.get_output(0))
for tensor in (inputT0, inputT1):
    profile.set_shape(tensor.name, shape, shape, [k * nContext for k in shape])
config.add_optimization_profile(profile)

engineString = builder.build_serialized_network(network, config)
engine = trt.Runtime(logger).deserialize_cuda_engine(engineString)
nIO = engine.num_bindings
nInput = np.sum([engine.binding_is_input(i) for i in range(nIO)])
nOutput = nIO - nInput

streamList = [cudart.cudaStreamCreate()[1] for _ in range(nContext)]
contextList = [engine.create_execution_context() for _ in range(nContext)]
result = []
for index in range(nContext):
    stream = streamList[index]
    context = contextList[index]
    context.set_optimization_profile_async(0, stream)
    inputShape = [k * (index + 1) for k in shape]
    context.set_binding_shape(0, inputShape)
    context.set_binding_shape(1, inputShape)
    for i in range(nIO):
        print(
            "[%2d]%s->" % (i, "Input " if i < nInput else "Output"),
            engine.get_binding_dtype(i),
            engine.get_binding_shape(i),
            context.get_binding_shape(i),
            engine.get_binding_name(i),
        )

    bufferH = []
    for i in range(nInput):
        bufferH.append(np.arange(np.prod(inputShape)).astype(np.float32).reshape(inputShape))
    for i in range(nInput, nIO):
        dtype = trt.nptype(engine.get_binding_dtype(i))
        bufferH.append(np.empty(context.get_binding_shape(i), dtype=dtype))
    bufferD = []
    for i in range(nIO):
        bufferD.append(cudart.cudaMalloc(bufferH[i].nbytes)[1])

    for i in range(nInput):
        cudart.cudaMemcpyAsync(
            bufferD[i],
            bufferH[i].ctypes.data,
            bufferH[i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
            stream,
        )
    context.execute_async_v2(bufferD, stream)
    for i in range(nInput, nIO):
        cudart.cudaMemcpyAsync(
            bufferH[i].ctypes.data,
            bufferD[i],
            bufferH[i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
            stream,
        )
    cudart.cudaStreamSynchronize(stream)
    result.append(np.array_equal(bufferH[2], bufferH[0] + bufferH[1]))
    for b in bufferD:
        cudart.cudaFree(b)
print("check:", result)
