"""Releases of 8.x beside 8.6: programs run on 8.5, older releases are refused by name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trtmigrate.verify.sim import SITE

PROGRAMS = Path(__file__).parents[2] / "programs"


def run(program: str, release: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROGRAMS / f"{program}.py")],
        env={**os.environ, "PYTHONPATH": str(SITE), "TRTMIGRATE_SIM_RELEASE": release},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("program", ["execute_v2_synchronous", "literal_lists_pycuda"])
def test_program_that_builds_an_engine_prints_the_same_on_8_5_as_on_8_6(program: str) -> None:
    old, new = run(program, "8.5"), run(program, "8.6")
    assert old.returncode == 0, old.stderr
    assert old.stdout == new.stdout != ""


def test_member_that_8_5_lacks_is_missing_there() -> None:
    assert "PROFILE_SHARING_0806" in run("profiles_shared", "8.5").stderr


def test_older_release_is_refused_by_name() -> None:
    assert "sim: TensorRT 8.4 is not known" in run("execute_v2_synchronous", "8.4").stderr
