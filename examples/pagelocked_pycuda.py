"""Classifies a few random images with page-locked buffers and one CUDA stream (PyCUDA)."""

import os

import numpy as np
import pycuda.autoinit  # noqa: F401
import pycuda.driver as cuda
import tensorrt as trt

TRT_LOGGER = trt.Logger(trt.Logger.WARNING)
ENGINE_PATH = "classifier.plan"
INPUT_SHAPE = (1, 3, 8, 8)
NUM_CLASSES = 4


def GiB(val):
    return val * 1 << 30


# Simple helper data class that's a little nicer to use than a 2-tuple.
class HostDeviceMem(object):
    def __init__(self, host_mem, device_mem):
        self.host = host_mem
        self.device = device_mem

    def __str__(self):
        return "Host:\n" + str(self.host) + "\nDevice:\n" + str(self.device)

    def __repr__(self):
        return self.__str__()


def build_engine():
    """A linear classifier with a ReLU; stands in for a network parsed from ONNX."""
    builder = trt.Builder(TRT_LOGGER)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    config.max_workspace_size = GiB(1)

    image = network.add_input("image", trt.float32, INPUT_SHAPE)
    rng = np.random.RandomState(0)
    kernel = rng.uniform(-1, 1, (1, 3, 8, NUM_CLASSES)).astype(np.float32)
    weights = network.add_constant(kernel.shape, kernel).get_output(0)
    scores = network.add_matrix_multiply(
        image, trt.MatrixOperation.NONE, weights, trt.MatrixOperation.NONE
    )
    relu = network.add_activation(scores.get_output(0), trt.ActivationType.RELU)
    relu.get_output(0).name = "scores"
    network.mark_output(relu.get_output(0))
    return builder.build_engine(network, config)


def get_engine(engine_path):
    if os.path.exists(engine_path):
        print("Reading engine from file {}".format(engine_path))
        with open(engine_path, "rb") as f, trt.Runtime(TRT_LOGGER) as runtime:
            return runtime.deserialize_cuda_engine(f.read())
    engine = build_engine()
    with open(engine_path, "wb") as f:
        f.write(engine.serialize())
    return engine


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


# This function is generalized for multiple inputs/outputs.
# inputs and outputs are expected to be lists of HostDeviceMem objects.
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
    rng = np.random.RandomState(1)
    with get_engine(ENGINE_PATH) as engine, engine.create_execution_context() as context:
        inputs, outputs, bindings, stream = allocate_buffers(engine)
        for number in range(3):
            image = rng.uniform(0, 1, INPUT_SHAPE).astype(np.float32)
            np.copyto(inputs[0].host, image.ravel())
            scores = do_inference_v2(context, bindings, inputs, outputs, stream)[0]
            best = scores.reshape(-1, NUM_CLASSES).sum(axis=0).argmax()
            print("image {}: class {}".format(number, best))


if __name__ == "__main__":
    main()
