"""The offset of the profile is chosen in branches and the list padded in place."""

import numpy as np
import tensorrt as trt
from cuda import cudart

H2D = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
D2H = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


def test(engine, context, nBatchSize):
    nProfile = engine.num_optimization_profiles
    if nProfile == 1:
        bindingBias = 0
    else:
        if nBatchSize <= 4:
            bindingBias = 0
            context.set_optimization_profile_async(0, 0)
            cudart.cudaStreamSynchronize(0)
        else:
            bindingBias = 2
            context.set_optimization_profile_async(1, 0)
            cudart.cudaStreamSynchronize(0)

    context.set_binding_shape(bindingBias, [nBatchSize, 1])
    nInput = np.sum([engine.binding_is_input(i) for i in range(engine.num_bindings)])
    nOutput = engine.num_bindings - nInput
    nInput = nInput // nProfile
    nOutput = nOutput // nProfile

    data = np.arange(nBatchSize, dtype=np.float32).reshape(nBatchSize, 1)
    bufferH = []
    bufferH.append(np.ascontiguousarray(data))
    for i in range(nInput, nInput + nOutput):
        bufferH.append(
            np.empty(
                context.get_binding_shape(bindingBias + i),
                dtype=trt.nptype(engine.get_binding_dtype(bindingBias + i)),
            )
        )
    bufferD = []
    for i in range(nInput + nOutput):
        bufferD.append(cudart.cudaMalloc(bufferH[i].nbytes)[1])
    for i in range(nInput):
        cudart.cudaMemcpy(bufferD[i], bufferH[i].ctypes.data, bufferH[i].nbytes, H2D)
    ownD = bufferD

    if nProfile == 1:
        pass
    elif nBatchSize <= 4:
        bufferD = bufferD + [int(0), int(0)]
    else:
        bufferD = [int(0), int(0)] + bufferD

    context.execute_v2(bufferD)
    context.execute_v2(bufferD)
    for i in range(nInput, nInput + nOutput):
        cudart.cudaMemcpy(bufferH[i].ctypes.data, ownD[i], bufferH[i].nbytes, D2H)
    for b in ownD:
        cudart.cudaFree(b)
    return np.array_equal(bufferH[1], data + data * data)


def run(nProfile):
    logger = trt.Logger(trt.Logger.ERROR)
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    inputTensor = network.add_input("inputT0", trt.float32, [-1, 1])
    square = network.add_elementwise(inputTensor, inputTensor, trt.ElementWiseOperation.PROD)
    layer = network.add_elementwise(inputTensor, square.get_output(0), trt.ElementWiseOperation.SUM)
    network.mark_output(layer.get_output(0))

    if nProfile == 1:
        profile = builder.create_optimization_profile()
        profile.set_shape("inputT0", (1, 1), (64, 1), (64, 1))
        config.add_optimization_profile(profile)
    else:
        profile0 = builder.create_optimization_profile()
        profile0.set_shape("inputT0", (1, 1), (4, 1), (4, 1))
        config.add_optimization_profile(profile0)
        profile1 = builder.create_optimization_profile()
        profile1.set_shape("inputT0", (64, 1), (64, 1), (64, 1))
        config.add_optimization_profile(profile1)

    engineString = builder.build_serialized_network(network, config)
    engine = trt.Runtime(logger).deserialize_cuda_engine(engineString)
    context = engine.create_execution_context()
    return [test(engine, context, size) for size in (1, 4, 64)]


if __name__ == "__main__":
    print("one profile:", run(1))
    print("check:", run(2))
