"""Buffers and inference, as the samples of TensorRT share them."""

import pycuda.autoinit  # noqa: F401
import pycuda.driver as cuda
import tensorrt as trt


class HostDeviceMem:
    def __init__(self, host, device):
        self.host = host
        self.device = device

    def __repr__(self):
        return "Host:\n" + str(self.host)


def allocate_buffers(engine):
    inputs, outputs, bindings = [], [], []
    stream = cuda.Stream()
    for binding in engine:
        size = trt.volume(engine.get_binding_shape(binding))
        dtype = trt.nptype(engine.get_binding_dtype(binding))
        host = cuda.pagelocked_empty(size, dtype)
        device = cuda.mem_alloc(host.nbytes)
        bindings.append(int(device))
        if engine.binding_is_input(binding):
            inputs.append(HostDeviceMem(host, device))
        else:
            outputs.append(HostDeviceMem(host, device))
    return inputs, outputs, bindings, stream


# inputs and outputs are lists of HostDeviceMem.
def do_inference_v2(context, bindings, inputs, outputs, stream):
    for inp in inputs:
        cuda.memcpy_htod_async(inp.device, inp.host, stream)
    context.execute_async_v2(bindings=bindings, stream_handle=stream.handle)
    for out in outputs:
        cuda.memcpy_dtoh_async(out.host, out.device, stream)
    stream.synchronize()
    return [out.host for out in outputs]
