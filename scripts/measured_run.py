"""Run a command and say what it took: processor time and memory, its processes included."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Run:
    code: int
    seconds: float  # of processor time
    mib: int  # of memory, of the largest of its processes
    errors: str


def measured(command: list[str], open_files: int | None = None) -> Run:
    """Run a command; in a process of its own, which alone knows what its children took."""
    read, write = os.pipe()
    with tempfile.TemporaryFile() as errors:
        if not (child := os.fork()):
            if open_files is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=errors)
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds = used.ru_utime + used.ru_stime
            os.write(write, f"{done.returncode} {used.ru_maxrss // 1024} {seconds}".encode())
            os._exit(0)
        os.waitpid(child, 0)
        code, mib, seconds = os.read(read, 100).split()
        os.close(read)
        os.close(write)
        errors.seek(0)
        told = errors.read().decode("utf-8", "replace")
    return Run(int(code), float(seconds), int(mib), told)
