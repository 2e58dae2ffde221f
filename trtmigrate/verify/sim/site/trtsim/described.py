"""Engines known only by a description of their inputs and outputs.

A plan made for a GPU cannot be opened here. Where a file ``<plan>.io.json`` stands next to it, the
engine has those tensors, and its outputs are made from a digest of every input's bytes and shape
and of the output's name: they mean nothing, but any mix-up of buffers, shapes or names shows in
them.

    {"tensors": [{"name": "x", "mode": "input", "dtype": "float32", "shape": [-1, 3], "location":
    "device"},
                 {"name": "y", "mode": "output", "dtype": "float32", "shape": ["x[0]", 7], ...}],
     "profiles": [{"x": [[1, 3], [4, 3], [8, 3]]}]}

An output extent is a number, an expression over input extents such as ``"2 * x[0]"``, or -1: then
it is that of the first input which has -1 at the same place, or else the first -1 of the first such
input.
"""

from __future__ import annotations

import fnmatch
import json
import os
import sys
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from .made_up import infer_outputs, made_up, of_mode, type_of
from .ops import Info
from .plan import EngineData, Limits, Model, TensorSpec
from .release import refuse

SUFFIX = ".io.json"

# Engines that the command line gives for plans and models that are missing, as JSON: a list of
# descriptions with the name of the file that each stands in for ("*": any).
ENVIRONMENT = "TRTMIGRATE_SIM_ENGINES"
STAND_INS: List[Dict[str, Any]] = json.loads(os.environ.get(ENVIRONMENT) or "[]")
# How the stand-in for a missing file begins; its name follows.
MARK = b"trtmigrate stand-in: "

_opened: List[str] = []


def _watch(event: str, arguments: Tuple[Any, ...]) -> None:
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)) and len(_opened) < 100000:
        path = os.path.abspath(os.fspath(arguments[0]))
        if isinstance(path, str) and (STAND_INS or os.path.exists(path + SUFFIX)):
            _opened.append(path)


def watch() -> None:
    """Remember the described files that the program opens: bytes do not say where they came
    from.
    """
    sys.addaudithook(_watch)


def find(plan: bytes) -> EngineData:
    """The engine of the described file with these bytes. Raises NotImplementedError where there is
    none.
    """
    beside = [
        os.path.abspath(name[: -len(SUFFIX)]) for name in os.listdir(".") if name.endswith(SUFFIX)
    ]
    # What was opened last counts most: two plans can be the same bytes.
    for path in dict.fromkeys(_opened[::-1] + beside):
        if os.path.exists(path + SUFFIX) and _holds(path, plan):
            with open(path + SUFFIX, encoding="utf-8") as file:
                return read(json.load(file), os.path.basename(path))
    description = stand_in_for(plan)
    if description is not None:
        return read(description, "stand-in")
    refuse("a plan made for a GPU, without a description (%s) beside it," % SUFFIX)


def stand_in_for(content: bytes, name: str = "") -> Optional[Dict[str, Any]]:
    """The description of the engine that stands in for a file, by its name or its content; None
    where no engine was given for it.
    """
    if content.startswith(MARK):
        name = content[len(MARK) :].decode("utf-8", "replace").strip()
    elif not name and STAND_INS:
        name = next((path for path in _opened[::-1] if _holds(path, content)), "")
    for one in STAND_INS:
        if fnmatch.fnmatch(os.path.basename(name), one["file"]):
            return one
    return None


def _holds(path: str, plan: bytes) -> bool:
    try:
        if os.path.getsize(path) != len(plan):
            return False
        with open(path, "rb") as file:
            return file.read() == plan
    except OSError:
        return False


def read(description: Dict[str, Any], name: str) -> EngineData:
    """The engine of a description. Raises ValueError where it contradicts itself."""
    tensors = []
    for one in description["tensors"]:
        is_input, on_host = one["mode"] == "input", one.get("location") == "host"
        shape = tuple(n if isinstance(n, int) else -1 for n in one["shape"])
        tensors.append(TensorSpec(one["name"], is_input, type_of(one), shape, on_host, on_host))
    inputs = [spec for spec in tensors if spec.is_input]
    profiles = []
    for given in description.get("profiles") or [{}]:
        profile = {}
        for spec in inputs:
            low, best, high = given.get(spec.name) or [spec.shape] * 3
            profile[spec.name] = Limits(spec.on_host, tuple(low), tuple(best), tuple(high))
            if spec.on_host and spec.name not in given:
                count = abs(int(np.prod(spec.shape)))
                wide = 1 << 31 if spec.dtype == "INT32" else 1 << 63
                profile[spec.name] = Limits(
                    True, (-wide,) * count, (1,) * count, (wide - 1,) * count
                )
        profiles.append(profile)
    settings = {
        "layers": 1,
        "refittable": False,
        "shared_profiles": False,
        "capability": "STANDARD",
        "verbosity": "LAYER_NAMES_ONLY",
        "hardware": "NONE",
        "tactic_sources": 0,
        "weight_names": {},
    }
    return EngineData(name, tensors, profiles, Described(description), settings)


class Described(Model):
    def __init__(self, description: Dict[str, Any]) -> None:
        self._description = description

    def infer(self, inputs: Dict[str, Info]) -> Dict[str, Info]:
        shapes = {name: info.shape for name, info in inputs.items()}
        return infer_outputs(self._description, shapes)

    def run(self, inputs: Dict[str, np.ndarray], types: Dict[str, str]) -> Dict[str, np.ndarray]:
        inputs_in_order = of_mode(self._description, "input")
        given = [(one["name"], inputs[one["name"]], type_of(one)) for one in inputs_in_order]
        return made_up(given, self.infer({n: Info(a.shape, types[n]) for n, a in inputs.items()}))
