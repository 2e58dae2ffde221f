"""The programs under tests/programs_torch: nothing is left, all compute the same with torch.

What they need of a GPU the simulator redirects to the CPU, where torch is installed.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from trtmigrate import Status, migrate_source
from trtmigrate.verify.backend import simulated
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.options import Options
from trtmigrate.verify.verification import Program, verify_several

PROGRAMS = sorted((Path(__file__).parent / "programs_torch").glob("*.py"))


def name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", PROGRAMS, ids=name)
def test_nothing_is_left(path: Path) -> None:
    result = migrate_source(path.read_text(encoding="utf-8"), path=str(path))
    assert result.status is Status.MIGRATED


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
@pytest.mark.parametrize("path", PROGRAMS, ids=name)
def test_computes_the_same_with_torch(path: Path) -> None:
    before = Program(path, sys.executable, simulated("8.6", "test"))
    options = Options(backend="sim", target="10")
    afters = [
        (Program(None, sys.executable, simulated(release, "test")), options)
        for release in ("8.6", "10")
    ]
    for done in verify_several(before, afters, []):
        assert done.verdict is Verdict.IDENTICAL, done.reason
