"""The work on one file is held to its limits of time and memory, and the others go on."""

from __future__ import annotations

import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.stubs import engine, everything, write_files
from tests.test_cli import OLD, run
from trtmigrate import batch
from trtmigrate.batch import Job, migrate_files
from trtmigrate.findings import FileResult
from trtmigrate.limits import TooSlow, time_limit
from trtmigrate.options import Options
from trtmigrate.sources.config import ConfigError, load

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks functions of this module")


def greedy(source: bytes, path: str, options: Options) -> FileResult:
    """Never ends on `spin` and on `deaf`, which hears no timer; takes much memory on `eat`."""
    if b"deaf" in source:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])
    while b"spin" in source or b"deaf" in source:
        pass
    if b"confused" in source:
        try:
            while True:
                pass
        finally:
            {}["key"]
    if b"eat" in source:
        bytearray(400 << 20)
    return engine(source, path, options)


def errors(folder: Path, workers: int = 2, **texts: str) -> list[str | None]:
    options = Options(file_timeout=0.15, file_memory=200)
    jobs = [Job(path, options) for path in write_files(folder, **texts)]
    found = migrate_files(jobs, engine=greedy, gate=everything, workers=workers)
    return [
        outcome.result.error and outcome.result.error.removeprefix(f"{folder}/")
        for outcome in found
    ]


LATE = "took longer than 0.15 s of processor time, given up; --file-timeout allows more"
LARGE = "needs more memory than 200 MiB; --file-memory allows more"


def test_file_that_takes_too_long_fails_alone(tmp_path: Path) -> None:
    found = errors(tmp_path, 1, a="old", b="spin", c="confused", d="old")
    assert found == [None, f"b.py: {LATE}", f"c.py: {LATE}", None]


def test_process_that_hears_no_timer_is_killed_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "POOL_BYTES", 0)
    monkeypatch.setattr(batch, "GRACE", 0.2)
    found = errors(tmp_path, a="old", b="deaf", c="old", d="spin", e="old", f="hard")
    assert found == [None, f"b.py: {LATE}", None, f"d.py: {LATE}", None, None]


def test_file_that_takes_too_much_memory_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "POOL_BYTES", 0)
    assert errors(tmp_path, a="eat", b="old", c="old") == [f"a.py: {LARGE}", None, None]


def test_large_file_has_a_process_for_itself(tmp_path: Path) -> None:
    large = "eat " + " " * batch.ALONE_BYTES
    assert errors(tmp_path, 1, a=large, b="old") == [f"a.py: {LARGE}", None]


def test_file_that_is_larger_than_the_memory_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    with path.open("wb") as file:
        file.truncate(3 << 20)
    found = list(migrate_files([Job(path, Options(file_memory=2))]))
    assert found[0].result.error == f"{path}: holds 3 MiB; --file-memory allows more than 2"


def test_timer_is_gone_after_the_block() -> None:
    with pytest.raises(TooSlow), time_limit(0.01):
        while True:
            pass
    assert signal.getsignal(signal.SIGPROF) is signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_timer_of_the_program_around_us_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def theirs(number: int, frame: object) -> None: ...

    before = signal.signal(signal.SIGPROF, theirs)
    try:
        with time_limit(0.001):
            assert signal.getsignal(signal.SIGPROF) is theirs
    finally:
        signal.signal(signal.SIGPROF, before)


def test_other_threads_have_no_timer() -> None:
    def work() -> None:
        with time_limit(0.001):
            done.append(time.monotonic())

    done: list[float] = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(done) == 1


def test_limits_come_from_the_command_line_and_from_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(OLD + "#" * (2 << 20))
    assert "holds 2 MiB; --file-memory allows more than 1" in run(path, "--file-memory=1").stderr
    toml = tmp_path / "pyproject.toml"
    toml.write_text("[tool.trtmigrate]\nfile-timeout = 2.5\nfile-memory = 7\n")
    assert (load(toml).file_timeout, load(toml).file_memory) == (2.5, 7)
    for wrong in ("file-timeout = 0", "file-timeout = inf", "file-memory = 1.5", "file-memory = 0"):
        toml.write_text(f"[tool.trtmigrate]\n{wrong}\n")
        with pytest.raises(ConfigError):
            load(toml)
