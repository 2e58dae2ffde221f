"""The simulator as several releases in one test process, and small engines to try it on."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from trtmigrate.verify.sim import SITE

_TOPS = ("tensorrt", "trtsim", "cuda", "pycuda")
RELEASES = {"8.6": "8.6.1", "10": "10.0.1", "11": "11.0.0.114"}


@dataclass
class World:
    """One release with the CUDA modules that belong to it."""

    release: str
    modules: dict[str, ModuleType]
    messages: list[str] = field(default_factory=list)

    @property
    def trt(self) -> Any:
        return self.modules["tensorrt"]

    @property
    def cudart(self) -> Any:
        return self.modules["cuda.cudart"]

    @property
    def drv(self) -> Any:
        return self.modules["pycuda.driver"]

    def logger(self) -> Any:
        """A logger that keeps errors in ``messages``."""
        messages, trt = self.messages, self.trt
        messages.clear()

        class Kept(trt.ILogger):  # type: ignore[misc]
            def __init__(self) -> None:
                trt.ILogger.__init__(self)

            def log(self, severity: Any, msg: str) -> None:
                if int(severity) <= int(trt.Logger.ERROR):
                    messages.append(msg)

        return Kept()

    # -- memory

    def upload(self, array: np.ndarray) -> int:
        array = np.ascontiguousarray(array)
        address = int(self.cudart.cudaMalloc(max(array.nbytes, 1))[1])
        kind = self.cudart.cudaMemcpyKind.cudaMemcpyHostToDevice
        self.cudart.cudaMemcpy(address, array.ctypes.data, array.nbytes, kind)
        return address

    def allocate(self, nbytes: int) -> int:
        return int(self.cudart.cudaMalloc(nbytes)[1])

    def download(self, address: int, shape: Any, dtype: Any = np.float32) -> np.ndarray:
        found = np.empty(shape, dtype)
        kind = self.cudart.cudaMemcpyKind.cudaMemcpyDeviceToHost
        self.cudart.cudaMemcpy(found.ctypes.data, address, found.nbytes, kind)
        return found

    # -- engines

    def network(self) -> tuple[Any, Any, Any]:
        """A builder with an empty network and configuration."""
        builder = self.trt.Builder(self.logger())
        return builder, builder.create_network(1), builder.create_builder_config()

    def build(self, builder: Any, network: Any, config: Any) -> Any:
        plan = builder.build_serialized_network(network, config)
        assert plan is not None, self.messages
        return self.trt.Runtime(builder.logger).deserialize_cuda_engine(plan)

    def sum_and_product(self, profiles: int = 2) -> Any:
        """Two inputs of shape (-1, -1); outA is their sum, outB their product.

        Profile k takes extents from 1 to 4 * (k + 1).
        """
        trt = self.trt
        builder, network, config = self.network()
        left = network.add_input("inputT0", trt.float32, (-1, -1))
        right = network.add_input("inputT1", trt.float32, (-1, -1))
        for operation, name in (("SUM", "outA"), ("PROD", "outB")):
            op = getattr(trt.ElementWiseOperation, operation)
            tensor = network.add_elementwise(left, right, op).get_output(0)
            tensor.name = name
            network.mark_output(tensor)
        for number in range(profiles):
            profile = builder.create_optimization_profile()
            for name in ("inputT0", "inputT1"):
                most = 4 * (number + 1)
                profile.set_shape(name, (1, 1), (2, 2), (most, most))
            config.add_optimization_profile(profile)
        return self.build(builder, network, config)

    def negation(self, shape: Any = (2, 3), dtype: str = "FLOAT") -> Any:
        """One input ``x`` of a fixed shape, one output ``y`` = -x."""
        trt = self.trt
        builder, network, config = self.network()
        x = network.add_input("x", getattr(trt.DataType, dtype), shape)
        y = network.add_unary(x, trt.UnaryOperation.NEG).get_output(0)
        y.name = "y"
        network.mark_output(y)
        return self.build(builder, network, config)

    def reshape(self) -> Any:
        """``x`` of 24 elements, reshaped by the shape input ``dims`` of 2."""
        trt = self.trt
        builder, network, config = self.network()
        x = network.add_input("x", trt.float32, (24,))
        dims = network.add_input("dims", trt.int32, (2,))
        layer = network.add_shuffle(x)
        layer.set_input(1, dims)
        layer.get_output(0).name = "y"
        network.mark_output(layer.get_output(0))
        profile = builder.create_optimization_profile()
        profile.set_shape_input("dims", (1, 1), (4, 6), (24, 24))
        config.add_optimization_profile(profile)
        return self.build(builder, network, config)


@contextmanager
def _environment(release: str) -> Iterator[None]:
    before = os.environ.get("TRTMIGRATE_SIM_RELEASE")
    os.environ["TRTMIGRATE_SIM_RELEASE"] = release
    sys.path.insert(0, str(SITE))
    try:
        yield
    finally:
        sys.path.remove(str(SITE))
        if before is None:
            del os.environ["TRTMIGRATE_SIM_RELEASE"]
        else:
            os.environ["TRTMIGRATE_SIM_RELEASE"] = before


def _take() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.split(".")[0] in _TOPS]
    return {name: sys.modules.pop(name) for name in names}


@cache
def world(release: str) -> World:
    """A release, imported once and out of ``sys.modules`` again."""
    others = _take()
    with _environment(release):
        for name in ("tensorrt", "cuda.cudart", "cuda.bindings.runtime", "pycuda.driver"):
            importlib.import_module(name)
    found = _take()
    sys.modules.update(others)
    return World(release, found)


@contextmanager
def entered(release: str) -> Iterator[World]:
    """A release whose modules are the ones that ``import`` finds."""
    wanted = world(release)
    others = _take()
    sys.modules.update(wanted.modules)
    try:
        yield wanted
    finally:
        wanted.modules.update(_take())
        sys.modules.update(others)
