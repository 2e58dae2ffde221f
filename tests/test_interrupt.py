"""Signals: the right exit code, no traceback, no process and no temporary file left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import trtmigrate

SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
PACKAGE = str(Path(trtmigrate.__file__).parents[1])
OLD = "import tensorrt as trt\ndef f(engine: trt.ICudaEngine): return engine.num_bindings\n"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")


def as_in_a_terminal() -> None:
    """Let each signal end the process: under nohup, children inherit that SIGHUP is ignored."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def spawn(program: str, *arguments: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        preexec_fn=as_in_a_terminal,
        env={**os.environ, "PYTHONPATH": PACKAGE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def end(process: subprocess.Popen[str], code: int) -> None:
    """It ends with this code, and says in a word why."""
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (code, "interrupted\n"), (out, errors)


# A run that is stopped by a signal to itself at a certain place, so that no test has to wait.
AT_IMPORT = """\
import os, runpy, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            os.kill(os.getpid(), int(sys.argv[2]))

sys.meta_path.insert(0, Finder())
where, number, *arguments = sys.argv[1:]
sys.argv[1:] = [where, number]
try:
    runpy.run_module("trtmigrate", {}, "__main__", alter_sys=False)
finally:
    print("not ended", file=sys.stderr)
"""


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("module", ["trtmigrate.cli", "click"])
def test_signal_before_the_imports_are_done(
    tmp_path: Path, module: str, number: signal.Signals
) -> None:
    end(spawn(AT_IMPORT, module, str(int(number)), folder=tmp_path), SIGNALS[number])


def test_ctrl_c_before_signals_are_handled(tmp_path: Path) -> None:
    process = spawn(AT_IMPORT, "trtmigrate.interrupt", str(int(signal.SIGINT)), folder=tmp_path)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "")


AT_STEP = """\
import os, sys
from trtmigrate.__main__ import main

step, number, *sys.argv[1:] = sys.argv[1:]
real = getattr(os, step)

def stop(*arguments, **options):
    os.kill(os.getpid(), int(number))
    return real(*arguments, **options)

import trtmigrate.sources.writer
setattr(os, step, stop)
main()
"""


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize(("step", "written"), [("fsync", False), ("chmod", False)])
def test_signal_while_a_file_is_written(
    tmp_path: Path, number: signal.Signals, step: str, written: bool
) -> None:
    path = tmp_path / "a.py"
    path.write_text(OLD)
    end(spawn(AT_STEP, step, str(int(number)), "a.py", "--write", folder=tmp_path), SIGNALS[number])
    assert path.read_text() == OLD
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.py"]


def test_killed_run_leaves_what_the_next_run_removes_in_all_its_folders(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(OLD)
        process = spawn(
            AT_STEP, "fsync", str(int(signal.SIGKILL)), name, "--write", folder=tmp_path
        )
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
        assert (tmp_path / name / "a.py").read_text() == OLD
        assert len(list((tmp_path / name).glob(".*.trtmigrate-tmp"))) == 1
    command = [sys.executable, "-m", "trtmigrate", "."]
    environment = {**os.environ, "PYTHONPATH": PACKAGE}
    subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True)
    assert len(list(tmp_path.rglob(".*.trtmigrate-tmp"))) == 2  # a dry run changes nothing
    subprocess.run([*command, "--write"], cwd=tmp_path, env=environment, check=True)
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == ["a.py", "a.py"]


# A run whose workers never end by themselves; it says on standard output who they are.
WITH_WORKERS = """\
import os, sys, time
from trtmigrate import interrupt, workers

def work(task):
    os.write(1, f"{os.getpid()}\\n".encode())  # in one piece: two processes write at once
    time.sleep(600)

interrupt.exit_on_signals()
list(workers.run_in_processes(work, [1, 2], 2, lambda task: None))
"""


@contextlib.contextmanager
def two_workers(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    process = spawn(WITH_WORKERS, folder=folder)
    assert process.stdout is not None
    pids = [int(process.stdout.readline()) for _ in range(2)]
    try:
        yield process, pids
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def all_end(pids: list[int], seconds: float = 1.0) -> bool:
    until = time.monotonic() + seconds
    while any(is_running(pid) for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("number", [*SIGNALS, signal.SIGKILL], ids=lambda number: number.name)
def test_no_worker_outlives_the_run(tmp_path: Path, number: signal.Signals) -> None:
    with two_workers(tmp_path) as (process, pids):
        assert all(is_running(pid) for pid in pids)
        process.send_signal(number)
        process.wait(timeout=60)
        assert all_end(pids)
    assert process.returncode == SIGNALS.get(number, -number)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ctrl_c_on_the_terminal_reaches_all_and_is_told_once(tmp_path: Path) -> None:
    with two_workers(tmp_path) as (process, pids):
        os.killpg(process.pid, signal.SIGINT)
        end(process, 130)
        assert all_end(pids)


def test_signal_that_the_caller_ignores_stays_ignored(tmp_path: Path) -> None:
    program = (
        "import signal\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"  # as nohup does
        "from trtmigrate import interrupt\n"
        "interrupt.exit_on_signals()\n"
        "signal.raise_signal(signal.SIGHUP)\n"
        "print('goes on')\n"
    )
    assert spawn(program, folder=tmp_path).communicate(timeout=60)[0] == "goes on\n"


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_signal_in_a_command_that_cleans_up_by_itself(
    tmp_path: Path, number: signal.Signals
) -> None:
    program = (
        "import click, signal, sys\n"
        "from trtmigrate import cli\n"
        "@click.command()\n"
        "def stopped():\n"
        "    try:\n"
        f"        signal.raise_signal({int(number)})\n"
        "    finally:\n"
        "        print('cleaned up')\n"
        "sys.modules['stand_in'] = sys.modules['__main__']\n"
        "cli._LAZY = {'verify': ('stand_in', 'stopped', '')}\n"
        "sys.argv[1:] = ['verify']\n"
        "cli.main()\n"
    )
    process = spawn(program, folder=tmp_path)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (SIGNALS[number], "cleaned up\n")
    assert "Traceback" not in errors
