"""Runs a program under the recorder, in a copy of its folder."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

RECORDER = Path(__file__).with_name("recorder")
TAIL = 4000  # characters of stderr that are reported
LOOK = 0.2  # seconds between two looks at how much a program has written
PRINTED, RECORDED = "it printed", "the record of its executions has"
EXCESS = 1 << 20  # bytes that are kept of a file that became too large
NOT_COPIED = (".git", "__pycache__", ".venv", "venv", "node_modules", ".tox", ".mypy_cache")


class VerifyError(Exception):
    """Why a verification could not be made; one line for the person who asked."""


@dataclass(frozen=True)
class Side:
    """One of the two programs and what to run it with."""

    name: str  # "BEFORE" or "AFTER"
    script: Path  # inside `folder`
    folder: Path  # what is copied: the program may read whatever lies in it
    python: str
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How the run of one side ended."""

    exit_code: int | None  # None: it was stopped; negative: killed by that signal
    seconds: float
    stderr: str  # its tail
    excess: str = ""  # what it wrote too much of, if it was stopped for that and not for its time

    @property
    def failure(self) -> str | None:
        """What went wrong, in words; None where nothing did."""
        if self.excess:
            return f"was stopped after {self.seconds:.0f} seconds: {self.excess}"
        if self.exit_code is None:
            return f"did not end within {self.seconds:.0f} seconds"
        if self.exit_code < 0:
            return f"was killed by signal {-self.exit_code}"
        return f"ended with exit code {self.exit_code}" if self.exit_code else None


def copy_folder(source: Path, target: Path, limit: int) -> None:
    """Copies a folder without version control and caches; links stay links, and lead into the copy
    where they led into the folder.

    Pipes, sockets and devices are passed over: they have no content that could be copied. Raises
    VerifyError when there are more than `limit` bytes to copy, and when a file cannot be read.
    """
    total = 0
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if name not in NOT_COPIED]
        for name in files:
            path = Path(folder, name)
            total += 0 if path.is_symlink() else path.stat().st_size
        if total > limit:
            raise VerifyError(
                f"{source} holds more than {limit >> 20} MiB to copy: "
                "move the program into a folder of its own, or raise --copy-limit"
            )
    try:
        shutil.copytree(source, target, symlinks=True, ignore=_not_copied)
    except (shutil.Error, OSError) as error:
        raise VerifyError(f"cannot copy {source}: {error}") from error
    _direct_links(source, target)


def _direct_links(source: Path, target: Path) -> None:
    """Let no link of a copy lead into the folder that was copied, nor into nothing because it is
    relative.
    """
    root = os.path.realpath(source)
    for folder, folders, files in os.walk(target):
        for link in filter(os.path.islink, (os.path.join(folder, n) for n in (*folders, *files))):
            original = os.path.join(root, os.path.relpath(link, target))
            text = os.readlink(link)
            near = os.path.normpath(os.path.join(os.path.dirname(original), text))
            if not os.path.isabs(text) and _is_in(near, root):
                continue
            end = os.path.realpath(original)
            copied = os.path.join(target, os.path.relpath(end, root))
            os.unlink(link)
            os.symlink(copied if _is_in(end, root) and os.path.lexists(copied) else end, link)


def _is_in(path: str, folder: str) -> bool:
    return os.path.commonpath([path, folder]) == folder


def _not_copied(folder: str, names: list[str]) -> set[str]:
    """Return the names in a folder that are not copied."""
    paths = (Path(folder, name) for name in names)
    special = {path.name for path in paths if not _has_content(path)}
    return special | (set(names) & set(NOT_COPIED))


def _has_content(path: Path) -> bool:
    return path.is_symlink() or path.is_dir() or path.is_file()


@dataclass(frozen=True)
class Limits:
    """How much a program may use."""

    seconds: float
    nbytes: int  # that it prints, and of the record of its executions


def run_side(
    side: Side, copy: Path, work: Path, config: dict[str, Any], args: list[str], limits: Limits
) -> Outcome:
    """Runs one side in `copy`, a copy of its folder; the record goes where `config` says.

    The program gets a session of its own: at the end, and when it is stopped, every process that it
    left in it is killed, and on Linux those that left it as well. Raises VerifyError where the
    interpreter cannot be started.
    """
    mark = uuid.uuid4().hex
    script = copy / side.script.relative_to(side.folder)
    config_file = work / f"{side.name}.config.json"
    config_file.write_text(json.dumps(config), encoding="utf-8")
    command = [side.python, str(RECORDER), str(config_file), str(script), *args]
    log, printed = (work / f"{side.name}.{stream}" for stream in ("stderr", "stdout"))
    written = {log: PRINTED, printed: PRINTED, Path(config["record"], "record.jsonl"): RECORDED}
    begin = time.monotonic()
    with log.open("wb") as stderr, printed.open("wb") as stdout:
        process = _start(side, command, script.parent, mark, (stdout, stderr))
        try:
            exit_code, excess = _wait(process, limits, written)
        finally:
            _kill_group(process)
            _kill_daemons(mark)
    outcome = Outcome(exit_code, time.monotonic() - begin, _tail(log), excess)
    if excess:
        for path in filter(Path.exists, written):
            os.truncate(path, min(path.stat().st_size, EXCESS))
    return outcome


def _start(
    side: Side, command: list[str], folder: Path, mark: str, streams: tuple[IO[bytes], IO[bytes]]
) -> subprocess.Popen[bytes]:
    """Start a program in `folder`, with these files as its stdout and stderr."""
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(side, mark),
            stdin=subprocess.DEVNULL,
            stdout=streams[0],
            stderr=streams[1],
            start_new_session=True,
        )
    except OSError as error:
        raise VerifyError(f"{side.name}: cannot start {side.python}: {error}") from error


def _wait(
    process: subprocess.Popen[bytes], limits: Limits, written: dict[Path, str]
) -> tuple[int | None, str]:
    """Wait for the end of a program, or until it is over a limit.

    Return its exit code, None if it has to be stopped, and what it wrote too much of.
    """
    end = time.monotonic() + limits.seconds
    while True:
        left = end - time.monotonic()
        try:
            exit_code: int | None = process.wait(max(0.0, min(LOOK, left)))
        except subprocess.TimeoutExpired:
            exit_code = None
        for path, what in written.items():
            if path.exists() and path.stat().st_size > limits.nbytes:
                return None, f"{what} more than {limits.nbytes >> 20} MiB"
        if exit_code is not None or left <= LOOK:
            return exit_code, ""


def _environment(side: Side, mark: str) -> dict[str, str]:
    """Return the environment of a program; the mark tells the processes that it starts."""
    ours = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "TRTMIGRATE_RUN": mark}
    return {**os.environ, **ours, **side.environment}


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _kill_daemons(mark: str) -> None:
    """Kill the processes that began with a mark in their environment, where the system tells."""
    for _ in range(5):  # one may start another meanwhile
        found = [
            path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if _has(path, mark)
        ]
        for number in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(number), signal.SIGKILL)
        if not found:
            return


def _has(environment: Path, mark: str) -> bool:
    try:
        return mark.encode() in environment.read_bytes()
    except OSError:
        return False  # has ended, or belongs to somebody else


def _tail(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL))
        return file.read().decode("utf-8", "replace").strip()


def ask(python: str, argument: str, *more: str, environment: dict[str, str]) -> dict[str, Any]:
    """The JSON that the recorder prints for ``--probe`` or ``--describe PLAN``.

    Raises VerifyError where the interpreter cannot be started or prints no JSON.
    """
    command = [python, str(RECORDER), argument, *more]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        answer: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VerifyError(f"cannot start {python}: {error}") from error
    except ValueError as error:
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        raise VerifyError(f"{python}: {last}") from error
    return answer
