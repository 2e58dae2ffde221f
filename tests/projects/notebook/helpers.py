import numpy as np
import pycuda.autoinit  # noqa: F401
import pycuda.driver as cuda
import tensorrt as trt

TRT_LOGGER = trt.Logger(trt.Logger.ERROR)


def load_engine(plan_file_path):
    with open(plan_file_path, "rb") as f, trt.Runtime(TRT_LOGGER) as runtime:
        return runtime.deserialize_cuda_engine(f.read())


def allocate(engine):
    host = [np.empty(engine.get_binding_shape(i), np.float32) for i in range(engine.num_bindings)]
    return host, [cuda.mem_alloc(h.nbytes) for h in host]


def infer(context, host, device):
    cuda.memcpy_htod(device[0], host[0])
    context.execute_v2([int(d) for d in device])
    for h, d in zip(host[1:], device[1:]):
        cuda.memcpy_dtoh(h, d)
    return host[1:]
