"""Two inputs of dynamic shape, a sum and a product, with the CUDA runtime of cuda-python.

Counts inputs and outputs, keeps every buffer in one list by binding index and sets the shapes of
the inputs before each inference.
"""

import os

import numpy as np
import tensorrt as trt
from cuda import cudart

planFile = "./model.plan"


def build(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    profile = builder.create_optimization_profile()
    config = builder.create_builder_config()
    config.max_workspace_size = 1 << 30  # 1 GiB

    tensorA = network.add_input("inputA", trt.float32, [-1, -1])
    tensorB = network.add_input("inputB", trt.float32, [-1, -1])
    for tensor in (tensorA, tensorB):
        profile.set_shape(tensor.name, [1, 1], [3, 4], [6, 8])
    config.add_optimization_profile(profile)

    total = network.add_elementwise(tensorA, tensorB, trt.ElementWiseOperation.SUM)
    product = network.add_elementwise(tensorA, tensorB, trt.ElementWiseOperation.PROD)
    total.get_output(0).name = "total"
    product.get_output(0).name = "product"
    network.mark_output(total.get_output(0))
    network.mark_output(product.get_output(0))
    return builder.build_serialized_network(network, config)


def infer(engine, context, hostInputs):
    nInput = np.sum([engine.binding_is_input(i) for i in range(engine.num_bindings)])
    nOutput = engine.num_bindings - nInput

    for i in range(nInput):
        context.set_binding_shape(i, hostInputs[i].shape)
    if not context.all_binding_shapes_specified:
        raise RuntimeError("the shape of an input is missing")
    for i in range(engine.num_bindings):
        print(
            "Input ->" if engine.binding_is_input(i) else "Output->",
            engine.get_binding_name(i),
            engine.get_binding_dtype(i),
            engine.get_binding_shape(i),
            context.get_binding_shape(i),
        )

    bufferH = []
    for i in range(nInput):
        bufferH.append(np.ascontiguousarray(hostInputs[i]))
    for i in range(nInput, nInput + nOutput):
        dtype = trt.nptype(engine.get_binding_dtype(i))
        bufferH.append(np.empty(context.get_binding_shape(i), dtype=dtype))
    bufferD = []
    for i in range(nInput + nOutput):
        bufferD.append(cudart.cudaMalloc(bufferH[i].nbytes)[1])

    # copy data from host to device, run, copy the results back
    for i in range(nInput):
        cudart.cudaMemcpy(
            bufferD[i],
            bufferH[i].ctypes.data,
            bufferH[i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
        )
    context.execute_async_v2(bufferD, 0)
    cudart.cudaStreamSynchronize(0)
    for i in range(nInput, nInput + nOutput):
        cudart.cudaMemcpy(
            bufferH[i].ctypes.data,
            bufferD[i],
            bufferH[i].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
        )

    for buffer in bufferD:
        cudart.cudaFree(buffer)
    return bufferH[nInput:]


def run():
    logger = trt.Logger(trt.Logger.ERROR)
    if os.path.isfile(planFile):
        with open(planFile, "rb") as f:
            engineString = f.read()
    else:
        engineString = build(logger)
        if engineString is None:
            print("Failed building engine!")
            return
        with open(planFile, "wb") as f:
            f.write(engineString)

    engine = trt.Runtime(logger).deserialize_cuda_engine(engineString)
    context = engine.create_execution_context()
    for height, width in ((3, 4), (2, 5)):
        a = np.arange(height * width, dtype=np.float32).reshape(height, width)
        for output in infer(engine, context, [a, a + 1]):
            print(output)


if __name__ == "__main__":
    run()
