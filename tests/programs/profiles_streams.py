"""One context, two streams that wait for each other's execution, double buffers."""

import numpy as np
import tensorrt as trt
from cuda import cudart

nB, nC, nH, nW = 2, 3, 8, 8
nTest = 6


def getEngine():
    logger = trt.Logger(trt.Logger.ERROR)
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    profile = builder.create_optimization_profile()
    config = builder.create_builder_config()
    inputT0 = network.add_input("inputT0", trt.float32, [-1, nC, nH, nW])
    profile.set_shape(inputT0.name, [1, nC, nH, nW], [nB, nC, nH, nW], [nB * 2, nC, nH, nW])
    config.add_optimization_profile(profile)

    w = np.ascontiguousarray((np.arange(nC * 9) % 5 - 2).astype(np.float32))
    b = np.zeros(1, dtype=np.float32)
    conv = network.add_convolution_nd(inputT0, 1, [3, 3], trt.Weights(w), trt.Weights(b))
    conv.padding_nd = (1, 1)
    relu = network.add_activation(conv.get_output(0), trt.ActivationType.RELU)
    network.mark_output(relu.get_output(0))
    engineString = builder.build_serialized_network(network, config)
    return trt.Runtime(logger).deserialize_cuda_engine(engineString)


def run1(engine):
    context = engine.create_execution_context()
    context.set_binding_shape(0, [nB, nC, nH, nW])
    _, stream = cudart.cudaStreamCreate()

    data = (np.arange(nB * nC * nH * nW) % 7).astype(np.float32).reshape(nB, nC, nH, nW)
    inputH0 = np.ascontiguousarray(data)
    outputH0 = np.empty(context.get_binding_shape(1), dtype=trt.nptype(engine.get_binding_dtype(1)))
    _, inputD0 = cudart.cudaMallocAsync(inputH0.nbytes, stream)
    _, outputD0 = cudart.cudaMallocAsync(outputH0.nbytes, stream)

    cudart.cudaMemcpyAsync(
        inputD0,
        inputH0.ctypes.data,
        inputH0.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
        stream,
    )
    for _ in range(nTest):
        context.execute_async_v2([int(inputD0), int(outputD0)], stream)
    cudart.cudaMemcpyAsync(
        outputH0.ctypes.data,
        outputD0,
        outputH0.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
        stream,
    )
    cudart.cudaStreamSynchronize(stream)
    cudart.cudaFree(inputD0)
    cudart.cudaFree(outputD0)
    cudart.cudaStreamDestroy(stream)
    return data, outputH0


def run2(engine, data):
    context = engine.create_execution_context()
    context.set_binding_shape(0, [nB, nC, nH, nW])
    _, stream0 = cudart.cudaStreamCreate()
    _, stream1 = cudart.cudaStreamCreate()
    _, event0 = cudart.cudaEventCreate()
    _, event1 = cudart.cudaEventCreate()

    itemSize = np.dtype(trt.nptype(engine.get_binding_dtype(0))).itemsize
    inputSize = trt.volume(context.get_binding_shape(0)) * itemSize
    outputSize = trt.volume(context.get_binding_shape(1)) * itemSize
    inputH0, inputH1 = data.copy(), 2 * data
    outputH0 = np.empty(tuple(context.get_binding_shape(1)), dtype=np.float32)
    outputH1 = np.empty_like(outputH0)
    _, inputD0 = cudart.cudaMallocAsync(inputSize, stream0)
    _, inputD1 = cudart.cudaMallocAsync(inputSize, stream1)
    _, outputD0 = cudart.cudaMallocAsync(outputSize, stream0)
    _, outputD1 = cudart.cudaMallocAsync(outputSize, stream1)

    cudart.cudaEventRecord(event1, stream1)
    for i in range(nTest):
        inputH, outputH = [inputH1, outputH1] if i & 1 else [inputH0, outputH0]
        inputD, outputD = [inputD1, outputD1] if i & 1 else [inputD0, outputD0]
        eventBefore, eventAfter = [event0, event1] if i & 1 else [event1, event0]
        stream = stream1 if i & 1 else stream0

        cudart.cudaMemcpyAsync(
            inputD,
            inputH.ctypes.data,
            inputSize,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
            stream,
        )
        cudart.cudaStreamWaitEvent(stream, eventBefore, cudart.cudaEventWaitDefault)
        context.execute_async_v2([int(inputD), int(outputD)], stream)
        cudart.cudaEventRecord(eventAfter, stream)
        cudart.cudaMemcpyAsync(
            outputH.ctypes.data,
            outputD,
            outputSize,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
            stream,
        )
    for stream in (stream0, stream1):
        cudart.cudaStreamSynchronize(stream)
    for address in (inputD0, inputD1, outputD0, outputD1):
        cudart.cudaFree(address)
    for event in (event0, event1):
        cudart.cudaEventDestroy(event)
    return outputH0, outputH1


if __name__ == "__main__":
    engine = getEngine()
    data, expected = run1(engine)
    even, odd = run2(engine, data)
    print("check:", np.array_equal(even, expected), np.allclose(odd, 2 * expected, rtol=1e-2))
