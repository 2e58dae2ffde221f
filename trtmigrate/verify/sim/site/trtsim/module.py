"""The content of the module ``tensorrt``: everything that the release has at its top."""

from __future__ import annotations

import ctypes
import os
import sys
import warnings
from typing import Any, Dict

from . import (  # noqa: F401  (each brings its classes)
    builder,
    calibration,
    context,
    derivable,
    described,
    enums,
    layers,
    log,
    onnx_parser,
    refit,
    runtime,
    surface,
    values,
)
from .plugins import registry
from .release import MAJOR, RELEASE, refuse
from .signatures import CLASSES


def _plugins_are_there(logger: Any, namespace: str) -> bool:
    return True


def _plugin_registry(*capability: Any) -> Any:
    return registry


def _parser_version() -> int:
    return MAJOR * 10000


def _enter(self: Any) -> Any:
    return self


def _exit(self: Any, *problem: Any) -> None:
    return None


def _refused(name: str) -> Any:
    def refused(*args: Any, **kwargs: Any) -> Any:
        refuse("tensorrt.%s" % name)

    return refused


_TYPES = {
    "float32": "FLOAT",
    "float16": "HALF",
    "int8": "INT8",
    "int32": "INT32",
    "int64": "INT64",
    "bool": "BOOL",
    "uint8": "UINT8",
    "fp8": "FP8",
    "bfloat16": "BF16",
    "int4": "INT4",
    "fp4": "FP4",
    "e8m0": "E8M0",
}
_FUNCTIONS: Dict[str, Any] = {
    "volume": values.volume,
    "nptype": values.nptype,
    "init_libnvinfer_plugins": _plugins_are_there,
    "get_plugin_registry": _plugin_registry,
    "get_builder_plugin_registry": _plugin_registry,
    "get_nv_onnx_parser_version": _parser_version,
    "common_enter": _enter,
    "common_exit": _exit,
}
_MODULES = {"ctypes": ctypes, "os": os, "sys": sys, "warnings": warnings}


def _value(name: str, member: surface.Member) -> Any:
    if name in _TYPES:
        # Equal to the enumerator and not the same object, as there.
        return CLASSES["DataType"](enums.value("DataType", _TYPES[name]))
    if name == "attr":
        return "__exit__"
    if name == "value":
        return enums.value("ILogger.Severity", "VERBOSE")
    return ""


def content() -> Dict[str, Any]:
    """Names and values of the module."""
    derivable.make_all()
    found: Dict[str, Any] = {"__version__": RELEASE, **_MODULES}
    for name, member in surface.module_members().items():
        if member.kind in ("class", "enum"):
            found[name] = CLASSES[name]
        elif member.kind == "alias":
            found[name] = CLASSES[str(member.details[0])]
        elif member.kind == "function":
            found[name] = _FUNCTIONS.get(name) or _refused(name)
        elif member.kind == "value":
            found[name] = _value(name, member)
    described.watch()
    return found
