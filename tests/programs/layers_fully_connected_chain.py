"""Fully connected layers one after another, for batches of any size; the last has no name."""

import numpy as np
import tensorrt as trt
from cuda import cudart

HTOD = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
DTOH = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


def integers(seed, *shape):
    """Small integers: sums of their products are exact, whichever kernel computes them."""
    return np.random.RandomState(seed).randint(-2, 3, shape).astype(np.float32)


def dense(network, tensor, seed, size, width):
    kernel, bias = integers(seed, size, width), integers(seed + 1, size)
    return network.add_fully_connected(tensor, size, trt.Weights(kernel), trt.Weights(bias))


def create_engine(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    config.max_workspace_size = 1 << 26
    profile = builder.create_optimization_profile()

    images = network.add_input("images", trt.float32, (-1, 3, 4, 2))
    profile.set_shape("images", (1, 3, 4, 2), (2, 3, 4, 2), (5, 3, 4, 2))

    first = dense(network, images, 1, 7, 24)
    relu = network.add_activation(first.get_output(0), trt.ActivationType.RELU)
    second = dense(network, relu.get_output(0), 3, 6, 7)
    second.get_output(0).name = "features"
    network.mark_output(second.get_output(0))

    # no bias, and no name
    last = network.add_fully_connected(
        second.get_output(0), 2, kernel=integers(5, 2, 6), bias=trt.Weights()
    )
    network.mark_output(last.get_output(0))

    config.add_optimization_profile(profile)
    return builder.build_engine(network, config)


logger = trt.Logger(trt.Logger.ERROR)
engine = create_engine(logger)
context = engine.create_execution_context()
_, stream = cudart.cudaStreamCreate()
outputs = [i for i in range(engine.num_bindings) if not engine.binding_is_input(i)]

for batch in (1, 5, 2):
    hosts = [integers(batch, batch, 3, 4, 2)]
    context.set_binding_shape(0, hosts[0].shape)
    for i in outputs:
        hosts.append(np.empty(tuple(context.get_binding_shape(i)), np.float32))
    bindings = [cudart.cudaMalloc(host.nbytes)[1] for host in hosts]

    cudart.cudaMemcpyAsync(bindings[0], hosts[0].ctypes.data, hosts[0].nbytes, HTOD, stream)
    context.execute_async_v2(bindings, stream)
    for i in outputs:
        cudart.cudaMemcpyAsync(hosts[i].ctypes.data, bindings[i], hosts[i].nbytes, DTOH, stream)
    cudart.cudaStreamSynchronize(stream)
    for i in outputs:
        print(batch, hosts[i].shape, float(hosts[i].sum()))
    for pointer in bindings:
        cudart.cudaFree(pointer)
cudart.cudaStreamDestroy(stream)
