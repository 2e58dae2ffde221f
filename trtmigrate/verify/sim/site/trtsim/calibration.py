"""int8 calibrators: asked for their batches as the builder asks, though nothing is quantized."""

from __future__ import annotations

from typing import Any, Callable, Dict

from . import enums, surface
from .config import is_set
from .expose import Native, expose_as
from .signatures import CLASSES

_ALGORITHMS = {
    "IInt8EntropyCalibrator": "ENTROPY_CALIBRATION",
    "IInt8EntropyCalibrator2": "ENTROPY_CALIBRATION_2",
    "IInt8LegacyCalibrator": "LEGACY_CALIBRATION",
    "IInt8MinMaxCalibrator": "MINMAX_CALIBRATION",
}


def _init(self: Any) -> None:
    pass


def _algorithm(name: str) -> Callable[[Any], Any]:
    return lambda self: enums.value("CalibrationAlgoType", name)


if surface.has("IInt8Calibrator"):
    _plain: Dict[str, Any] = {"__slots__": (), "__init__": _init}
    expose_as("IInt8Calibrator", type("IInt8Calibrator", (Native,), dict(_plain)))
    for _path, _name in _ALGORITHMS.items():
        _members = {**_plain, "get_algorithm": _algorithm(_name)}
        expose_as(_path, type(_path, (CLASSES["IInt8Calibrator"],), _members))


def calibrate(config: Any, network: Any) -> None:
    """Take a calibrator's cache, or its batches until there are none and give it a cache to
    write.
    """
    calibrator = config._settings.get("int8_calibrator")
    if calibrator is None or not is_set(config, "INT8"):
        return
    calibrator.get_batch_size()
    if calibrator.read_calibration_cache():
        return
    names = [tensor.name for tensor in network._inputs]
    while calibrator.get_batch(names):
        pass
    calibrator.write_calibration_cache(memoryview(b"trtmigrate-sim-calibration\n"))
