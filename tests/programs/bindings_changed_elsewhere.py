"""The list of addresses is changed by a helper and replaced by a method, after it was complete."""

import numpy as np
import tensorrt as trt
from cuda import cudart


def build(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    x = network.add_input("x", trt.float32, (1, 8))
    one = network.add_constant((1, 1), np.ones((1, 1), np.float32))
    layer = network.add_elementwise(x, one.get_output(0), trt.ElementWiseOperation.SUM)
    layer.get_output(0).name = "y"
    network.mark_output(layer.get_output(0))
    return builder.build_serialized_network(network, builder.create_builder_config())


def redirect(bindings, index, address):
    bindings[index] = address


class Incrementer:
    def __init__(self, engine):
        self.engine = engine
        self.context = engine.create_execution_context()
        self.bindings = []
        for i in range(engine.num_bindings):
            self.bindings.append(cudart.cudaMalloc(32)[1])

    def use(self, source, target):
        self.bindings = [source, target]

    def run(self):
        return self.context.execute_async_v2(bindings=self.bindings, stream_handle=0)


def values_at(address):
    values = np.zeros((1, 8), np.float32)
    kind = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost
    cudart.cudaMemcpy(values.ctypes.data, address, values.nbytes, kind)
    return values


def main():
    logger = trt.Logger(trt.Logger.ERROR)
    engine = trt.Runtime(logger).deserialize_cuda_engine(build(logger))
    incrementer = Incrementer(engine)
    first, second = incrementer.bindings
    third = cudart.cudaMalloc(32)[1]
    x = np.arange(8, dtype=np.float32).reshape(1, 8)
    kind = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
    cudart.cudaMemcpy(first, x.ctypes.data, x.nbytes, kind)

    done = [incrementer.run()]  # first -> second
    redirect(incrementer.bindings, 1, third)
    done.append(incrementer.run())  # first -> third
    incrementer.use(third, first)
    done.append(incrementer.run())  # third -> first
    same = incrementer.bindings
    same.reverse()
    done.append(incrementer.run())  # first -> third
    cudart.cudaStreamSynchronize(0)

    found = [values_at(address) - x for address in (first, second, third)]
    print("check:", all(done), [f.mean() for f in found] == [2, 1, 3])
    for address in (first, second, third):
        cudart.cudaFree(address)


if __name__ == "__main__":
    main()
