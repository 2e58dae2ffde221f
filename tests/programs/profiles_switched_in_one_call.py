"""Two inputs of one context in both profiles within one function; literal padded lists."""

import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)


def build():
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    small, big = builder.create_optimization_profile(), builder.create_optimization_profile()
    left = network.add_input("left", trt.float32, (-1, 4))
    right = network.add_input("right", trt.float32, (-1, 4))
    for tensor in (left, right):
        small.set_shape(tensor.name, (1, 4), (1, 4), (2, 4))
        big.set_shape(tensor.name, (3, 4), (8, 4), (8, 4))
    config.add_optimization_profile(small)
    config.add_optimization_profile(big)
    layer = network.add_elementwise(left, right, trt.ElementWiseOperation.MIN)
    layer.get_output(0).name = "least"
    network.mark_output(layer.get_output(0))
    return builder.build_serialized_network(network, config)


def to_device(array, stream):
    pointer = cudart.cudaMalloc(array.nbytes)[1]
    kind = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
    cudart.cudaMemcpyAsync(pointer, array.ctypes.data, array.nbytes, kind, stream)
    return pointer


def to_host(pointer, shape, stream):
    array = np.empty(tuple(shape), np.float32)
    kind = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost
    cudart.cudaMemcpyAsync(array.ctypes.data, pointer, array.nbytes, kind, stream)
    cudart.cudaStreamSynchronize(stream)
    return array


def main():
    engine = trt.Runtime(logger).deserialize_cuda_engine(build())
    context = engine.create_execution_context()
    stream = cudart.cudaStreamCreate()[1]
    random = np.random.RandomState(11)
    ones = [random.randn(1, 4).astype(np.float32) for _ in range(2)]
    many = [random.randn(8, 4).astype(np.float32) for _ in range(2)]
    d_out = cudart.cudaMalloc(8 * 4 * 4)[1]

    # the first profile is active to begin with
    assert context.active_optimization_profile == 0
    context.set_binding_shape(0, (1, 4))
    context.set_binding_shape(1, (1, 4))
    d_left, d_right = (to_device(array, stream) for array in ones)
    context.execute_async_v2([int(d_left), int(d_right), int(d_out), 0, 0, 0], stream)
    least = to_host(d_out, context.get_binding_shape(2), stream)

    context.set_optimization_profile_async(1, stream)
    context.set_binding_shape(3, (8, 4))
    context.set_binding_shape(4, many[1].shape)
    d_left, d_right = (to_device(array, stream) for array in many)
    context.execute_async_v2([0, 0, 0, int(d_left), int(d_right), int(d_out)], stream)
    least_of_many = to_host(d_out, context.get_binding_shape(5), stream)
    print(engine.get_binding_name(2), engine[5].replace(" [profile 1]", ""))
    print("check:", np.array_equal(least, np.minimum(*ones)), least_of_many.shape == (8, 4))
    print("check:", np.array_equal(least_of_many, np.minimum(*many)))


if __name__ == "__main__":
    main()
