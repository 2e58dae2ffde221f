"""Engines that stand in for missing plans and models: ``images:1x3x640x640 -> output0:1x84``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from trtmigrate.verify.run import VerifyError

# The largest extents of an input that has -1: the first is mostly a batch.
RANGES = ((1, 1, 16), (1, 224, 1024))
TYPES = ("float32", "float16", "int8", "int32", "int64", "bool", "uint8", "bfloat16")
_EXTENT = re.compile(r"-1|\d+|\d+/\d+/\d+")


def parse_engine(text: str) -> dict[str, Any]:
    """Return the description of an engine, in the form of ``PLAN.io.json``.

    `text` is ``[FILE=]INPUT[,INPUT...] -> OUTPUT[,OUTPUT...]`` with ``NAME:SHAPE[:TYPE]`` for each
    tensor, or the path of a description that --describe wrote. "file" is the name that the engine
    stands in for, "*" for all. Raise VerifyError if it cannot be read.
    """
    file, _, tensors = text.rpartition("=")
    file, tensors = file.strip() or "*", tensors.strip()
    if tensors.endswith(".json"):
        return {"file": file, **_from_file(Path(tensors))}
    inputs, arrow, outputs = tensors.partition("->")
    if not arrow:
        raise VerifyError(f"--engine {text!r}: write INPUTS -> OUTPUTS, with NAME:SHAPE:TYPE each")
    profile: dict[str, Any] = {}
    try:
        found = [_tensor(one, "input", profile) for one in inputs.split(",")]
        found += [_tensor(one, "output", profile) for one in outputs.split(",")]
    except ValueError as error:
        raise VerifyError(f"--engine {text!r}: {error}") from None
    return {"file": file, "tensors": found, "profiles": [profile]}


def _from_file(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise VerifyError(f"--engine: {path} cannot be read: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("tensors"), list):
        raise VerifyError(f"--engine: {path} is no description that --describe wrote")
    return found


def _tensor(text: str, mode: str, profile: dict[str, Any]) -> dict[str, Any]:
    """Return one tensor; put the range of an input that has no fixed shape into `profile`."""
    name, _, last = text.strip().rpartition(":")
    dtype = last if last in TYPES else "float32"
    if last in TYPES:
        name, _, last = name.rpartition(":")
    extents = last.split("x") if last else []
    if not name or not all(_EXTENT.fullmatch(extent) for extent in extents):
        raise ValueError(
            f"{text.strip()!r} is not NAME:SHAPE[:TYPE] with a shape like 1x3x640x640, -1x3 or "
            f"1/4/16x3 and a type of {', '.join(TYPES)}"
        )
    shape = [int(extent) if "/" not in extent else -1 for extent in extents]
    if mode == "input" and -1 in shape:
        ranges = [_range(extent, place) for place, extent in enumerate(extents)]
        profile[name] = [list(one) for one in zip(*ranges, strict=True)]
    return {"name": name, "mode": mode, "dtype": dtype, "shape": shape, "location": "device"}


def _range(extent: str, place: int) -> tuple[int, int, int]:
    """Return the smallest, best and largest extent of an input."""
    if extent == "-1":
        return RANGES[min(place, 1)]
    low, *more = (int(part) for part in extent.split("/"))
    best, high = more if more else (low, low)
    if not low <= best <= high:
        raise ValueError(f"{extent} is no range: write smallest/best/largest")
    return low, best, high
