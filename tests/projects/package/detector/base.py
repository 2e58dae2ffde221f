import numpy as np
import tensorrt as trt
from cuda import cudart

HTOD = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
DTOH = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


class Base:
    def __init__(self, plan):
        self.e = trt.Runtime(trt.Logger(trt.Logger.ERROR)).deserialize_cuda_engine(plan)
        self.c = self.e.create_execution_context()
        self.stream = cudart.cudaStreamCreate()[1]

    def num_bindings(self):
        return 2

    def run(self, hosts, bindings):
        cudart.cudaMemcpyAsync(
            bindings[0], hosts[0].ctypes.data, hosts[0].nbytes, HTOD, self.stream
        )
        self.c.execute_async_v2(bindings, self.stream)
        cudart.cudaMemcpyAsync(
            hosts[1].ctypes.data, bindings[1], hosts[1].nbytes, DTOH, self.stream
        )
        cudart.cudaStreamSynchronize(self.stream)
        return np.array(hosts[1])
