"""The benchmarks run: their programs migrate whole, and compute the same on the simulator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts" / "bench"))

from make_page import PAGE, page, read
from speed import Command, measured

from trtmigrate.verify.backend import simulated

BENCH = PAGE.parents[1] / "scripts" / "bench"


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


def test_page_is_what_was_measured() -> None:
    assert PAGE.read_text() == page(read("speed"), read("runtime"))


def test_page_says_which_program_was_not_measured_and_why() -> None:
    timed = {"idiom": "a", "tensors": 2, "before_us": 10.0, "after_us": 10.1, "ratio": 1.01}
    rows = [{**timed, "quartiles": [1.0, 1.02]}, {"idiom": "b", "tensors": 2, "skipped": "no b"}]
    text = page(None, {"machine": {"TensorRT": "8.6"}, "rows": rows})
    assert "| `a` | 2 | 10.0 | 10.1 | 1.010 | 1.000 to 1.020 |" in text
    assert "| `b` | 2 | | | | not measured: no b |" in text


def test_command_is_measured_with_its_children() -> None:
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = [0] * 10**6'])"
    (one,) = measured([Command("one", (sys.executable, "-c", child))], 1)
    assert one.name == "one" and one.seconds > 0 and one.mib > 8
