"""Prints everything that an engine tells about a binding by its index."""

import numpy as np
import tensorrt as trt
from cuda import cudart


def describe(engine, i):
    kind = "input" if engine.binding_is_input(i) else "output"
    return {
        "name": engine.get_binding_name(i),
        "same": engine[i] == engine.get_binding_name(i),
        "kind": kind,
        "dtype": engine.get_binding_dtype(i),
        "shape": tuple(engine.get_binding_shape(i)),
        "location": engine.get_location(i),
        "format": engine.get_binding_format(i),
        "description": engine.get_binding_format_desc(i),
        "vectorized": engine.get_binding_vectorized_dim(i),
        "bytes": engine.get_binding_bytes_per_component(i),
        "components": engine.get_binding_components_per_element(i),
        "shape tensor": engine.is_shape_binding(i),
        "needs memory": engine.is_execution_binding(i),
    }


def main():
    logger = trt.Logger(trt.Logger.ERROR)
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    x = network.add_input("x", trt.float32, (2, 4, 3))
    turned = network.add_shuffle(x)
    turned.first_transpose = trt.Permutation([0, 2, 1])
    turned.get_output(0).name = "turned"
    mean = network.add_reduce(x, trt.ReduceOperation.AVG, 1 << 2, True)
    mean.get_output(0).name = "mean"
    for layer in (turned, mean):
        network.mark_output(layer.get_output(0))
    plan = builder.build_serialized_network(network, builder.create_builder_config())
    engine = trt.Runtime(logger).deserialize_cuda_engine(plan)
    context = engine.create_execution_context()

    print(len(engine), "bindings")
    for i in range(len(engine)):
        print(i, describe(engine, i), context.get_strides(i))
    if engine[0] != "x" or engine[len(engine) - 1] != "mean":
        raise RuntimeError("unexpected order of bindings")

    hosts = []
    for i in range(len(engine)):
        hosts.append(np.zeros(engine.get_binding_shape(i), trt.nptype(engine.get_binding_dtype(i))))
    devices = [cudart.cudaMalloc(host.nbytes)[1] for host in hosts]
    ok = True
    for scale in (1, 4):
        hosts[0][:] = scale * np.arange(24, dtype=np.float32).reshape(2, 4, 3)
        cudart.cudaMemcpy(
            devices[0],
            hosts[0].ctypes.data,
            hosts[0].nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
        )
        context.execute_async_v2(devices, 0)
        for i in range(1, len(engine)):
            cudart.cudaMemcpyAsync(
                hosts[i].ctypes.data,
                devices[i],
                hosts[i].nbytes,
                cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
                0,
            )
        cudart.cudaStreamSynchronize(0)
        ok &= np.array_equal(hosts[1], hosts[0].transpose(0, 2, 1))
        ok &= np.allclose(hosts[2], hosts[0].mean(2, keepdims=True))
    print("check:", bool(ok))


if __name__ == "__main__":
    main()
