"""One dynamic input through an identity with the CUDA runtime; built once, read once."""

import os

import numpy as np
import tensorrt as trt
from cuda import cudart

trtFile = "./model.plan"
data = np.arange(3 * 4 * 5, dtype=np.float32).reshape(3, 4, 5)


def run():
    logger = trt.Logger(trt.Logger.ERROR)
    if os.path.isfile(trtFile):
        with open(trtFile, "rb") as f:
            engineString = f.read()
        if engineString == None:  # noqa: E711
            print("Failed getting serialized engine!")
            return
        print("Succeeded getting serialized engine!")
    else:
        builder = trt.Builder(logger)
        network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
        profile = builder.create_optimization_profile()
        config = builder.create_builder_config()
        config.max_workspace_size = 1 << 30  # memory for the tactics

        inputT0 = network.add_input("inputT0", trt.float32, [-1, -1, -1])
        profile.set_shape(inputT0.name, [1, 1, 1], [3, 4, 5], [6, 8, 10])
        config.add_optimization_profile(profile)

        layer = network.add_identity(inputT0)
        network.mark_output(layer.get_output(0))
        engineString = builder.build_serialized_network(network, config)
        if engineString == None:  # noqa: E711
            print("Failed building serialized engine!")
            return
        with open(trtFile, "wb") as f:
            f.write(engineString)
            print("Succeeded saving the plan!")

    engine = trt.Runtime(logger).deserialize_cuda_engine(engineString)
    context = engine.create_execution_context()
    context.set_binding_shape(0, [3, 4, 5])
    nInput = np.sum([engine.binding_is_input(i) for i in range(engine.num_bindings)])
    nOutput = engine.num_bindings - nInput
    for i in range(nInput):
        print(
            "Bind[%2d]:i[%2d]->" % (i, i),
            engine.get_binding_dtype(i),
            engine.get_binding_shape(i),
            context.get_binding_shape(i),
            engine.get_binding_name(i),
        )
    for i in range(nInput, nInput + nOutput):
        print(
            "Bind[%2d]:o[%2d]->" % (i, i - nInput),
            engine.get_binding_dtype(i),
            engine.get_binding_shape(i),
            context.get_binding_shape(i),
            engine.get_binding_name(i),
        )

    bufferH = []
    bufferH.append(np.ascontiguousarray(data))
    for i in range(nInput, nInput + nOutput):
        shape = context.get_binding_shape(i)
        bufferH.append(np.empty(shape, dtype=trt.nptype(engine.get_binding_dtype(i))))
    bufferD = []
    for i in range(nInput + nOutput):
        bufferD.append(cudart.cudaMalloc(bufferH[i].nbytes)[1])

    for i in range(nInput):
        cudart.cudaMemcpy(
            bufferD[i],
            bufferH[i].ctypes.data,
            bufferH[i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
        )
    context.execute_v2(bufferD)
    for i in range(nInput, nInput + nOutput):
        cudart.cudaMemcpy(
            bufferH[i].ctypes.data,
            bufferD[i],
            bufferH[i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
        )

    for i in range(nInput + nOutput):
        print(engine.get_binding_name(i), bufferH[i].shape)
    print("check:", np.array_equal(bufferH[0], bufferH[1]))
    for b in bufferD:
        cudart.cudaFree(b)


if __name__ == "__main__":
    run()
    run()
