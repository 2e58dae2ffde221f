import tensorrt as trt
from cuda import cudart

from .bindings import get_bindings

HTOD = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
DTOH = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


class Runner:
    def __init__(self, plan):
        self.engine = trt.Runtime(trt.Logger(trt.Logger.ERROR)).deserialize_cuda_engine(plan)
        self.context = self.engine.create_execution_context()
        self.stream = cudart.cudaStreamCreate()[1]
        self.bindings = get_bindings(self.engine)
        for b in self.bindings:
            self.context.set_tensor_address(b.name, b.pointer)

    @property
    def num_bindings(self):
        return len(self.bindings)

    def execute_async_v2(self):
        self.context.execute_async_v3(self.stream)

    def __call__(self, values):
        for b in self.bindings:
            if b.is_input:
                b.host[:] = values
                data = b.host.ctypes.data
                cudart.cudaMemcpyAsync(b.pointer, data, b.host.nbytes, HTOD, self.stream)
        self.execute_async_v2()
        for b in self.bindings:
            if not b.is_input:
                data = b.host.ctypes.data
                cudart.cudaMemcpyAsync(data, b.pointer, b.host.nbytes, DTOH, self.stream)
        cudart.cudaStreamSynchronize(self.stream)
        return [b.host.tolist() for b in self.bindings if not b.is_input]
