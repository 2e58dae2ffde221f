"""Names with " [profile k]": made by an f-string for an index, and split off for a dictionary."""

import numpy as np
import tensorrt as trt
from cuda import cudart


def build(logger):
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    x = network.add_input("x", trt.float32, (-1, 2))
    y = network.add_input("y", trt.float32, (1, 2))
    for low, high in ((1, 3), (4, 7)):
        profile = builder.create_optimization_profile()
        profile.set_shape("x", (low, 2), (high, 2), (high, 2))
        config.add_optimization_profile(profile)
    layer = network.add_elementwise(x, y, trt.ElementWiseOperation.SUM)
    layer.get_output(0).name = "z"
    network.mark_output(layer.get_output(0))
    return builder.build_serialized_network(network, config)


def binding_of(engine, name, k):
    if k > 0:
        name = f"{name} [profile {k}]"
    return engine.get_binding_index(name)


def infer(engine, context, k, feeds):
    context.set_optimization_profile_async(k, 0)
    per_profile = engine.num_bindings // engine.num_optimization_profiles
    context.set_binding_shape(binding_of(engine, "x", k), feeds["x"].shape)
    bindings = [0] * engine.num_bindings
    arrays = {}
    for i in range(k * per_profile, (k + 1) * per_profile):
        name = engine.get_binding_name(i).split(" [")[0]
        array = feeds.get(name)
        if array is None:
            array = np.empty(tuple(context.get_binding_shape(i)), np.float32)
        arrays[name] = array
        bindings[i] = cudart.cudaMalloc(array.nbytes)[1]
        if engine.binding_is_input(i):
            kind = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
            cudart.cudaMemcpy(bindings[i], array.ctypes.data, array.nbytes, kind)
    context.execute_async_v2(bindings, 0)
    cudart.cudaStreamSynchronize(0)
    z = arrays["z"]
    kind = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost
    cudart.cudaMemcpy(z.ctypes.data, bindings[binding_of(engine, "z", k)], z.nbytes, kind)
    return z


def main():
    logger = trt.Logger(trt.Logger.ERROR)
    engine = trt.Runtime(logger).deserialize_cuda_engine(build(logger))
    context = engine.create_execution_context()
    checks = []
    for k, rows in ((0, 3), (1, 5), (0, 1)):
        x = np.arange(2 * rows, dtype=np.float32).reshape(rows, 2)
        y = np.array([[k, 10]], np.float32)
        checks.append(np.array_equal(infer(engine, context, k, {"x": x, "y": y}), x + y))
    print("check:", checks)


if __name__ == "__main__":
    main()
