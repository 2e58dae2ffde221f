"""Whether verify finds a break, on the simulator."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

from tests.verify.breaks.broken.common import APPLIED
from tests.verify.breaks.catalog import PATH, Break, NotApplicableError, break_program
from trtmigrate import migrate_source
from trtmigrate.verify import verification
from trtmigrate.verify.backend import Place, simulated
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.options import Options
from trtmigrate.verify.result import Verification
from trtmigrate.verify.run import Limits, Outcome, Side
from trtmigrate.verify.verification import Program, verify_several

SERVER = Path(__file__).with_name("server.py")
TIMEOUT = 30.0


@dataclass(frozen=True)
class Judged:
    """What verify says of a program with a break."""

    broken: Break
    program: str
    result: Verification

    @property
    def applied(self) -> bool:
        """Return True if the break took place in the run."""
        return self.result.after is not None and APPLIED in self.result.after.outcome.stderr

    @property
    def found(self) -> bool:
        """Return True if verify does not pass the program."""
        return self.result.verdict is not Verdict.IDENTICAL

    @property
    def how(self) -> str:
        """Return how it was found: "different" or "AFTER fails"; else the verdict."""
        failed = self.result.after is not None and self.result.after.failure is not None
        return "AFTER fails" if failed else self.result.verdict.value


class Simulators:
    """A process for each simulated release, which runs the recorder in forks."""

    def __init__(self) -> None:
        self._processes: dict[str, subprocess.Popen[str]] = {}

    def run_side(
        self, side: Side, copy: Path, work: Path, config: Any, args: list[str], limits: Limits
    ) -> Outcome:
        """Do what `trtmigrate.verify.run.run_side` does, without a new interpreter."""
        script = copy / side.script.relative_to(side.folder)
        config_file = work / f"{side.name}.config.json"
        config_file.write_text(json.dumps(config), encoding="utf-8")
        log = work / f"{side.name}.stderr"
        request = {
            "arguments": [str(config_file), str(script), *args],
            "cwd": str(script.parent),
            "stdout": str(work / f"{side.name}.stdout"),
            "stderr": str(log),
            "timeout": limits.seconds,
        }
        begin = time.monotonic()
        status = self._ask(side.environment, request)
        return Outcome(status, time.monotonic() - begin, log.read_text(errors="replace")[-4000:])

    def _ask(self, environment: dict[str, str], request: dict[str, Any]) -> int | None:
        key = "|".join(environment.values())
        if key not in self._processes:
            quiet = {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
            self._processes[key] = subprocess.Popen(
                [sys.executable, str(SERVER)],
                env={**os.environ, **environment, **quiet, "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        process = self._processes[key]
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        answer: int | None = json.loads(process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the processes."""
        for process in self._processes.values():
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)


def migrated(program: Path) -> str:
    """Return the migration of a program."""
    result = migrate_source(program.read_text(encoding="utf-8"), path=program.name)
    assert result.after is not None
    return result.after


@contextlib.contextmanager
def fast_simulators() -> Iterator[None]:
    """Let verify run its programs in forks of processes that have imported everything."""
    simulators = Simulators()
    try:
        with mock.patch.object(verification, "run_side", simulators.run_side):
            yield
    finally:
        simulators.close()


def judge(program: Path, after: str, breaks: Sequence[Break], work: Path) -> list[Judged]:
    """Verify a program with each break in its migration `after`; leave out what has no place.

    AFTER runs on 10, and on 8.6 too if nothing was found there, as the command does.
    """
    alone = work / f"{program.stem}.before"  # its folder is copied for each run
    alone.mkdir()
    program = Path(shutil.copy(program, alone))
    chosen, scripts = [], []
    for number, one in enumerate(breaks):
        with contextlib.suppress(NotApplicableError):
            text = break_program(after, one)
            scripts.append(work / f"{program.stem}.{number}" / program.name)
            scripts[-1].parent.mkdir()
            scripts[-1].write_text(text, encoding="utf-8")
            chosen.append(one)
    results = _verify(program, chosen, scripts, "10")
    missed = [i for i, one in enumerate(results) if not one.found]
    again = _verify(program, [chosen[i] for i in missed], [scripts[i] for i in missed], "8.6")
    for i, other in zip(missed, again, strict=True):
        results[i] = other
    return results


def with_breaks(place: Place) -> Place:
    """Return a place where programs find the functions that break them."""
    path = os.pathsep.join((place.environment["PYTHONPATH"], str(PATH)))
    return replace(place, environment={**place.environment, "PYTHONPATH": path})


def _verify(
    program: Path, breaks: Sequence[Break], scripts: Sequence[Path], release: str
) -> list[Judged]:
    if not breaks:
        return []
    options = Options(backend="sim", timeout=TIMEOUT)
    before = Program(program, sys.executable, simulated("8.6", "test"))
    place = with_breaks(simulated(release, "test"))
    afters = [
        (Program(script, sys.executable, place), replace(options, rebuild=one.rebuild))
        for script, one in zip(scripts, breaks, strict=True)
    ]
    results = verify_several(before, afters, [])
    return [Judged(one, program.stem, result) for one, result in zip(breaks, results, strict=True)]
