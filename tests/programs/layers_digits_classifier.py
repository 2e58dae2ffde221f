"""A small digit classifier, layer by layer, as the samples of the network API build it."""

import numpy as np
import tensorrt as trt
from cuda import cudart

TRT_LOGGER = trt.Logger(trt.Logger.ERROR)


class ModelData:
    INPUT_NAME = "data"
    INPUT_SHAPE = (2, 1, 12, 12)
    OUTPUT_NAME = "prob"
    OUTPUT_SIZE = 10
    DTYPE = trt.float32


def make_weights():
    """Small integers: sums of their products are exact, whichever kernel computes them."""
    rng = np.random.RandomState(7)
    shapes = {
        "conv1.weight": (4, 1, 3, 3),
        "conv1.bias": (4,),
        "conv2.weight": (6, 4, 3, 3),
        "conv2.bias": (6,),
        "fc1.weight": (16, 6 * 4 * 4),
        "fc1.bias": (16,),
        "fc2.weight": (ModelData.OUTPUT_SIZE, 16),
        "fc2.bias": (ModelData.OUTPUT_SIZE,),
    }
    return {name: rng.randint(-1, 2, shape).astype(np.float32) for name, shape in shapes.items()}


def populate_network(network, weights):
    input_tensor = network.add_input(
        name=ModelData.INPUT_NAME, dtype=ModelData.DTYPE, shape=ModelData.INPUT_SHAPE
    )

    conv1 = network.add_convolution(
        input=input_tensor,
        num_output_maps=4,
        kernel_shape=(3, 3),
        kernel=weights["conv1.weight"],
        bias=weights["conv1.bias"],
    )
    conv1.stride = (1, 1)

    pool1 = network.add_pooling(
        input=conv1.get_output(0), type=trt.PoolingType.MAX, window_size=(2, 2)
    )
    pool1.stride = (2, 2)

    conv2 = network.add_convolution(
        pool1.get_output(0), 6, (3, 3), weights["conv2.weight"], weights["conv2.bias"]
    )
    conv2.stride = (1, 1)
    conv2.padding = (1, 1)

    pool2 = network.add_pooling(conv2.get_output(0), trt.PoolingType.MAX, (2, 2))
    pool2.stride = trt.DimsHW(1, 1)
    pool2.padding = trt.DimsHW(0, 0)

    fc1 = network.add_fully_connected(
        input=pool2.get_output(0),
        num_outputs=16,
        kernel=weights["fc1.weight"],
        bias=weights["fc1.bias"],
    )
    relu1 = network.add_activation(input=fc1.get_output(0), type=trt.ActivationType.RELU)

    fc2 = network.add_fully_connected(
        relu1.get_output(0), ModelData.OUTPUT_SIZE, weights["fc2.weight"], weights["fc2.bias"]
    )
    fc2.get_output(0).name = ModelData.OUTPUT_NAME
    network.mark_output(tensor=fc2.get_output(0))


def build_engine(weights):
    with trt.Builder(TRT_LOGGER) as builder, builder.create_network(
        1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
    ) as network, builder.create_builder_config() as config:
        config.max_workspace_size = 1 << 28
        builder.max_batch_size = ModelData.INPUT_SHAPE[0]
        populate_network(network, weights)
        return builder.build_engine(network, config)


def main():
    weights = make_weights()
    engine = build_engine(weights)
    context = engine.create_execution_context()
    _, stream = cudart.cudaStreamCreate()

    inputs, outputs, bindings = [], [], []
    for binding in engine:
        shape = engine.get_binding_shape(binding)
        host = np.zeros(tuple(shape), dtype=trt.nptype(engine.get_binding_dtype(binding)))
        _, device = cudart.cudaMalloc(host.nbytes)
        bindings.append(int(device))
        (inputs if engine.binding_is_input(binding) else outputs).append((host, device))

    host_in, device_in = inputs[0]
    host_out, device_out = outputs[0]
    for test in range(2):
        host_in[:] = np.random.RandomState(test).randint(-2, 3, host_in.shape)
        cudart.cudaMemcpyAsync(
            device_in,
            host_in.ctypes.data,
            host_in.nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
            stream,
        )
        context.execute_async_v2(bindings=bindings, stream_handle=stream)
        cudart.cudaMemcpyAsync(
            host_out.ctypes.data,
            device_out,
            host_out.nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
            stream,
        )
        cudart.cudaStreamSynchronize(stream)
        print("prob", host_out.shape, np.argmax(host_out.reshape(2, -1), axis=1))

    for pointer in bindings:
        cudart.cudaFree(pointer)
    cudart.cudaStreamDestroy(stream)


if __name__ == "__main__":
    main()
