"""The simulated releases, each a process that answers requests to run a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trtmigrate.verify.backend import simulated

SERVER = Path(__file__).with_name("server.py")
QUIET = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


@dataclass(frozen=True)
class Run:
    """What one program did on one release."""

    exit: int | None  # None: timed out
    executions: list[Any]
    stdout: str
    stderr: str

    @property
    def failure(self) -> str:
        """The last line of the traceback; empty where the program ended well."""
        if self.exit == 0:
            return ""
        lines = [line for line in self.stderr.splitlines() if line.strip()]
        return lines[-1] if lines and self.exit else "timed out" if self.exit is None else "failed"


class Simulator:
    """One release."""

    def __init__(self, release: str, timeout: float = 20) -> None:
        self.release, self.timeout = release, timeout
        environment = {**os.environ, **QUIET, **simulated(release, "generated").environment}
        self._process = subprocess.Popen(
            [sys.executable, str(SERVER)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, path: Path) -> Run:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"path": str(path.resolve()), "timeout": self.timeout}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the simulator of {self.release} has ended")
        return Run(**json.loads(answer))

    def __enter__(self) -> Simulator:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
