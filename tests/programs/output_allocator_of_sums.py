"""An allocator gives the memory of one output as its shape grows; the other output has an address."""

import numpy as np
import tensorrt as trt
from cuda import cudart

H2D = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
D2H = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


class Growing(trt.IOutputAllocator):
    """Keeps its memory until an output needs more."""

    def __init__(self):
        trt.IOutputAllocator.__init__(self)
        self.address, self.size, self.shape = 0, 0, ()

    def reallocate_output(self, tensor_name, memory, size, alignment):
        if size > self.size:
            cudart.cudaFree(self.address)
            self.address, self.size = int(cudart.cudaMalloc(size)[1]), size
        return self.address

    def reallocate_output_async(self, tensor_name, memory, size, alignment, stream):
        return self.reallocate_output(tensor_name, memory, size, alignment)

    def notify_shape(self, tensor_name, shape):
        self.shape = tuple(shape)


def build(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    config.max_workspace_size = 1 << 24
    x = network.add_input("x", trt.float32, (-1, 4))
    profile = builder.create_optimization_profile()
    profile.set_shape("x", (1, 4), (2, 4), (8, 4))
    config.add_optimization_profile(profile)
    double = network.add_elementwise(x, x, trt.ElementWiseOperation.SUM).get_output(0)
    square = network.add_elementwise(x, x, trt.ElementWiseOperation.PROD).get_output(0)
    double.name, square.name = "double", "square"
    network.mark_output(double)
    network.mark_output(square)
    return builder.build_engine(network, config)


class Inference:
    def __init__(self, engine):
        self.engine, self.context = engine, engine.create_execution_context()
        _, self.stream = cudart.cudaStreamCreate()
        self.growing, self.buffers = Growing(), {}
        for binding in engine:
            if binding == "double":
                self.context.set_output_allocator(binding, self.growing)
                continue
            size = trt.volume(engine.get_profile_shape(0, 0)[2]) * 4
            self.buffers[binding] = int(cudart.cudaMalloc(size)[1])
            self.context.set_tensor_address(binding, self.buffers[binding])

    def __call__(self, array):
        array = np.ascontiguousarray(array, trt.nptype(self.engine.get_binding_dtype("x")))
        self.context.set_input_shape(self.engine.get_binding_name(0), array.shape)
        cudart.cudaMemcpyAsync(self.buffers["x"], array.ctypes.data, array.nbytes, H2D, self.stream)
        self.context.execute_async_v3(self.stream)
        cudart.cudaStreamSynchronize(self.stream)
        double = np.empty(self.growing.shape, np.float32)
        square = np.empty(array.shape, np.float32)
        cudart.cudaMemcpy(double.ctypes.data, self.growing.address, double.nbytes, D2H)
        cudart.cudaMemcpy(square.ctypes.data, self.buffers["square"], square.nbytes, D2H)
        return double, square


def main():
    infer = Inference(build(trt.Logger(trt.Logger.ERROR)))
    for rows in (2, 8, 1, 5):
        array = np.random.rand(rows, 4).astype(np.float32)
        double, square = infer(array)
        print(rows, np.array_equal(double, array * 2), np.array_equal(square, array * array))


main()
