"""The conformance programs on the simulator.

They are made to run on a GPU with TensorRT 8.6 as well and to print the same there; ``*.simulated``
is what the simulator prints, kept so that a difference between the two, and any change, can be read
as a difference of lines.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trtmigrate.verify.sim import SITE

PROGRAMS = Path(__file__).with_name("conformance")


@pytest.mark.parametrize("name", ["queries", "shapes", "executions"])
def test_a_conformance_program_answers_as_it_did(name: str) -> None:
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
    wanted = (PROGRAMS / f"{name}.simulated").read_text()
    assert done.stdout.splitlines() == wanted.splitlines()
