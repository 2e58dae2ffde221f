"""The helper functions of the samples with pycuda: page-locked buffers, one for each binding."""

import numpy as np
import pycuda.autoinit  # noqa: F401
import pycuda.driver as cuda
import tensorrt as trt

TRT_LOGGER = trt.Logger(trt.Logger.ERROR)
EXPLICIT_BATCH = 1 << (int)(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)


class HostDeviceMem(object):
    def __init__(self, host_mem, device_mem):
        self.host = host_mem
        self.device = device_mem

    def __str__(self):
        return "Host:\n" + str(self.host) + "\nDevice:\n" + str(self.device)

    def __repr__(self):
        return self.__str__()


def build_engine():
    with trt.Builder(TRT_LOGGER) as builder, builder.create_network(
        EXPLICIT_BATCH
    ) as network, builder.create_builder_config() as config, trt.Runtime(TRT_LOGGER) as runtime:
        config.max_workspace_size = 1 << 28
        image = network.add_input("image", trt.float32, (1, 3, 4, 4))
        weights = np.linspace(-1, 1, 2 * 3 * 3 * 3, dtype=np.float32)
        bias = np.array([0.5, -0.5], dtype=np.float32)
        conv = network.add_convolution_nd(image, 2, (3, 3), trt.Weights(weights), trt.Weights(bias))
        relu = network.add_activation(conv.get_output(0), trt.ActivationType.RELU)
        relu.get_output(0).name = "features"
        network.mark_output(relu.get_output(0))
        plan = builder.build_serialized_network(network, config)
        return runtime.deserialize_cuda_engine(plan)


# Allocates all buffers required for an engine, i.e. host/device inputs/outputs.
def allocate_buffers(engine):
    inputs = []
    outputs = []
    bindings = []
    stream = cuda.Stream()
    for binding in engine:
        size = trt.volume(engine.get_binding_shape(binding)) * engine.max_batch_size
        dtype = trt.nptype(engine.get_binding_dtype(binding))
        # Allocate host and device buffers
        host_mem = cuda.pagelocked_empty(size, dtype)
        device_mem = cuda.mem_alloc(host_mem.nbytes)
        # Append the device buffer to device bindings.
        bindings.append(int(device_mem))
        # Append to the appropriate list.
        if engine.binding_is_input(binding):
            inputs.append(HostDeviceMem(host_mem, device_mem))
        else:
            outputs.append(HostDeviceMem(host_mem, device_mem))
    return inputs, outputs, bindings, stream


# Inputs and outputs are expected to be lists of HostDeviceMem objects.
def do_inference_v2(context, bindings, inputs, outputs, stream):
    # Transfer input data to the GPU.
    [cuda.memcpy_htod_async(inp.device, inp.host, stream) for inp in inputs]
    # Run inference.
    context.execute_async_v2(bindings=bindings, stream_handle=stream.handle)
    # Transfer predictions back from the GPU.
    [cuda.memcpy_dtoh_async(out.host, out.device, stream) for out in outputs]
    # Synchronize the stream
    stream.synchronize()
    # Return only the host outputs.
    return [out.host for out in outputs]


def main():
    with build_engine() as engine:
        inputs, outputs, bindings, stream = allocate_buffers(engine)
        with engine.create_execution_context() as context:
            results = []
            for step in range(2):
                data = np.arange(48, dtype=np.float32) * (1 - 2 * step)
                np.copyto(inputs[0].host, data)
                [features] = do_inference_v2(context, bindings, inputs, outputs, stream)
                results.append(features.reshape(1, 2, 2, 2).copy())
    print("check:", bool((results[0] >= 0).all()), not np.array_equal(results[0], results[1]))


if __name__ == "__main__":
    main()
