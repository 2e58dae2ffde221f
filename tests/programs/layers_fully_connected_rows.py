"""A fully connected layer of two dimensions before the three that it takes together."""

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

    rows = network.add_input("rows", trt.float32, (2, -1, 3, 1, 2))
    profile.set_shape("rows", (2, 1, 3, 1, 2), (2, 2, 3, 1, 2), (2, 4, 3, 1, 2))
    per_row = network.add_fully_connected(input=rows, num_outputs=4, kernel=integers(3, 4 * 6))
    per_row.get_output(0).name = "per_row"
    network.mark_output(per_row.get_output(0))

    config.add_optimization_profile(profile)
    return builder.build_engine(network, config)


logger = trt.Logger(trt.Logger.ERROR)
engine = create_engine(logger)
context = engine.create_execution_context()
_, stream = cudart.cudaStreamCreate()
inputs = [i for i in range(engine.num_bindings) if engine.binding_is_input(i)]
outputs = [i for i in range(engine.num_bindings) if not engine.binding_is_input(i)]

for count in (1, 3, 4):
    hosts = [integers(count, 2, count, 3, 1, 2)]
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
        print(count, hosts[i].shape, float(hosts[i].sum()))
    for pointer in bindings:
        cudart.cudaFree(pointer)
cudart.cudaStreamDestroy(stream)
