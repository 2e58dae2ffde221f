#!/usr/bin/env python3
"""Tests the wheel in clean environments, with the lowest and the newest release of each dependency.

    check_wheel.py [python3.10 python3.13 ...]

Needs `setuptools` from pyproject.toml in this interpreter, and a package index or mirror that pip
reaches. Each environment migrates examples/ and verifies a program of it. Prints a line for each
environment, and ends with 1 if one fails.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"
EXTRAS = "verify,lsp"
PROGRAM = "pagelocked_pycuda.py"


def main() -> None:
    pythons = sys.argv[1:] or [sys.executable]
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        wheel = build(Path(folder))
        for python in pythons:
            for kind in ("lowest", "newest"):
                problem = check(wheel, python, kind == "lowest")
                failed |= problem is not None
                print(f"{python} {kind}: {problem or 'works'}", flush=True)
    sys.exit(failed)


def build(folder: Path) -> Path:
    """Return the wheel of what is committed."""
    copy = folder / "copy"
    run(["git", "clone", "--quiet", str(ROOT), str(copy)], folder)
    done = run([sys.executable, "-c", BUILD, str(folder)], copy)
    return folder / done.stdout.split()[-1]


def check(wheel: Path, python: str, lowest: bool) -> str | None:
    """Return what goes wrong with the wheel in an environment of its own; None if nothing does."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = folder / "environment" / "bin" / "python"
        pins = [f"{name}=={release}" for name, release in lower_bounds().items()] if lowest else []
        (folder / "pins.txt").write_text("\n".join(pins))
        shutil.copytree(ROOT / "examples", folder / "examples")
        install = [str(ours), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        before = str(ROOT / "examples" / PROGRAM)
        after = str(folder / "examples" / PROGRAM)
        try:
            run([python, "-m", "venv", str(ours.parents[1])], folder)
            run([*install, "-c", str(folder / "pins.txt"), f"{wheel}[{EXTRAS}]"], folder)
            trtmigrate = str(ours.with_name("trtmigrate"))
            run([trtmigrate, "--write", "--html", "report.html", "examples"], folder, (0, 1))
            run([trtmigrate, "verify", before, after], folder)
            run([trtmigrate, "lsp", "--help"], folder)
            run([str(ours), "-c", "import trtmigrate.lsp.server"], folder)
        except (OSError, subprocess.CalledProcessError) as error:
            return f"{error}\n{getattr(error, 'stdout', '')}{getattr(error, 'stderr', '')}"
    return None


def lower_bounds() -> dict[str, str]:
    """Return the lowest release that pyproject.toml admits of each dependency, by its name."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    runtime = text.split("[project.optional-dependencies]")[0]
    wanted = runtime + "".join(re.findall(rf"^(?:{EXTRAS.replace(',', '|')}) = .*\n", text, re.M))
    found = re.findall(r'"([a-z][\w-]*)>=([\d.]+)', wanted)
    return {name: release for name, release in found if name != "setuptools"}


def run(
    command: Sequence[str], folder: Path, expected: Sequence[int] = (0,)
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode not in expected:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done


if __name__ == "__main__":
    main()
