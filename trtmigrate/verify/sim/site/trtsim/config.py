"""IBuilderConfig, IOptimizationProfile and ITimingCache: settings, kept and given back."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from . import enums
from .expose import Native, expose
from .plan import Limits
from .settings import kept, kept_enum
from .signatures import CLASSES
from .values import Dims, IHostMemory


@expose
class IOptimizationProfile(Native):
    __slots__ = ("_limits", "_memory")

    def _setup(self) -> None:
        self._limits: Dict[str, Limits] = {}
        self._memory = 1.0

    def set_shape(self, name: str, low: Any, best: Any, high: Any) -> None:
        self._set(name, Limits(False, tuple(low), tuple(best), tuple(high)))

    def set_shape_input(self, name: str, low: Any, best: Any, high: Any) -> None:
        self._set(name, Limits(True, tuple(low), tuple(best), tuple(high)))

    def _set(self, name: str, limits: Limits) -> None:
        ordered = len(limits.low) == len(limits.best) == len(limits.high) and all(
            low <= best <= high for low, best, high in zip(*limits[1:])
        )
        if not ordered:
            raise ValueError("Shape provided for %s is inconsistent: %s" % (name, limits[1:]))
        self._limits[name] = limits

    def get_shape(self, name: str) -> List[Any]:
        limits = self._limits.get(name)
        return [] if limits is None or limits.of_values else [Dims(s) for s in limits[1:]]

    def get_shape_input(self, name: str) -> List[List[int]]:
        limits = self._limits.get(name)
        return [list(v) for v in limits[1:]] if limits is not None and limits.of_values else []

    @property
    def extra_memory_target(self) -> float:
        return self._memory

    @extra_memory_target.setter
    def extra_memory_target(self, share: float) -> None:
        self._memory = share


@expose
class ITimingCache(Native):
    """Nothing is timed here, so a cache holds nothing but its own existence."""

    __slots__ = ("_content",)

    def _setup(self, content: bytes) -> None:
        self._content = content or b"trtmigrate-sim-timing-cache"

    def serialize(self) -> Any:
        return IHostMemory._make(self._content)

    def combine(self, other: Any, ignore_mismatch: bool) -> bool:
        return True

    def reset(self) -> bool:
        return True


def _flag_methods(enum: str, key: str) -> Any:
    def get(self: Any, flag: Any) -> bool:
        return bool(getattr(self, key) >> int(flag) & 1)

    def put(self: Any, flag: Any) -> None:
        setattr(self, key, getattr(self, key) | 1 << int(flag))

    def clear(self: Any, flag: Any) -> None:
        setattr(self, key, getattr(self, key) & ~(1 << int(flag)))

    return get, put, clear


_TF32 = 1 << int(enums.value("BuilderFlag", "TF32"))


@expose
class IBuilderConfig(Native):
    __slots__ = ("_cache", "_devices", "_features", "_pools", "_profiles", "_settings")

    def _setup(self) -> None:
        self._settings: Dict[str, Any] = {}
        self._profiles: List[Any] = []
        self._pools: Dict[str, int] = {}
        self._features: Dict[str, bool] = {}
        self._devices: Dict[int, Any] = {}
        self._cache: Optional[Any] = None

    flags = kept("flags", _TF32)
    quantization_flags = kept("quantization_flags", 0)
    avg_timing_iterations = kept("avg_timing_iterations", 1)
    min_timing_iterations = kept("min_timing_iterations", 1)
    builder_optimization_level = kept("builder_optimization_level", 3)
    max_aux_streams = kept("max_aux_streams", -1)
    max_num_tactics = kept("max_num_tactics", -1)
    DLA_core = kept("DLA_core", -1)
    profile_stream = kept("profile_stream", 0)
    algorithm_selector = kept("algorithm_selector", None)
    int8_calibrator = kept("int8_calibrator", None)
    progress_monitor = kept("progress_monitor", None)
    plugins_to_serialize = kept("plugins_to_serialize", [])
    default_device_type = kept_enum("default_device_type", "DeviceType", "GPU")
    engine_capability = kept_enum("engine_capability", "EngineCapability", "STANDARD")
    profiling_verbosity = kept_enum("profiling_verbosity", "ProfilingVerbosity", "LAYER_NAMES_ONLY")
    hardware_compatibility_level = kept_enum(
        "hardware_compatibility_level", "HardwareCompatibilityLevel", "NONE"
    )
    get_flag, set_flag, clear_flag = _flag_methods("BuilderFlag", "flags")
    get_quantization_flag, set_quantization_flag, clear_quantization_flag = _flag_methods(
        "QuantizationFlag", "quantization_flags"
    )

    @property
    def max_workspace_size(self) -> int:
        return self._pools.get("WORKSPACE", 0)

    @max_workspace_size.setter
    def max_workspace_size(self, size: int) -> None:
        self._pools["WORKSPACE"] = size

    def get_memory_pool_limit(self, pool: Any) -> int:
        return self._pools.get(pool.name, 0)

    def set_memory_pool_limit(self, pool: Any, size: int) -> None:
        self._pools[pool.name] = size

    def add_optimization_profile(self, profile: Any) -> int:
        self._profiles.append(profile)
        return len(self._profiles) - 1

    @property
    def num_optimization_profiles(self) -> int:
        return len(self._profiles)

    def set_calibration_profile(self, profile: Any) -> bool:
        self._settings["calibration_profile"] = profile
        return True

    def get_calibration_profile(self) -> Any:
        return self._settings.get("calibration_profile")

    def get_preview_feature(self, feature: Any) -> bool:
        default = feature.name in ("FASTER_DYNAMIC_SHAPES_0805",)
        return self._features.get(feature.name, default)

    def set_preview_feature(self, feature: Any, enable: bool) -> None:
        self._features[feature.name] = enable

    def get_tactic_sources(self) -> int:
        sources = CLASSES["TacticSource"].__members__.values()  # type: ignore[attr-defined]
        every = sum(1 << int(source) for source in sources)
        return int(self._settings.get("tactic_sources", every))

    def set_tactic_sources(self, sources: int) -> bool:
        self._settings["tactic_sources"] = sources
        return True

    def create_timing_cache(self, content: bytes) -> Any:
        return ITimingCache._make(content)

    def get_timing_cache(self) -> Any:
        return self._cache

    def set_timing_cache(self, cache: Any, ignore_mismatch: bool) -> bool:
        self._cache = cache
        return True

    def set_device_type(self, layer: Any, device: Any) -> None:
        self._devices[id(layer)] = device

    def get_device_type(self, layer: Any) -> Any:
        return self._devices.get(id(layer)) or self.default_device_type

    def is_device_type_set(self, layer: Any) -> bool:
        return id(layer) in self._devices

    def reset_device_type(self, layer: Any) -> None:
        self._devices.pop(id(layer), None)

    def can_run_on_DLA(self, layer: Any) -> bool:
        return False

    def reset(self) -> None:
        self._setup()


def is_set(config: Any, flag: str) -> bool:
    """True if a builder flag is set; False for one that this release lacks."""
    members = CLASSES["BuilderFlag"].__members__  # type: ignore[attr-defined]
    return flag in members and bool(config._settings.get("flags", _TF32) >> int(members[flag]) & 1)
