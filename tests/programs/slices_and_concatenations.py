"""Device pointers in separate lists for inputs and outputs, put together for each call."""

import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)


def build():
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    a = network.add_input("a", trt.float32, (2, 3))
    b = network.add_input("b", trt.float32, (2, 3))
    ab = network.add_elementwise(a, b, trt.ElementWiseOperation.PROD)
    joined = network.add_concatenation([a, b])
    joined.axis = 0
    ab.get_output(0).name = "ab"
    joined.get_output(0).name = "joined"
    network.mark_output(ab.get_output(0))
    network.mark_output(joined.get_output(0))
    return builder.build_serialized_network(network, builder.create_builder_config())


def upload(address, array, stream):
    kind = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
    cudart.cudaMemcpyAsync(address, array.ctypes.data, array.nbytes, kind, stream)


def download(address, shape, stream):
    array = np.empty(shape, dtype=np.float32)
    kind = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost
    cudart.cudaMemcpyAsync(array.ctypes.data, address, array.nbytes, kind, stream)
    cudart.cudaStreamSynchronize(stream)
    return array


def main():
    engine = trt.Runtime(logger).deserialize_cuda_engine(build())
    context = engine.create_execution_context()
    stream = cudart.cudaStreamCreate()[1]
    n_inputs = sum(1 for i in range(engine.num_bindings) if engine.binding_is_input(i))

    sizes = [4 * trt.volume(engine.get_binding_shape(i)) for i in range(engine.num_bindings)]
    shapes = [tuple(engine.get_binding_shape(i)) for i in range(n_inputs, engine.num_bindings)]
    in_pointers = [cudart.cudaMalloc(size)[1] for size in sizes[:n_inputs]]
    out_pointers = [cudart.cudaMalloc(size)[1] for size in sizes[n_inputs:]]
    spare = [cudart.cudaMalloc(size)[1] for size in sizes]

    a = np.arange(6, dtype=np.float32).reshape(2, 3)
    b = a[::-1] + 1
    for address, array in zip(in_pointers, (a, np.ascontiguousarray(b))):
        upload(address, array, stream)

    # inputs and outputs from their own lists
    context.execute_async_v2(in_pointers + out_pointers, stream)
    first = [download(address, shape, stream) for address, shape in zip(out_pointers, shapes)]

    # other outputs, the same inputs
    context.execute_async_v2(in_pointers[:2] + spare[n_inputs:], stream)
    second = [download(p, shape, stream) for p, shape in zip(spare[n_inputs:], shapes)]

    # inputs the other way round
    context.execute_async_v2([*in_pointers[::-1], *out_pointers], stream)
    third = [download(address, shape, stream) for address, shape in zip(out_pointers, shapes)]

    print(
        "first", np.array_equal(first[0], a * b), np.array_equal(first[1], np.concatenate((a, b)))
    )
    print("second", all(np.array_equal(p, q) for p, q in zip(first, second)))
    print("check:", np.array_equal(third[1], np.concatenate((b, a))))
    for address in in_pointers + out_pointers + spare:
        cudart.cudaFree(address)
    cudart.cudaStreamDestroy(stream)


if __name__ == "__main__":
    main()
