"""Threads, each with a context and a profile of its own; they run one after another."""

import threading

import numpy as np
import tensorrt as trt
from cuda import cudart

NUM_WORKERS = 2
logger = trt.Logger(trt.Logger.ERROR)


class Worker(threading.Thread):
    def __init__(self, engine, number):
        super().__init__()
        self.engine = engine
        self.number = number
        self.context = engine.create_execution_context()
        self.stream = cudart.cudaStreamCreate()[1]
        self.context.set_optimization_profile_async(number, self.stream)
        cudart.cudaStreamSynchronize(self.stream)
        self.offset = number * (engine.num_bindings // NUM_WORKERS)
        self.results = []

    def run(self):
        for length in (4, 7):
            self.results.append(self.infer(np.arange(length, dtype=np.float32) - self.number))

    def infer(self, signal):
        self.context.set_binding_shape(self.offset, signal.shape)
        doubled = np.empty(tuple(self.context.get_binding_shape(self.offset + 1)), np.float32)
        d_signal = cudart.cudaMalloc(signal.nbytes)[1]
        d_doubled = cudart.cudaMalloc(doubled.nbytes)[1]
        cudart.cudaMemcpyAsync(
            d_signal,
            signal.ctypes.data,
            signal.nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
            self.stream,
        )
        bindings = [0] * self.engine.num_bindings
        bindings[self.offset] = int(d_signal)
        bindings[self.offset + 1] = int(d_doubled)
        self.context.execute_async_v2(bindings, self.stream)
        cudart.cudaMemcpyAsync(
            doubled.ctypes.data,
            d_doubled,
            doubled.nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
            self.stream,
        )
        cudart.cudaStreamSynchronize(self.stream)
        cudart.cudaFree(d_signal)
        cudart.cudaFree(d_doubled)
        return np.array_equal(doubled, 2 * signal)


def build():
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    signal = network.add_input("signal", trt.float32, (-1,))
    for _ in range(NUM_WORKERS):
        profile = builder.create_optimization_profile()
        profile.set_shape("signal", (1,), (8,), (16,))
        config.add_optimization_profile(profile)
    layer = network.add_elementwise(signal, signal, trt.ElementWiseOperation.SUM)
    layer.get_output(0).name = "doubled"
    network.mark_output(layer.get_output(0))
    return builder.build_serialized_network(network, config)


engine = trt.Runtime(logger).deserialize_cuda_engine(build())
workers = [Worker(engine, number) for number in range(NUM_WORKERS)]
for worker in workers:
    worker.start()
    worker.join()
print("check:", [worker.results for worker in workers])
