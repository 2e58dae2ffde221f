"""A TensorRT of two inputs `a`, `b` and two outputs `sum`, `diff`, with both runtime APIs.

Only for the tests of the recorder: enough to see what it records, on memory of the host. A plan is
b"plan N" with the number of profiles; the builder's plans also carry a number that is new in every
build, as the choice of kernels is.
"""

import ctypes
import enum
import os

import numpy as np
from cuda import cudart

__version__ = os.environ.get("FAKE_TENSORRT", "8.6.0")
NAMES = ["a", "b", "sum", "diff"]


class TensorIOMode(enum.Enum):
    NONE = 0
    INPUT = 1
    OUTPUT = 2


class DataType(enum.Enum):
    FLOAT = 0


class TensorLocation(enum.Enum):
    DEVICE = 0
    HOST = 1


class TensorFormat(enum.Enum):
    LINEAR = 0


def nptype(_):
    return np.float32


class Logger:
    ERROR = 0

    def __init__(self, *_):
        pass


class IHostMemory:
    def __init__(self, plan):
        self.plan = plan

    def __bytes__(self):
        return self.plan


class IExecutionContext:
    def __init__(self, engine):
        self.engine, self.active_optimization_profile = engine, 0
        self.shapes, self.addresses = {}, {}

    def get_tensor_shape(self, name):
        return self.shapes.get("a", (-1,))

    def set_input_shape(self, name, shape):
        self.shapes[name] = tuple(shape)
        return name in ("a", "b")

    def set_binding_shape(self, index, shape):
        return self.set_input_shape(NAMES[index % 4], shape)

    def get_binding_shape(self, index):
        return self.get_tensor_shape(NAMES[index % 4])

    def get_tensor_address(self, name):
        return self.addresses.get(name, 0)

    def set_tensor_address(self, name, address):
        self.addresses[name] = int(address)
        return name in NAMES

    def set_optimization_profile_async(self, profile, stream):
        self.active_optimization_profile = profile
        return True

    def execute_async_v2(self, bindings, stream_handle, input_consumed=None):
        start = 4 * self.active_optimization_profile
        return self._run(dict(zip(NAMES, bindings[start : start + 4], strict=True)), stream_handle)

    def execute_v2(self, bindings):
        return self.execute_async_v2(bindings, 0)

    def execute_async_v3(self, stream_handle):
        return self._run(dict(self.addresses), stream_handle)

    def _run(self, addresses, stream):
        if not all(addresses.get(name) for name in NAMES):
            return False

        def work():
            count = int(np.prod(self.shapes["a"]))
            array = {
                name: np.frombuffer((ctypes.c_char * (4 * count)).from_address(at), np.float32)
                for name, at in addresses.items()
            }
            a, b = array["a"].copy(), array["b"].copy()
            for name, value in (("sum", a + b), ("diff", a - b)):
                ctypes.memmove(addresses[name], value.tobytes(), 4 * count)

        if int(stream) in cudart.capturing:
            cudart.graphs[int(stream)].append(work)
        else:
            work()
        return True


class ICudaEngine:
    def __init__(self, plan):
        self.plan, self.num_optimization_profiles = plan, int(plan.split()[1])
        self.num_io_tensors, self.num_bindings = 4, 4 * self.num_optimization_profiles

    def __len__(self):
        return self.num_bindings

    def serialize(self):
        return None if os.environ.get("FAKE_LEAN") else self.plan

    def create_execution_context(self):
        return IExecutionContext(self)

    def get_tensor_name(self, index):
        return NAMES[index]

    def get_tensor_mode(self, name):
        return TensorIOMode.INPUT if name in ("a", "b") else TensorIOMode.OUTPUT

    def binding_is_input(self, index):
        return index % 4 < 2

    def get_tensor_dtype(self, name):
        return DataType.FLOAT

    def get_tensor_shape(self, name):
        return (-1,)

    def get_tensor_location(self, name):
        return TensorLocation.DEVICE

    def get_tensor_format(self, name):
        return TensorFormat.LINEAR

    def get_tensor_profile_shape(self, name, profile):
        return [(1,), (4,), (8,)]


class Runtime:
    def __init__(self, logger):
        pass

    def deserialize_cuda_engine(self, plan):
        return ICudaEngine(bytes(plan)) if bytes(plan).startswith(b"plan") else None


if not os.environ.get("FAKE_LEAN"):

    class BuilderFlag(enum.Enum):
        VERSION_COMPATIBLE = 15

    class IBuilderConfig:
        def __init__(self):
            self.flags = set()

        def set_flag(self, flag):
            self.flags.add(flag)

        def clear_flag(self, flag):
            self.flags.discard(flag)

    class Builder:
        def __init__(self, logger):
            self.logger = logger

        def create_network(self, flags=0):
            return "network"

        def create_builder_config(self):
            return IBuilderConfig()

        def build_serialized_network(self, network, config):
            assert isinstance(config, IBuilderConfig)
            return b"plan 2 " + os.urandom(4).hex().encode()

        def build_engine(self, network, config):
            return ICudaEngine(self.build_serialized_network(network, config))
