"""A migration runs nothing of the user's, asks nobody, and reads nothing outside of the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import trtmigrate
from tests.test_cli import NEW, OLD
from tests.test_notebook import GIVEN, notebook

ROOT = Path(trtmigrate.__file__).parents[1]
WATCHED = """\
import json, os, runpy, sys

log = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_APPEND)
kinds = ("socket.", "subprocess.", "os.exec", "os.spawn", "os.posix_spawn", "os.system", "ctypes.")

def watch(event, arguments):
    if event == "open":
        line = [event, os.fsdecode(arguments[0]) if not isinstance(arguments[0], int) else ""]
    elif event == "exec":
        line = [event, arguments[0].co_filename]
    elif event.startswith(kinds):
        line = [event, repr(arguments[:2])]
    else:
        return
    os.write(log, (json.dumps(line) + "\\n").encode())

sys.addaudithook(watch)
sys.argv[0] = "trtmigrate"
runpy.run_module("trtmigrate", run_name="__main__")
"""
TRAP = "open({!r}, 'w').write('ran')\n"


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A repository that does something if anything of it is run."""
    folder = tmp_path / "repository"
    folder.mkdir()
    trap = TRAP.format(str(tmp_path / "ran"))
    for name in ("conftest", "setup", "sitecustomize", "tensorrt", "click", "libcst", "numpy"):
        (folder / f"{name}.py").write_text(trap + OLD)
    (folder / "a.py").write_text(OLD)
    (folder / "a.ipynb").write_text(notebook(f"!touch {tmp_path}/ran", trap + GIVEN))
    (folder / "requirements.txt").write_text("tensorrt==8.6.1\n--index-url http://localhost:9/\n")
    (folder / "pyproject.toml").write_text("[tool.trtmigrate]\ntarget = '10'\n")
    git(folder, "init")
    script = folder / "monitor"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    script.chmod(0o755)
    for key in ("core.fsmonitor", "core.editor", "core.pager", "filter.x.clean", "diff.external"):
        git(folder, "config", key, str(script))
    (folder / ".gitattributes").write_text("*.py filter=x\n")
    (folder / ".git" / "hooks").mkdir(exist_ok=True)
    (folder / ".git" / "hooks" / "post-index-change").symlink_to(script)
    return folder


def watched(folder: Path, *arguments: str) -> list[tuple[str, str]]:
    """What a run of the command line does that a program can watch."""
    log = folder.parent / "log"
    log.write_text("")
    command = [sys.executable, "-c", WATCHED, str(log), *arguments, str(folder)]
    done = subprocess.run(
        command,
        cwd=folder.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    return [tuple(json.loads(line)) for line in log.read_text().splitlines()]


def is_of_python(path: str) -> bool:
    """True for files of the interpreter, of installed packages and of this package."""
    paths = sysconfig.get_paths()
    roots = (sys.base_prefix, sys.prefix, paths["stdlib"], paths["purelib"], str(ROOT))
    return path.startswith(roots) or path.startswith(("/dev/null", "/proc/self/", "<"))


def test_migration_runs_asks_and_reads_nothing_else(hostile: Path) -> None:
    page = str(hostile.parent / "page.html")
    events = watched(hostile, "--write", "--html", page)
    assert (hostile / "a.py").read_text() == NEW
    assert not (hostile.parent / "ran").exists()
    started = [what for event, what in events if event not in ("open", "exec")]
    assert len(started) == 1
    assert started[0].startswith("('git', ['git', '-c', 'core.fsmonitor=false', 'ls-files', ")
    run = [what for event, what in events if event == "exec" and not is_of_python(what)]
    assert run == []
    opened = {what for event, what in events if event == "open" and not is_of_python(what)}
    inside = {path for path in opened if path.startswith(str(hostile))}
    others = {Path(path).name for path in opened - inside if path and path != str(hostile.parent)}
    assert {name for name in others if not name.startswith((".page.html.", "page.html"))} == set()


def test_dry_run_writes_nothing(hostile: Path) -> None:
    before = {path: path.read_bytes() for path in hostile.rglob("*") if path.is_file()}
    watched(hostile, "--diff")
    assert {path: path.read_bytes() for path in hostile.rglob("*") if path.is_file()} == before
