"""Where the programs run: on a GPU, or on the simulator that comes with this package."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trtmigrate.verify.run import VerifyError, ask

SIMULATOR = Path(__file__).with_name("sim") / "site"


@dataclass(frozen=True)
class Place:
    """The backend of one side."""

    backend: str  # "gpu" or "sim"
    tensorrt: str  # the release that its `import tensorrt` gives
    builder: bool  # the lean runtime has none
    environment: dict[str, str]
    why: str  # why this backend


def choose(wanted: str, pythons: tuple[str, str], sims: tuple[str, str]) -> tuple[Place, Place]:
    """The places of BEFORE and AFTER.

    ``auto`` takes the GPU where both interpreters import tensorrt and reach a device, else the
    simulator. `sims` are the releases to simulate. Raises VerifyError where ``gpu`` is asked for
    and an interpreter cannot do it.
    """
    if wanted == "sim":
        why = "asked for"
    else:
        answers = {python: ask(python, "--probe", environment={}) for python in set(pythons)}
        lacking = [
            f"{python}: {lack}" for python, answer in answers.items() if (lack := _lack(answer))
        ]
        if not lacking:
            why = "asked for" if wanted == "gpu" else "TensorRT and a device are there"
            before, after = (_on_gpu(answers[python], why) for python in pythons)
            return before, after
        if wanted == "gpu":
            raise VerifyError("no GPU run is possible: " + "; ".join(lacking))
        why = "; ".join(lacking)
    before, after = (simulated(release, why) for release in sims)
    return before, after


def simulated(release: str, why: str) -> Place:
    """The simulator as one release."""
    path = os.pathsep.join(filter(None, (str(SIMULATOR), os.environ.get("PYTHONPATH"))))
    environment = {"PYTHONPATH": path, "TRTMIGRATE_SIM_RELEASE": release}
    return Place("sim", release, True, environment, why)


def _on_gpu(answer: dict[str, Any], why: str) -> Place:
    return Place("gpu", answer["tensorrt"], answer["builder"], {}, why)


def _lack(answer: dict[str, Any]) -> str | None:
    return answer.get("tensorrt_error") or answer.get("device_error")
