"""Functions that build: callers that save the plan, callers that run, and a builder in a block."""

import numpy as np
import tensorrt as trt
from cuda import cudart

HTOD = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
DTOH = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost
LOGGER = trt.Logger(trt.Logger.ERROR)
asked = []


def pick_limit(limit):
    asked.append(limit)
    return limit


def fill(network, factor):
    data = network.add_input("data", trt.float32, (4,))
    constant = network.add_constant((4,), np.full((4,), factor, np.float32))
    scaled = network.add_elementwise(data, constant.get_output(0), trt.ElementWiseOperation.PROD)
    scaled.get_output(0).name = "scaled"
    network.mark_output(scaled.get_output(0))


def build_to_save(factor):
    builder = trt.Builder(LOGGER)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    fill(network, factor)
    builder.max_batch_size = pick_limit(8)
    return builder.build_engine(network, builder.create_builder_config())


def build_to_run(factor):
    with trt.Builder(LOGGER) as builder:
        network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
        fill(network, factor)
        config = builder.create_builder_config()
        config.max_workspace_size = 1 << 26
        print("limit", config.max_workspace_size)
    return builder.build_engine(network, config)


class Holder:
    def __init__(self, factor):
        self.engine = build_to_run(factor)

    def is_ready(self):
        return self.engine is not None


def run(engine, stream):
    context = engine.create_execution_context()
    hosts = [np.arange(4, dtype=np.float32), np.empty(4, np.float32)]
    bindings = [cudart.cudaMalloc(host.nbytes)[1] for host in hosts]
    for _ in range(2):
        cudart.cudaMemcpyAsync(bindings[0], hosts[0].ctypes.data, hosts[0].nbytes, HTOD, stream)
        context.execute_async_v2(bindings, stream)
        cudart.cudaMemcpyAsync(hosts[1].ctypes.data, bindings[1], hosts[1].nbytes, DTOH, stream)
        cudart.cudaStreamSynchronize(stream)
        print(hosts[1].tolist())
    for pointer in bindings:
        cudart.cudaFree(pointer)


plans = []
result = build_to_save(2)
plans.append(bytes(result.serialize()))
result = build_to_save(3)
plans.append(bytes(result.serialize()))
ready = build_to_run(4)
plans.append(bytes(ready.serialize()))
ready = build_to_run(5)
print("layers", ready.num_layers > 0, "ready", Holder(6).is_ready(), "asked", asked)

_, stream = cudart.cudaStreamCreate()
runtime = trt.Runtime(LOGGER)
for plan in plans:
    run(runtime.deserialize_cuda_engine(plan), stream)
run(ready, stream)
cudart.cudaStreamDestroy(stream)
