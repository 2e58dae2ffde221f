"""Chooses the profile by assignment before an asynchronous execution, with pycuda."""

import numpy as np
import pycuda.autoinit  # noqa: F401
import pycuda.driver as cuda
import tensorrt as trt

NUM_PROFILES = 2
LOGGER = trt.Logger(trt.Logger.ERROR)


def build():
    builder = trt.Builder(LOGGER)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    ids = network.add_input("ids", trt.float32, (-1, -1))
    mask = network.add_input("mask", trt.float32, (-1, -1))
    for number in range(NUM_PROFILES):
        low, high = (1, 8) if number == 0 else (8, 32)
        profile = builder.create_optimization_profile()
        for name in ("ids", "mask"):
            profile.set_shape(name, (1, low), (2, high), (4, high))
        config.add_optimization_profile(profile)
    masked = network.add_elementwise(ids, mask, trt.ElementWiseOperation.PROD)
    masked.get_output(0).name = "masked"
    network.mark_output(masked.get_output(0))
    return builder.build_serialized_network(network, config)


def main():
    engine = trt.Runtime(LOGGER).deserialize_cuda_engine(build())
    context = engine.create_execution_context()
    stream = cuda.Stream()
    num_per_profile = engine.num_bindings // engine.num_optimization_profiles
    d_inputs = [cuda.mem_alloc(4 * 4 * 32) for _ in range(2)]
    d_output = cuda.mem_alloc(4 * 4 * 32)

    passed = []
    for batch, length in ((2, 6), (3, 20), (4, 8)):
        selected = 0 if length <= 8 else 1
        context.active_optimization_profile = selected
        binding_idx_offset = selected * num_per_profile
        for i in range(2):
            context.set_binding_shape(binding_idx_offset + i, (batch, length))
        assert context.all_binding_shapes_specified

        random = np.random.default_rng(length)
        ids = random.integers(0, 100, (batch, length)).astype(np.float32)
        mask = random.integers(0, 2, (batch, length)).astype(np.float32)
        output = cuda.pagelocked_empty((batch, length), np.float32)
        cuda.memcpy_htod_async(d_inputs[0], ids, stream)
        cuda.memcpy_htod_async(d_inputs[1], mask, stream)
        bindings = [0] * binding_idx_offset + [int(d) for d in d_inputs] + [int(d_output)]
        bindings += [0] * (engine.num_bindings - len(bindings))
        context.execute_async_v2(bindings=bindings, stream_handle=stream.handle)
        cuda.memcpy_dtoh_async(output, d_output, stream)
        stream.synchronize()
        passed.append(np.array_equal(output, ids * mask))
    print("check:", passed)


if __name__ == "__main__":
    main()
