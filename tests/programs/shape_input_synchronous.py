"""A shape input says what part of the data is taken; synchronous execution in a function."""

import numpy as np
import tensorrt as trt
from cuda import cudart


def build(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    profile = builder.create_optimization_profile()
    data = network.add_input("data", trt.float32, (4, 4))
    size = network.add_input("size", trt.int32, (2,))
    profile.set_shape_input("size", (1, 1), (2, 2), (4, 4))
    config.add_optimization_profile(profile)
    layer = network.add_slice(data, (0, 0), (1, 1), (1, 1))
    layer.set_input(2, size)
    layer.get_output(0).name = "corner"
    network.mark_output(layer.get_output(0))
    return builder.build_serialized_network(network, config)


def corner_of(context, data, rows, columns):
    context.set_shape_input(1, [rows, columns])
    if not context.all_shape_inputs_specified:
        raise RuntimeError("the size is missing")
    corner = np.zeros((rows, columns), dtype=np.float32)
    buffers = [cudart.cudaMalloc(size)[1] for size in (data.nbytes, 8, corner.nbytes)]
    cudart.cudaMemcpy(
        buffers[0],
        data.ctypes.data,
        data.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
    )
    context.execute_v2(buffers)
    cudart.cudaMemcpy(
        corner.ctypes.data,
        buffers[2],
        corner.nbytes,
        cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
    )
    for buffer in buffers:
        cudart.cudaFree(buffer)
    return corner


def main():
    logger = trt.Logger(trt.Logger.ERROR)
    engine = trt.Runtime(logger).deserialize_cuda_engine(build(logger))
    context = engine.create_execution_context()
    data = np.arange(16, dtype=np.float32).reshape(4, 4)
    checks = []
    for rows, columns in ((2, 3), (4, 1), (3, 3)):
        corner = corner_of(context, data, rows, columns)
        checks.append(np.array_equal(corner, data[:rows, :columns]))
    print("check:", checks)


if __name__ == "__main__":
    main()
