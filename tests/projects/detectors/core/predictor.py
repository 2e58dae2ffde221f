import numpy as np
import tensorrt as trt
from cuda import cudart

from .build import LOGGER, PROFILES

HTOD = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
DTOH = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


class Predictor:
    """Runs each batch in the profile that takes it."""

    def __init__(self, plan):
        self.engine = trt.Runtime(LOGGER).deserialize_cuda_engine(plan)
        self.context = self.engine.create_execution_context()
        self.stream = cudart.cudaStreamCreate()[1]
        self.per_profile = self.engine.num_bindings // self.engine.num_optimization_profiles
        for i in range(self.per_profile):
            self.on_binding(self.engine, i)

    def on_binding(self, engine, index):
        """For subclasses."""

    def postprocess(self, outputs):
        raise NotImplementedError

    def __call__(self, batch):
        k = next(k for k, (_, most) in enumerate(PROFILES) if len(batch) <= most)
        self.context.set_optimization_profile_async(k, self.stream)
        start = k * self.per_profile
        self.context.set_binding_shape(start, batch.shape)
        hosts = [np.ascontiguousarray(batch, np.float32)]
        for i in range(1, self.per_profile):
            hosts.append(np.empty(tuple(self.context.get_binding_shape(start + i)), np.float32))
        pointers = [cudart.cudaMalloc(host.nbytes)[1] for host in hosts]
        bindings = [0] * start + pointers + [0] * (self.engine.num_bindings - len(pointers) - start)
        data = hosts[0].ctypes.data
        cudart.cudaMemcpyAsync(pointers[0], data, hosts[0].nbytes, HTOD, self.stream)
        self.context.execute_async_v2(bindings, self.stream)
        for host, pointer in zip(hosts[1:], pointers[1:]):
            cudart.cudaMemcpyAsync(host.ctypes.data, pointer, host.nbytes, DTOH, self.stream)
        cudart.cudaStreamSynchronize(self.stream)
        for pointer in pointers:
            cudart.cudaFree(pointer)
        return self.postprocess(hosts[1:])
