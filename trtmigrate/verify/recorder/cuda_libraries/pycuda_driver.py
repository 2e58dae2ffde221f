"""Reach the device through pycuda."""

from __future__ import annotations

import importlib
from typing import Any

from ..errors import NotCovered
from .version import cuda_version


class PycudaCuda:
    """The driver module of pycuda. It takes no handle of a foreign stream, so it waits for all."""

    name = "pycuda"

    def __init__(self) -> None:
        self._driver: Any = importlib.import_module("pycuda.driver")

    def _original(self, owner: Any, name: str) -> Any:
        found = getattr(owner, name)
        return getattr(found, "__wrapped__", found)

    def to_host(self, address: int, nbytes: int) -> bytes:
        data = bytearray(nbytes)
        self._original(self._driver, "memcpy_dtoh")(data, address)
        return bytes(data)

    def synchronize(self, stream: int | None) -> None:
        self._original(self._driver.Context, "synchronize")()

    def capture_of(self, stream: int | None) -> int | None:
        return None

    def non_blocking(self, stream: int) -> bool:
        return False

    def device(self) -> dict[str, Any]:
        self._driver.init()
        if self._driver.Device.count() < 1:
            raise NotCovered("no CUDA device")
        return {
            "name": self._driver.Device(0).name(),
            "cuda_driver": cuda_version(self._driver.get_driver_version()),
            "cuda_runtime": None,
        }
