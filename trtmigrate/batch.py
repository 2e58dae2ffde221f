"""Many files through the engine, in order, in several processes where that pays; and back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from trtmigrate.findings import FileResult, Report, Status
from trtmigrate.requirements.files import (
    is_requirements,
    migrate_requirements,
    wants_cuda_python_13,
)
from trtmigrate.sources import writer
from trtmigrate.sources.config import Options
from trtmigrate.sources.discover import discover, failed, passes_gate

CUDA_PYTHON_13 = ("TRT7",)  # the rules for programs that run with cuda-python 13
Engine = Callable[..., FileResult]  # trtmigrate.migrate_source, or a stand-in with its signature
Gate = Callable[[bytes, str], bool]  # the bytes, the target

# Below this much source that passes the gate, starting workers costs more than they save.
POOL_BYTES = 300_000


@dataclass(frozen=True)
class Job:
    """One file and what to do with it."""

    path: Path
    options: Options


@dataclass(frozen=True)
class Outcome:
    """What became of a job; `data` is what the file held, None where it was of no interest."""

    result: FileResult
    data: bytes | None = None


@dataclass(frozen=True)
class _Task:
    engine: Engine
    path: str
    data: bytes
    options: Options
    ignore: tuple[str, ...]
    also: tuple[str, ...] = ()  # rules off by default that the project asks for


def collect(places: Iterable[tuple[Path, Options]]) -> tuple[list[Job], list[FileResult]]:
    """The files at each place, each once, and what could not be looked at."""
    jobs: dict[str, Job] = {}  # by real path: a file that is reached twice is handled once
    problems: list[FileResult] = []
    for path, options in places:
        found = discover(path, options.exclude)
        problems += found.problems
        for file in found.files:
            jobs.setdefault(os.path.realpath(file), Job(file, options))
    return list(jobs.values()), problems


def migrate_paths(
    paths: Iterable[str | os.PathLike[str]],
    options: Options | None = None,
    *,
    in_place: bool = False,
) -> Report:
    """Every Python file at `paths`; with `in_place`, the results are written back.

    Reads no configuration: `options` says everything. What goes wrong with a file is in its result.
    """
    from trtmigrate.engine import migrate_source

    chosen = Options() if options is None else options
    jobs, problems = collect((Path(path), chosen) for path in paths)
    outcomes = migrate_files(jobs, engine=migrate_source, gate=of_interest)
    if in_place:
        outcomes = [write(outcome) for outcome in outcomes]
    return Report(chosen.target, (*problems, *(outcome.result for outcome in outcomes)))


def of_interest(data: bytes, target: str) -> bool:
    """The gate, made from the api data."""
    from trtmigrate.sources.gate import gate_names

    return passes_gate(data, gate_names(target))


def migrate_bytes(engine: Engine, data: bytes, path: Path, options: Options) -> FileResult:
    """The bytes of one file through the engine; an exception of its own becomes a failed file."""
    return _run(_Task(engine, os.fspath(path), data, options, options.ignored_in(path)))


def migrate_files(
    jobs: Sequence[Job],
    *,
    engine: Engine,
    gate: Gate,
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Outcome]:
    """Every job's outcome, in the order of the jobs. Nothing is written.

    Of files that say what is to be installed, only those with a finding.

    `progress` is called with the number of files done and the number of all. `workers` is the
    number of processes to use at most; by default one for each processor.
    """
    outcomes: list[Outcome | None] = []
    tasks: list[tuple[int, _Task]] = []
    with_cuda_python_13 = _folders_with_cuda_python_13(jobs)
    for number, job in enumerate(jobs):
        read = _read(job.path)
        requires = is_requirements(str(job.path))
        if isinstance(read, bytes) and (requires or gate(read, job.options.target)):
            ignore = job.options.ignored_in(job.path)
            newer = any(folder in job.path.parents for folder in with_cuda_python_13)
            also = CUDA_PYTHON_13 if newer and not requires else ()
            tasks.append((number, _Task(engine, str(job.path), read, job.options, ignore, also)))
            outcomes.append(None)
        elif isinstance(read, bytes):
            outcomes.append(Outcome(FileResult(str(job.path), Status.UNCHANGED)))
        else:
            outcomes.append(Outcome(read))
    done = len(jobs) - len(tasks)
    progress(done, len(jobs))
    results = _run_all([task for _, task in tasks], _processors() if workers is None else workers)
    for (number, task), result in zip(tasks, results, strict=True):
        outcomes[number] = Outcome(result, task.data)
        done += 1
        progress(done, len(jobs))
    return [outcome for outcome in outcomes if outcome is not None and _is_told(outcome.result)]


def _folders_with_cuda_python_13(jobs: Sequence[Job]) -> set[Path]:
    """The folders whose requirements ask for cuda-python 13, with its new modules."""
    found = set()
    for job in jobs:
        if is_requirements(str(job.path)):
            read = _read(job.path)
            text = read.decode("utf-8", "replace") if isinstance(read, bytes) else ""
            if wants_cuda_python_13(str(job.path), text):
                found.add(job.path.parent)
    return found


def _is_told(result: FileResult) -> bool:
    """Whether a run names a file: every Python file, and one of requirements where it has to."""
    return not is_requirements(result.path) or bool(result.findings or result.error)


def write(outcome: Outcome) -> Outcome:
    """Put the result into its place; a file that cannot be written stays and has failed."""
    result = outcome.result
    if not result.changed or outcome.data is None or result.after is None:
        return outcome
    try:
        after = writer.encode(result.after, writer.decode(outcome.data))
        writer.replace_file(result.path, before=outcome.data, after=after)
    except writer.SourceError as error:
        return replace(outcome, result=_not_written(result, error.at(result.path)))
    except writer.WriteError as error:
        return replace(outcome, result=_not_written(result, f"{result.path}: {error}"))
    return outcome


def _not_written(result: FileResult, error: str) -> FileResult:
    findings = tuple(replace(finding, applied=False) for finding in result.findings)
    return replace(
        result, status=Status.FAILED, error=error, findings=findings, after=result.before
    )


def _read(path: Path) -> bytes | FileResult:
    try:
        return path.read_bytes()
    except OSError as error:
        return failed(path, error.strerror or str(error))


def _run_all(tasks: Sequence[_Task], workers: int) -> Iterator[FileResult]:
    workers = min(workers, len(tasks))
    if workers < 2 or sum(len(task.data) for task in tasks) < POOL_BYTES:
        yield from map(_run, tasks)
        return
    done = 0
    try:
        with ProcessPoolExecutor(workers) as pool:
            for result in pool.map(_run, tasks):
                done += 1
                yield result
    except BrokenProcessPool:
        # A worker died and took the pool along: find out whose fault it is, one file a process.
        yield from map(_run_alone, tasks[done:])


def _run_alone(task: _Task) -> FileResult:
    try:
        with ProcessPoolExecutor(1) as pool:
            return pool.submit(_run, task).result()
    except BrokenProcessPool:
        return failed(task.path, "the process that worked on it died")


def _run(task: _Task) -> FileResult:
    """The one place where the engine is called."""
    options = task.options
    engine = migrate_requirements if is_requirements(task.path) else task.engine
    more: dict[str, object] = {"also": task.also} if task.also else {}
    if options.line_length is not None and not is_requirements(task.path):
        more["line_length"] = options.line_length
    try:
        return engine(
            task.data,
            path=task.path,
            target=options.target,
            select=options.select,
            ignore=task.ignore,
            only_safe=options.only_safe,
            todo=options.todo,
            **more,
        )
    except Exception as error:
        # Whatever is wrong with one file, the others still have their turn.
        reason = f"internal error, please report it: {type(error).__name__}: {error}"
        return failed(task.path, " ".join(reason.split()))


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
