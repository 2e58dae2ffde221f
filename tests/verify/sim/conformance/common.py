"""What the conformance programs share: an engine of two profiles, memory, and how answers are told.

They run on TensorRT 8.6 with a GPU and on the simulator, and should print the same lines there.
"""

import numpy as np
import tensorrt as trt
from cuda import cudart


class Quiet(trt.ILogger):
    """Keeps what the library says to itself: its words are no part of the claims."""

    def __init__(self):
        trt.ILogger.__init__(self)

    def log(self, severity, msg):
        pass


logger = Quiet()


def sum_and_product():
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    left = network.add_input("inputT0", trt.float32, (-1, -1))
    right = network.add_input("inputT1", trt.float32, (-1, -1))
    for operation, name in (
        (trt.ElementWiseOperation.SUM, "outA"),
        (trt.ElementWiseOperation.PROD, "outB"),
    ):
        tensor = network.add_elementwise(left, right, operation).get_output(0)
        tensor.name = name
        network.mark_output(tensor)
    for most in (4, 8):
        profile = builder.create_optimization_profile()
        for name in ("inputT0", "inputT1"):
            profile.set_shape(name, (1, 1), (2, 2), (most, most))
        config.add_optimization_profile(profile)
    plan = builder.build_serialized_network(network, config)
    return trt.Runtime(logger).deserialize_cuda_engine(plan)


def reshape():
    """x of 24 elements, reshaped by the shape input dims."""
    builder = trt.Builder(logger)
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.EXPLICIT_BATCH))
    config = builder.create_builder_config()
    x = network.add_input("x", trt.float32, (24,))
    dims = network.add_input("dims", trt.int32, (2,))
    layer = network.add_shuffle(x)
    layer.set_input(1, dims)
    layer.get_output(0).name = "y"
    network.mark_output(layer.get_output(0))
    profile = builder.create_optimization_profile()
    profile.set_shape_input("dims", (1, 1), (4, 6), (24, 24))
    config.add_optimization_profile(profile)
    plan = builder.build_serialized_network(network, config)
    return trt.Runtime(logger).deserialize_cuda_engine(plan)


def upload(array):
    array = np.ascontiguousarray(array)
    address = cudart.cudaMalloc(array.nbytes)[1]
    kind = cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
    cudart.cudaMemcpy(address, array.ctypes.data, array.nbytes, kind)
    return address


def download(address, shape):
    array = np.empty(shape, np.float32)
    kind = cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost
    cudart.cudaMemcpy(array.ctypes.data, address, array.nbytes, kind)
    return array


def plain(value):
    """An answer as text that is the same everywhere."""
    if isinstance(value, trt.Dims):
        try:
            return repr(tuple(value))
        except ValueError:
            return "no shape"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(plain(one) for one in value) + "]"
    return str(value)


def tell(claim, ask):
    """One line: what was asked and what came of it."""
    try:
        answer = plain(ask())
    except (TypeError, ValueError, IndexError, AttributeError) as problem:
        answer = type(problem).__name__
    print(f"{claim:62} {answer}")
