"""The list of addresses comes out of a function together with the host arrays."""

import numpy as np
import tensorrt as trt
from cuda import cudart

H2D = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
D2H = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


def make_plan(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    values = network.add_input("values", trt.float32, (4, 8))
    total = network.add_reduce(values, trt.ReduceOperation.SUM, 1 << 1, False)
    total.get_output(0).name = "total"
    largest = network.add_reduce(values, trt.ReduceOperation.MAX, 1 << 1, True)
    largest.get_output(0).name = "largest"
    network.mark_output(total.get_output(0))
    network.mark_output(largest.get_output(0))
    return builder.build_serialized_network(network, builder.create_builder_config())


def prepare(engine):
    hosts, addresses = [], []
    for name in engine:
        shape = tuple(engine.get_binding_shape(name))
        hosts.append(np.zeros(shape, trt.nptype(engine.get_binding_dtype(name))))
        addresses.append(cudart.cudaMalloc(hosts[-1].nbytes)[1])
    return hosts, addresses


def step(engine, context, hosts, addresses, stream):
    for i in range(engine.num_bindings):
        if engine.binding_is_input(i):
            host = hosts[i]
            cudart.cudaMemcpyAsync(addresses[i], host.ctypes.data, host.nbytes, H2D, stream)
    context.execute_async_v2(bindings=addresses, stream_handle=stream)
    for i in range(engine.num_bindings):
        if not engine.binding_is_input(i):
            host = hosts[i]
            cudart.cudaMemcpyAsync(host.ctypes.data, addresses[i], host.nbytes, D2H, stream)
    cudart.cudaStreamSynchronize(stream)


def main():
    logger = trt.Logger(trt.Logger.ERROR)
    engine = trt.Runtime(logger).deserialize_cuda_engine(make_plan(logger))
    context = engine.create_execution_context()
    stream = cudart.cudaStreamCreate()[1]
    hosts, addresses = prepare(engine)

    ok = []
    for factor in (1, -2):
        hosts[0][:] = factor * np.arange(32, dtype=np.float32).reshape(4, 8)
        step(engine, context, hosts, addresses, stream)
        ok.append(np.array_equal(hosts[1], hosts[0].sum(1)))
        ok.append(np.array_equal(hosts[2], hosts[0].max(1, keepdims=True)))
    print("check:", all(ok))

    for address in addresses:
        cudart.cudaFree(address)
    cudart.cudaStreamDestroy(stream)


main()
