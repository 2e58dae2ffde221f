"""How to verify."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trtmigrate.verify.difference import Tolerance

MIB = 1 << 20


@dataclass(frozen=True)
class Options:
    """The options of one comparison; the defaults are those of the command line."""

    before_python: str = sys.executable
    after_python: str = sys.executable
    backend: str = "auto"  # "gpu", "sim" or "auto"
    sim_releases: tuple[str, str] = ("8.6", "8.6")
    tolerance: Tolerance = field(default_factory=Tolerance)
    stdout: str = "numbers"  # "exact", "numbers" or "off"
    rebuild: bool = False  # AFTER builds its own engines
    quick_build: bool = False  # engines are built without trying kernels
    timeout: float = 600.0  # seconds, for each program
    lean_runtime: Path | None = None  # of BEFORE's release, for an AFTER of another major release
    roots: tuple[Path, ...] = ()  # folders to copy whole, for programs that lie in them
    copy_limit: int = 4096 * MIB
    record_limit: int = 128 * MIB  # of what a program prints, and of the record of its executions
    keep_whole: int = 16 * MIB  # bytes up to which a tensor is kept whole
    target: str = "10"  # of the migration, if there is no AFTER
    stub_missing: bool = False  # what is not installed, and missing files, are stand-ins
    engines: tuple[dict[str, Any], ...] = ()  # that stand in for missing plans and models
    call: str | None = None  # what to call in the place of running the programs
    seed: int = 0
