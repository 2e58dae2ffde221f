import numpy as np
import tensorrt as trt
from cuda import cudart

HTOD = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
DTOH = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


class Predictor:
    input_name = "x"

    def __init__(self, engine, stream=0):
        self.engine = engine
        self.context = engine.create_execution_context()
        self.stream = stream
        self.buffers = {}

    def bind(self):
        for name in self.engine:
            shape = self.engine.get_binding_shape(name)
            dtype = trt.nptype(self.engine.get_binding_dtype(name))
            host = np.zeros(tuple(shape), dtype)
            self.buffers[name] = host, cudart.cudaMalloc(host.nbytes)[1]
        return self

    def predict(self, values):
        self.buffers[self.input_name][0][:] = values
        for name, (host, pointer) in self.buffers.items():
            if self.engine.binding_is_input(name):
                cudart.cudaMemcpyAsync(pointer, host.ctypes.data, host.nbytes, HTOD, self.stream)
        addresses = [pointer for _, pointer in self.buffers.values()]
        self.context.execute_async_v2(addresses, self.stream)
        results = {}
        for name, (host, pointer) in self.buffers.items():
            if not self.engine.binding_is_input(name):
                cudart.cudaMemcpyAsync(host.ctypes.data, pointer, host.nbytes, DTOH, self.stream)
                results[name] = host
        cudart.cudaStreamSynchronize(self.stream)
        return results
