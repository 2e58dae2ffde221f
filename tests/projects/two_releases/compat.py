"""What differs between TensorRT 8 and 10, in one place."""

import tensorrt as trt

IS_TRT10 = int(trt.__version__.split(".")[0]) >= 10


def tensor_names(engine):
    if IS_TRT10:
        return [engine.get_tensor_name(i) for i in range(engine.num_io_tensors)]
    return [engine.get_binding_name(i) for i in range(engine.num_bindings)]


def is_input(engine, name):
    if IS_TRT10:
        return engine.get_tensor_mode(name) == trt.TensorIOMode.INPUT
    return engine.binding_is_input(name)


def shape_of(engine, name):
    if hasattr(engine, "get_binding_shape"):
        return tuple(engine.get_binding_shape(engine.get_binding_index(name)))
    return tuple(engine.get_tensor_shape(name))


def limit_workspace(config, size):
    try:
        config.max_workspace_size = size
    except AttributeError:
        config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, size)
