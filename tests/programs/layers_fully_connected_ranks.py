"""Fully connected layers: inputs of several ranks, batches of any size, with bias and without."""

import numpy as np
import tensorrt as trt
from cuda import cudart

HTOD = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
DTOH = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


def integers(seed, *shape):
    """Small integers: sums of their products are exact, whichever kernel computes them."""
    return np.random.RandomState(seed).randint(-2, 3, shape).astype(np.float32)


def create_engine(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    config.max_workspace_size = 1 << 26
    profile = builder.create_optimization_profile()

    images = network.add_input("images", trt.float32, (-1, 3, 4, 2))
    profile.set_shape("images", (1, 3, 4, 2), (2, 3, 4, 2), (5, 3, 4, 2))
    rows = network.add_input("rows", trt.float32, (2, -1, 3, 1, 2))
    profile.set_shape("rows", (2, 1, 3, 1, 2), (2, 2, 3, 1, 2), (2, 4, 3, 1, 2))
    alone = network.add_input("alone", trt.float32, (5, 2, 3))

    # the batch stays, three dimensions become one
    fc = network.add_fully_connected(images, 7, integers(1, 7, 24), integers(2, 7))
    fc.get_output(0).name = "classes"
    network.mark_output(fc.get_output(0))

    # two dimensions before the three, and no bias
    per_row = network.add_fully_connected(input=rows, num_outputs=4, kernel=integers(3, 4 * 6))
    per_row.get_output(0).name = "per_row"
    network.mark_output(per_row.get_output(0))

    # no batch at all; a second layer takes what the first one gives
    kernel = trt.Weights(integers(4, 6, 30))
    hidden = network.add_fully_connected(alone, 6, kernel, trt.Weights(integers(5, 6)))
    relu = network.add_activation(hidden.get_output(0), trt.ActivationType.RELU)
    last = network.add_fully_connected(relu.get_output(0), 2, integers(6, 2, 6), trt.Weights())
    network.mark_output(last.get_output(0))  # without a name of its own

    config.add_optimization_profile(profile)
    return builder.build_engine(network, config)


logger = trt.Logger(trt.Logger.ERROR)
engine = create_engine(logger)
context = engine.create_execution_context()
_, stream = cudart.cudaStreamCreate()
inputs = [i for i in range(engine.num_bindings) if engine.binding_is_input(i)]
outputs = [i for i in range(engine.num_bindings) if not engine.binding_is_input(i)]

for batch, count in ((1, 1), (5, 3), (2, 4)):
    hosts = [integers(batch, batch, 3, 4, 2), integers(count, 2, count, 3, 1, 2)]
    hosts.append(integers(batch + count, 5, 2, 3))
    for i, host in zip(inputs, hosts):
        context.set_binding_shape(i, host.shape)
    for i in outputs:
        hosts.append(np.empty(tuple(context.get_binding_shape(i)), np.float32))
    bindings = [cudart.cudaMalloc(host.nbytes)[1] for host in hosts]

    for i in inputs:
        cudart.cudaMemcpyAsync(bindings[i], hosts[i].ctypes.data, hosts[i].nbytes, HTOD, stream)
    context.execute_async_v2(bindings, stream)
    for i in outputs:
        cudart.cudaMemcpyAsync(hosts[i].ctypes.data, bindings[i], hosts[i].nbytes, DTOH, stream)
    cudart.cudaStreamSynchronize(stream)
    for i in outputs:
        print(batch, count, hosts[i].shape, float(hosts[i].sum()))
    for pointer in bindings:
        cudart.cudaFree(pointer)
cudart.cudaStreamDestroy(stream)
