"""Asks for the range of the input's shape and runs with its smallest, best and largest."""

import numpy as np
import tensorrt as trt
from cuda import cudart


def build(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    profile = builder.create_optimization_profile()
    left = network.add_input("left", trt.float32, (-1, 3))
    right = network.add_input("right", trt.float32, (-1, 3))
    profile.set_shape("left", (1, 3), (4, 3), (8, 3))
    profile.set_shape("right", (1, 3), (4, 3), (8, 3))
    config.add_optimization_profile(profile)
    joined = network.add_concatenation([left, right])
    joined.axis = 0
    joined.get_output(0).name = "joined"
    network.mark_output(joined.get_output(0))
    return builder.build_serialized_network(network, config)


def allocate(engine):
    """Buffers that hold the largest shape."""
    pointers = []
    for i in range(engine.num_bindings):
        if engine.binding_is_input(i):
            largest = engine.get_profile_shape(0, i)[2]
        else:
            largest = (2 * engine.get_profile_shape(profile_index=0, binding="left")[-1][0], 3)
        pointers.append(cudart.cudaMalloc(4 * trt.volume(largest))[1])
    return pointers


def main():
    logger = trt.Logger(trt.Logger.ERROR)
    engine = trt.Runtime(logger).deserialize_cuda_engine(build(logger))
    context = engine.create_execution_context()
    pointers = allocate(engine)
    smallest, best, largest = engine.get_profile_shape(0, "right")
    print(tuple(smallest), tuple(best), tuple(largest))

    ok = True
    for shape in engine.get_profile_shape(0, 0):
        rows = shape[0]
        context.set_binding_shape(0, shape)
        context.set_binding_shape(engine.get_binding_index("right"), (rows, 3))
        hosts = [np.arange(rows * 3, dtype=np.float32).reshape(rows, 3) + i for i in range(2)]
        for pointer, host in zip(pointers, hosts):
            cudart.cudaMemcpy(
                pointer,
                host.ctypes.data,
                host.nbytes,
                cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
            )
        joined = np.empty(context.get_binding_shape(2), dtype=np.float32)
        context.execute_async_v2(pointers, 0)
        cudart.cudaStreamSynchronize(0)
        cudart.cudaMemcpy(
            joined.ctypes.data,
            pointers[2],
            joined.nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
        )
        ok &= np.array_equal(joined, np.concatenate(hosts))
    print("check:", bool(ok))


if __name__ == "__main__":
    main()
