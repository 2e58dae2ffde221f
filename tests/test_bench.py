"""The benchmarks run: their programs migrate whole, and compute the same on the simulator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from trtmigrate.verify.backend import simulated

BENCH = Path(__file__).parents[1] / "scripts" / "bench"


def run(script: Path, *args: str, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [sys.executable, str(script), *args],
        capture_output=True,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_runtime_benchmark_times_every_idiom_that_can_be_imported(tmp_path: Path) -> None:
    run(BENCH / "runtime.py", "prepare", "--out", str(tmp_path))
    place = simulated("8.6", "test").environment
    out = tmp_path / "out" / "runtime.json"
    run(tmp_path / "runtime.py", "run", "--seconds", "0", "--out", str(out), environment=place)
    rows = json.loads(out.read_text())["rows"]
    idioms = {path.stem for path in (BENCH / "idioms").glob("*.py")}
    assert {row["idiom"] for row in rows} == idioms
    timed = [row for row in rows if "skipped" not in row]
    assert {row["idiom"] for row in timed} >= idioms - {"module_torch"}
    assert all(row["before_us"] > 0 and row["after_us"] > 0 for row in timed)
