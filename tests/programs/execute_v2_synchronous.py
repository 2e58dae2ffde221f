"""Synchronous execution with the result used."""

import numpy as np
import tensorrt as trt
from cuda import cudart


def main():
    logger = trt.Logger(trt.Logger.ERROR)
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    query = network.add_input("query", trt.float32, (3, 5))
    keys = network.add_input("keys", trt.float32, (4, 5))
    scores = network.add_matrix_multiply(
        query, trt.MatrixOperation.NONE, keys, trt.MatrixOperation.TRANSPOSE
    )
    scores.get_output(0).name = "scores"
    network.mark_output(scores.get_output(0))
    plan = builder.build_serialized_network(network, config)
    with trt.Runtime(logger) as runtime, runtime.deserialize_cuda_engine(plan) as engine:
        with engine.create_execution_context() as context:
            infer(engine, context)


def infer(engine, context):
    hosts, bindings = {}, []
    for i in range(engine.num_bindings):
        name = engine.get_binding_name(i)
        dtype = trt.nptype(engine.get_binding_dtype(name))
        hosts[name] = np.ones(tuple(engine.get_binding_shape(name)), dtype)
        bindings.append(cudart.cudaMalloc(hosts[name].nbytes)[1])

    passed = 0
    for shift in range(2):
        hosts["query"][:] = np.arange(15).reshape(3, 5) - shift
        hosts["keys"][:] = np.arange(20).reshape(4, 5) % 3
        for i, host in enumerate(hosts.values()):
            if engine.binding_is_input(i):
                kind = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
                cudart.cudaMemcpy(bindings[i], host.ctypes.data, host.nbytes, kind)
        if not context.execute_v2(bindings=bindings):
            raise RuntimeError("execution failed")
        scores = hosts["scores"]
        cudart.cudaMemcpy(
            scores.ctypes.data,
            bindings[engine["scores"]],
            scores.nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
        )
        passed += np.allclose(scores, hosts["query"] @ hosts["keys"].T, rtol=1e-2)
    print("check:", passed == 2)
    for binding in bindings:
        cudart.cudaFree(binding)


if __name__ == "__main__":
    main()
