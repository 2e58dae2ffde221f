"""Where the programs run: on a GPU, or on the simulator that comes with this package."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trtmigrate.verify.run import VerifyError, ask

SIMULATOR = Path(__file__).with_name("sim") / "site"


@dataclass(frozen=True)
class Place:
    """The backend of one side."""

    backend: str  # "gpu" or "sim"
    tensorrt: str  # the release that its `import tensorrt` gives
    builder: bool  # false for a lean runtime
    environment: dict[str, str]
    why: str  # why this backend


def with_engines(place: Place, engines: Sequence[dict[str, Any]]) -> Place:
    """Return a place where the simulator has engines for plans and models that are missing."""
    if not engines:
        return place
    more = {"TRTMIGRATE_SIM_ENGINES": json.dumps(engines)}
    return replace(place, environment={**place.environment, **more})


def choose(wanted: str, pythons: Sequence[str], sims: Sequence[str]) -> list[Place]:
    """Return the places of BEFORE and of each AFTER, in this order.

    ``auto`` takes the GPU if every interpreter imports tensorrt and reaches a device, else the
    simulator. `sims` are the releases to simulate. Raise VerifyError if ``gpu`` is asked for and an
    interpreter cannot do it.
    """
    if wanted == "sim":
        return [simulated(release, "asked for") for release in sims]
    answers = {python: ask(python, "--probe", environment={}) for python in dict.fromkeys(pythons)}
    lacking = [f"{python}: {lack}" for python, answer in answers.items() if (lack := _lack(answer))]
    if not lacking:
        why = "asked for" if wanted == "gpu" else "TensorRT and a device are there"
        return [_on_gpu(answers[python], why) for python in pythons]
    if wanted == "gpu":
        raise VerifyError("no GPU run is possible: " + "; ".join(lacking))
    return [simulated(release, "; ".join(lacking)) for release in sims]


def simulated(release: str, why: str) -> Place:
    """Return the simulator as one release."""
    path = os.pathsep.join(filter(None, (str(SIMULATOR), os.environ.get("PYTHONPATH"))))
    environment = {"PYTHONPATH": path, "TRTMIGRATE_SIM_RELEASE": release}
    return Place("sim", release, True, environment, why)


def crosses(before: Place, after: Place) -> bool:
    """Return True if AFTER has to open engines that another major release built."""
    both_real = before.backend == after.backend == "gpu"
    return both_real and before.tensorrt.split(".")[0] != after.tensorrt.split(".")[0]


def _on_gpu(answer: dict[str, Any], why: str) -> Place:
    return Place("gpu", answer["tensorrt"], answer["builder"], {}, why)


def _lack(answer: dict[str, Any]) -> str | None:
    return answer.get("tensorrt_error") or answer.get("device_error")
