"""The conformance programs on the simulator.

``*.tensorrt86`` is what TensorRT 8.6.0 on an H100 printed, word for word.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trtmigrate.verify.sim import SITE

PROGRAMS = Path(__file__).with_name("conformance")


@pytest.mark.parametrize("name", sorted(path.stem for path in PROGRAMS.glob("*.tensorrt86")))
def test_the_simulator_answers_as_tensorrt_did_on_a_gpu(name: str) -> None:
    assert answers(name) == (PROGRAMS / f"{name}.tensorrt86").read_text().splitlines()


def answers(name: str) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": str(SITE), "TRTMIGRATE_SIM_RELEASE": "8.6"}
    done = subprocess.run(
        [sys.executable, str(PROGRAMS / f"{name}.py")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
