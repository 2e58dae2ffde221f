"""Prints every binding of every profile and allocates for all of them before anything runs."""

import numpy as np
import tensorrt as trt
from cuda import cudart

logger = trt.Logger(trt.Logger.ERROR)


def build():
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    image = network.add_input("image", trt.float32, (1, 1, -1, -1))
    for low, high in ((2, 4), (6, 8)):
        profile = builder.create_optimization_profile()
        profile.set_shape("image", (1, 1, low, low), (1, 1, high, high), (1, 1, high, high))
        config.add_optimization_profile(profile)
    turned = network.add_shuffle(image)
    turned.first_transpose = trt.Permutation([0, 1, 3, 2])
    turned.get_output(0).name = "turned"
    network.mark_output(turned.get_output(0))
    negated = network.add_unary(turned.get_output(0), trt.UnaryOperation.NEG)
    negated.get_output(0).name = "negated"
    network.mark_output(negated.get_output(0))
    return builder.build_serialized_network(network, config)


def main():
    engine = trt.Runtime(logger).deserialize_cuda_engine(build())
    profiles = engine.num_optimization_profiles
    n = engine.num_bindings // profiles

    print(
        "%d bindings, %d of them inputs"
        % (
            engine.num_bindings,
            sum(engine.binding_is_input(i) for i in range(engine.num_bindings)),
        )
    )
    for i in range(engine.num_bindings):
        print(
            "input " if engine.binding_is_input(i) else "output",
            engine.get_binding_name(i).split(" [profile")[0],
            engine.get_binding_dtype(i),
            engine.get_binding_shape(i),
            engine.get_binding_format_desc(i),
        )

    # device memory of the largest shape for each binding of each profile
    addresses = []
    for i in range(engine.num_bindings):
        largest = engine.get_profile_shape(i // n, i - i % n)[2]
        addresses.append(cudart.cudaMalloc(4 * trt.volume(largest))[1])

    context = engine.create_execution_context()
    checks = []
    for size in (3, 8, 4):
        k = 0 if size <= 4 else 1
        context.set_optimization_profile_async(k, 0)
        first = k * n
        context.set_binding_shape(first, (1, 1, size, size))
        image = np.arange(size * size, dtype=np.float32).reshape(1, 1, size, size)
        cudart.cudaMemcpy(
            addresses[first],
            image.ctypes.data,
            image.nbytes,
            cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
        )
        bindings = [a if first <= i < first + n else 0 for i, a in enumerate(addresses)]
        context.execute_async_v2(bindings, 0)
        cudart.cudaStreamSynchronize(0)
        results = []
        for i in range(1, n):
            result = np.empty(tuple(context.get_binding_shape(first + i)), np.float32)
            cudart.cudaMemcpy(
                result.ctypes.data,
                addresses[first + i],
                result.nbytes,
                cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
            )
            results.append(result[0, 0])
        checks.append(np.array_equal(results[0], image[0, 0].T))
        checks.append(np.array_equal(results[1], -image[0, 0].T))
    print("check:", checks)


if __name__ == "__main__":
    main()
