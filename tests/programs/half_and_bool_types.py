"""Inputs and outputs of several types; host arrays of the type that the engine says."""

import numpy as np
import tensorrt as trt
from cuda import cudart


def build_engine(logger):
    with trt.Builder(logger) as builder:
        with builder.create_network(
            1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH)
        ) as network:
            config = builder.create_builder_config()
            config.max_workspace_size = 1 << 24
            numbers = network.add_input("numbers", trt.float16, (2, 4))
            numbers.allowed_formats = 1 << int(trt.TensorFormat.LINEAR)
            limits = network.add_input("limits", trt.int32, (2, 4))
            single = network.add_identity(numbers)
            single.set_output_type(0, trt.float32)
            floats = network.add_identity(limits)
            floats.set_output_type(0, trt.float32)
            above = network.add_elementwise(
                single.get_output(0), floats.get_output(0), trt.ElementWiseOperation.GREATER
            )
            above.get_output(0).name = "above"
            doubled = network.add_elementwise(limits, limits, trt.ElementWiseOperation.SUM)
            doubled.get_output(0).name = "doubled"
            network.mark_output(above.get_output(0))
            network.mark_output(doubled.get_output(0))
            above.get_output(0).dtype = trt.bool
            return builder.build_engine(network, config)


def main():
    logger = trt.Logger(trt.Logger.ERROR)
    engine = build_engine(logger)
    context = engine.create_execution_context()
    arrays = [
        np.zeros(tuple(engine.get_binding_shape(i)), trt.nptype(engine.get_binding_dtype(i)))
        for i in range(engine.num_bindings)
    ]
    print([engine.get_binding_dtype(i).name for i in range(engine.num_bindings)])
    pointers = [cudart.cudaMalloc(array.nbytes)[1] for array in arrays]

    ok = True
    for offset in (0, 3):
        arrays[0][:] = np.arange(8).reshape(2, 4) + 0.5
        arrays[1][:] = np.arange(8)[::-1].reshape(2, 4) + offset
        for i in range(engine.num_bindings):
            if engine.binding_is_input(i):
                cudart.cudaMemcpy(
                    pointers[i],
                    arrays[i].ctypes.data,
                    arrays[i].nbytes,
                    cudart.cudaMemcpyKind.cudaMemcpyHostToDevice,
                )
        context.execute_async_v2(pointers, 0)
        cudart.cudaStreamSynchronize(0)
        for i in range(engine.num_bindings):
            if engine.binding_is_input(i):
                continue
            cudart.cudaMemcpy(
                arrays[i].ctypes.data,
                pointers[i],
                arrays[i].nbytes,
                cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost,
            )
        ok &= np.array_equal(arrays[2], arrays[0] > arrays[1])
        ok &= np.array_equal(arrays[3], 2 * arrays[1])
    print("check:", bool(ok))


if __name__ == "__main__":
    main()
