from functools import partial

import numpy as np
import pycuda.autoinit  # noqa: F401
import pycuda.driver as cuda
import tensorrt as trt

LOGGER = trt.Logger(trt.Logger.ERROR)


def build(op):
    builder = trt.Builder(LOGGER)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    x = network.add_input("x", trt.float32, (2, 2))
    y = network.add_unary(x, op)
    y.get_output(0).name = "y"
    network.mark_output(y.get_output(0))
    plan = builder.build_serialized_network(network, builder.create_builder_config())
    return trt.Runtime(LOGGER).deserialize_cuda_engine(plan)


def execute(context, bindings, stream):
    return context.execute_async_v2(bindings, stream.handle)


def runner(engine, memory):
    """Return a function that runs the engine on a stream."""
    context = engine.create_execution_context()
    return partial(execute, context, [int(m) for m in memory])


def memory_of(engine):
    def allocate(index):
        shape = engine.get_binding_shape(index)
        dtype = trt.nptype(engine.get_binding_dtype(index))
        return cuda.mem_alloc(trt.volume(shape) * np.dtype(dtype).itemsize)

    return [allocate(i) for i in range(engine.num_bindings)]
