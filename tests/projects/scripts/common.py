import numpy as np
import tensorrt as trt
from cuda import cudart

LOGGER = trt.Logger(trt.Logger.ERROR)
HTOD = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
DTOH = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost


def load(plan):
    return trt.Runtime(LOGGER).deserialize_cuda_engine(plan)


def sizes_of(thing):
    return [trt.volume(thing.get_binding_shape(i)) for i in range(2)]


def allocate(held):
    hosts = [np.zeros(size, np.float32) for size in sizes_of(held)]
    return hosts, [cudart.cudaMalloc(host.nbytes)[1] for host in hosts]


def infer(context, hosts, bindings, stream):
    cudart.cudaMemcpyAsync(bindings[0], hosts[0].ctypes.data, hosts[0].nbytes, HTOD, stream)
    context.execute_async_v2(bindings, stream)
    cudart.cudaMemcpyAsync(hosts[1].ctypes.data, bindings[1], hosts[1].nbytes, DTOH, stream)
    cudart.cudaStreamSynchronize(stream)
    return hosts[1]
