"""Identity of one dynamic input with the CUDA driver API; the second run reads the plan file."""

import os

import numpy as np
import tensorrt as trt
from cuda import cuda

trtFile = "./model.plan"
data = np.arange(3 * 4 * 5, dtype=np.float32).reshape(3, 4, 5)


def run():
    logger = trt.Logger(trt.Logger.ERROR)
    if os.path.isfile(trtFile):
        with open(trtFile, "rb") as f:
            engineString = f.read()
    else:
        builder = trt.Builder(logger)
        network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
        profile = builder.create_optimization_profile()
        config = builder.create_builder_config()
        config.max_workspace_size = 1 << 28

        inputTensor = network.add_input("inputT0", trt.float32, [-1, -1, -1])
        profile.set_shape(inputTensor.name, [1, 1, 1], [3, 4, 5], [6, 8, 10])
        config.add_optimization_profile(profile)
        identityLayer = network.add_identity(inputTensor)
        network.mark_output(identityLayer.get_output(0))

        engineString = builder.build_serialized_network(network, config)
        if engineString is None:
            print("Failed building serialized engine!")
            return
        with open(trtFile, "wb") as f:
            f.write(engineString)

    engine = trt.Runtime(logger).deserialize_cuda_engine(engineString)
    context = engine.create_execution_context()
    context.set_binding_shape(0, [3, 4, 5])
    _, stream = cuda.cuStreamCreate(0)

    # fmt: off
    inputHost = np.ascontiguousarray(data)
    outputHost = np.empty(context.get_binding_shape(1), trt.nptype(engine.get_binding_dtype(1)))
    _, inputDevice = cuda.cuMemAlloc(inputHost.nbytes)
    _, outputDevice = cuda.cuMemAlloc(outputHost.nbytes)

    cuda.cuMemcpyHtoDAsync(inputDevice, inputHost.ctypes.data, inputHost.nbytes, stream)
    context.execute_async_v2([int(inputDevice), int(outputDevice)], stream)
    cuda.cuMemcpyDtoHAsync(outputHost.ctypes.data, outputDevice, outputHost.nbytes, stream)
    cuda.cuStreamSynchronize(stream)
    # fmt: on

    print("inputHost:", data.shape, engine.get_binding_name(0))
    print("outputHost:", outputHost.shape, engine.get_binding_name(1))
    print("check:", np.array_equal(outputHost, data))

    cuda.cuStreamDestroy(stream)
    cuda.cuMemFree(inputDevice)
    cuda.cuMemFree(outputDevice)


if __name__ == "__main__":
    cuda.cuInit(0)
    cuda.cuDeviceGet(0)
    _, cudaContext = cuda.cuCtxCreate(0, 0)
    run()
    run()
    cuda.cuCtxDestroy(cudaContext)
