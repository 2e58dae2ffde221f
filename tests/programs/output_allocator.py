"""How many indices there are is known only after the execution, so an allocator gives the memory."""

import numpy as np
import tensorrt as trt
from cuda import cudart


class Memory(trt.IOutputAllocator):
    """Device memory of one output; it grows as the output does."""

    def __init__(self):
        trt.IOutputAllocator.__init__(self)
        self.address, self.size, self.shape = 0, 0, None

    def reallocate_output(self, tensor_name, memory, size, alignment):
        if size > self.size:
            if self.address:
                cudart.cudaFree(self.address)
            self.address, self.size = int(cudart.cudaMalloc(size)[1]), size
        return self.address

    def reallocate_output_async(self, tensor_name, memory, size, alignment, stream):
        return self.reallocate_output(tensor_name, memory, size, alignment)

    def notify_shape(self, tensor_name, shape):
        self.shape = tuple(shape)


logger = trt.Logger(trt.Logger.ERROR)
builder = trt.Builder(logger)
network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
config = builder.create_builder_config()
config.max_workspace_size = 1 << 24
marks = network.add_input("marks", trt.float32, (-1, 5))
profile = builder.create_optimization_profile()
profile.set_shape("marks", (1, 5), (3, 5), (4, 5))
config.add_optimization_profile(profile)
places = network.add_non_zero(marks)
places.get_output(0).name = "places"
network.mark_output(places.get_output(0))
engine = trt.Runtime(logger).deserialize_cuda_engine(
    builder.build_serialized_network(network, config)
)
context = engine.create_execution_context()
_, stream = cudart.cudaStreamCreate()

most = engine.get_profile_shape(0, "marks")[2]
_, device = cudart.cudaMalloc(trt.volume(most) * 4)
memory = Memory()
for i in range(engine.num_bindings):
    name = engine.get_binding_name(i)
    print(i, name, engine.get_binding_dtype(i), engine.binding_is_input(i))
    if engine.binding_is_input(i):
        context.set_tensor_address(name, int(device))
    else:
        context.set_output_allocator(name, memory)

for rows, places in ((3, [(0, 1)]), (4, [(0, 0), (1, 4), (3, 2)]), (1, [(0, 4), (0, 0)])):
    source = np.zeros((rows, 5), dtype=np.float32)
    for row, column in places:
        source[row, column] = 1
    context.set_input_shape("marks", source.shape)
    cudart.cudaMemcpyAsync(
        device,
        source.ctypes.data,
        source.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
        stream,
    )
    context.execute_async_v3(stream)
    cudart.cudaStreamSynchronize(stream)
    found = np.empty(memory.shape, dtype=np.int32)
    cudart.cudaMemcpy(
        found.ctypes.data,
        memory.address,
        found.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
    )
    print("shape:", memory.shape, "check:", np.array_equal(found, np.stack(np.nonzero(source))))
