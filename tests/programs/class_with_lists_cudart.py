"""A class that keeps its bindings in one list, made once, and infers many times."""

import numpy as np
import tensorrt as trt
from cuda import cudart


class Network:
    def __init__(self, plan):
        self.logger = trt.Logger(trt.Logger.WARNING)
        self.runtime = trt.Runtime(self.logger)
        self.engine = self.runtime.deserialize_cuda_engine(plan)
        self.context = self.engine.create_execution_context()
        err, self.stream = cudart.cudaStreamCreate()
        assert err == cudart.cudaError_t.cudaSuccess

        self.inputs = []
        self.outputs = []
        self.allocations = []
        for i in range(self.engine.num_bindings):
            is_input = False
            if self.engine.binding_is_input(i):
                is_input = True
            name = self.engine.get_binding_name(i)
            dtype = self.engine.get_binding_dtype(i)
            shape = self.engine.get_binding_shape(i)
            if is_input:
                self.batch_size = shape[0]
            size = np.dtype(trt.nptype(dtype)).itemsize
            for s in shape:
                size *= s
            err, allocation = cudart.cudaMalloc(size)
            assert err == cudart.cudaError_t.cudaSuccess
            binding = {
                "index": i,
                "name": name,
                "dtype": np.dtype(trt.nptype(dtype)),
                "shape": list(shape),
                "allocation": allocation,
                "size": size,
            }
            self.allocations.append(allocation)
            if self.engine.binding_is_input(i):
                self.inputs.append(binding)
            else:
                self.outputs.append(binding)

        assert self.batch_size > 0
        assert len(self.inputs) > 0
        assert len(self.outputs) > 0
        assert len(self.allocations) > 0

    def infer(self, *batches):
        for batch, given in zip(batches, self.inputs):
            batch = np.ascontiguousarray(batch.astype(given["dtype"]))
            cudart.cudaMemcpy(
                given["allocation"],
                batch.ctypes.data,
                given["size"],
                cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
            )
        self.context.execute_async_v2(self.allocations, self.stream)
        cudart.cudaStreamSynchronize(self.stream)
        results = []
        for output in self.outputs:
            host = np.zeros(output["shape"], output["dtype"])
            cudart.cudaMemcpy(
                host.ctypes.data,
                output["allocation"],
                output["size"],
                cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
            )
            results.append(host)
        return results

    def destroy(self):
        for allocation in self.allocations:
            cudart.cudaFree(allocation)
        cudart.cudaStreamDestroy(self.stream)


def build():
    logger = trt.Logger(trt.Logger.WARNING)
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    left = network.add_input("left", trt.float32, (2, 6))
    right = network.add_input("right", trt.float32, (2, 6))
    for name, operation in (
        ("difference", trt.ElementWiseOperation.SUB),
        ("larger", trt.ElementWiseOperation.MAX),
    ):
        tensor = network.add_elementwise(left, right, operation).get_output(0)
        tensor.name = name
        network.mark_output(tensor)
    return builder.build_serialized_network(network, builder.create_builder_config())


def main():
    model = Network(build())
    ok = True
    for seed in range(3):
        random = np.random.default_rng(seed)
        left = random.integers(-9, 9, (2, 6)).astype(np.float32)
        right = random.integers(-9, 9, (2, 6)).astype(np.float32)
        difference, larger = model.infer(left, right)
        ok = ok and np.array_equal(difference, left - right)
        ok = ok and np.array_equal(larger, np.maximum(left, right))
    model.destroy()
    print("check:", ok)


if __name__ == "__main__":
    main()
