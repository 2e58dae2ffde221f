"""A list of zeros is filled in place for the profile in use."""

import numpy as np
import tensorrt as trt
from cuda import cudart


def build(logger, ranges):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    x = network.add_input("x", trt.float32, (-1, 6))
    y = network.add_input("y", trt.float32, (-1, 6))
    for low, high in ranges:
        profile = builder.create_optimization_profile()
        profile.set_shape("x", (low, 6), (high, 6), (high, 6))
        profile.set_shape("y", (low, 6), (high, 6), (high, 6))
        config.add_optimization_profile(profile)
    for name, operation in (
        ("sub", trt.ElementWiseOperation.SUB),
        ("max", trt.ElementWiseOperation.MAX),
    ):
        layer = network.add_elementwise(x, y, operation)
        layer.get_output(0).name = name
        network.mark_output(layer.get_output(0))
    return builder.build_serialized_network(network, config)


def main():
    ranges = ((1, 2), (3, 8), (9, 32))
    logger = trt.Logger(trt.Logger.ERROR)
    engine = trt.Runtime(logger).deserialize_cuda_engine(build(logger, ranges))
    context = engine.create_execution_context()
    stream = cudart.cudaStreamCreate()[1]
    n = engine.num_bindings // engine.num_optimization_profiles

    checks = []
    for k, batch in ((1, 5), (0, 1), (2, 30), (1, 8)):
        context.set_optimization_profile_async(k, stream)
        cudart.cudaStreamSynchronize(stream)
        hosts = []
        bindings = [0] * engine.num_bindings
        for b in range(k * n, (k + 1) * n):
            if engine.binding_is_input(b):
                context.set_binding_shape(b, (batch, 6))
        for b in range(k * n, (k + 1) * n):
            host = np.zeros(tuple(context.get_binding_shape(b)), np.float32)
            if engine.binding_is_input(b):
                host[:] = np.random.RandomState(b).randint(-9, 9, host.shape)
            hosts.append(host)
            bindings[b] = cudart.cudaMalloc(host.nbytes)[1]
            cudart.cudaMemcpyAsync(
                bindings[b],
                host.ctypes.data,
                host.nbytes,
                cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
                stream,
            )
        context.execute_async_v2(bindings, stream)
        for i in range(2, n):
            cudart.cudaMemcpyAsync(
                hosts[i].ctypes.data,
                bindings[k * n + i],
                hosts[i].nbytes,
                cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
                stream,
            )
        cudart.cudaStreamSynchronize(stream)
        x, y, sub, largest = hosts
        checks.append(np.array_equal(sub, x - y) and np.array_equal(largest, np.maximum(x, y)))
        for b in range(k * n, (k + 1) * n):
            cudart.cudaFree(bindings[b])
    print("check:", checks)


if __name__ == "__main__":
    main()
