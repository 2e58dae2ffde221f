"""Take many files through the engine, in order, in several processes where that pays."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trtmigrate.findings import FileResult, Report, Status
from trtmigrate.limits import Timer, TooSlow, limit_memory, time_limit
from trtmigrate.options import Options
from trtmigrate.sift import Engine, Gate, Job, Task, sift
from trtmigrate.sources import writer
from trtmigrate.sources.cache import Cache
from trtmigrate.sources.discover import discover, failed
from trtmigrate.sources.encoding import SourceError, decode, encode
from trtmigrate.sources.gate import Interest, interest, searchable
from trtmigrate.sources.kinds import is_requirements

# Below this much source that passes the gate, starting workers costs more than they save.
POOL_BYTES = 300_000
# From here on, one file has a process for itself alone: only a process can be held to its limits.
ALONE_BYTES = 100_000
GRACE = 1.0  # seconds


def migrate_file(data: bytes, path: str, options: Options) -> FileResult:
    """Migrate one file by the engine that its kind asks for."""
    # Lazily: a run in which no file passes the gate loads neither the rules nor the api data.
    if is_requirements(path):
        from trtmigrate.requirements.files import migrate_requirements

        return migrate_requirements(data, path, options)
    from trtmigrate.engine import migrate_bytes

    return migrate_bytes(data, path, options)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job; `data` is what the file held, None where it was of no interest."""

    result: FileResult
    data: bytes | None = None
    options: Options | None = None  # those of the file


def collect(
    paths: Iterable[Path], options_of: Callable[[Path], Options]
) -> tuple[list[Job], list[FileResult]]:
    """Return the files at each path, each once, and the paths that could not be looked at.

    `options_of` gives the options of the files in a folder.
    """
    jobs: dict[str, Job] = {}  # by real path: a file that is reached twice is handled once
    problems: list[FileResult] = []
    for path in paths:
        around = options_of(folder_of(path))
        exclude = around.exclude
        found = discover(path, exclude, docs=around.docs)
        problems += found.problems
        for file in found.files:
            options = options_of(file.parent)
            same = options.exclude is exclude
            inner = () if same else [one for one in options.exclude if one not in exclude]
            if file == path or not any(pattern.matches(file) for pattern in inner):
                jobs.setdefault(os.path.realpath(file), Job(file, options))
    return list(jobs.values()), problems


def folder_of(path: Path) -> Path:
    """Return a folder itself, and the folder that a file lies in."""
    return path if path.is_dir() else path.parent


def migrate_paths(
    paths: Iterable[str | os.PathLike[str]],
    options: Options | None = None,
    *,
    in_place: bool = False,
) -> Report:
    """Migrate every Python file and notebook at `paths`, and documents if the options say `docs`;
    with `in_place`, write the results back.

    Reads no configuration: `options` says everything. The result of a file says why it failed.
    """
    chosen = Options() if options is None else options
    jobs, problems = collect(map(Path, paths), lambda folder: chosen)
    if in_place:
        remove_leftovers(jobs)
    outcomes = migrate_files(jobs, finish=write) if in_place else migrate_files(jobs)
    return Report(chosen.target, (*problems, *(outcome.result for outcome in outcomes)))


def migrate_alone(
    data: bytes, path: Path, options: Options, engine: Engine = migrate_file
) -> FileResult:
    """Migrate a file whose project is not in sight, so that the gate takes common words, too.

    An exception of the engine becomes a failed file.
    """
    looked_at = searchable(data, str(path))
    concerns = is_requirements(str(path)) or options.lets_through(looked_at)
    if not concerns and interest(looked_at, options.target) is Interest.NONE:
        return FileResult(os.fspath(path), Status.UNCHANGED)
    task = Task(engine, os.fspath(path), data, options.for_file(path))
    ((_, result),) = _run_all([task], 1)
    return result


def migrate_files(
    jobs: Sequence[Job],
    *,
    engine: Engine = migrate_file,
    gate: Gate = interest,
    workers: int | None = None,
    cache: Cache | None = None,
    finish: Callable[[Outcome], Outcome] = lambda outcome: outcome,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Outcome]:
    """Yield the outcome of every job in the order of the jobs, each as soon as it can be told.

    Files that say what is to be installed are told only if they have findings.

    `finish` gets each outcome as soon as its file is done, in any order (to write it, say), and
    returns it as it is told. `progress` is called with the number of files done and the number of
    all. `workers` is the number of processes to use at most; by default one for each processor.
    `cache` tells what is known from earlier runs, and learns what this run finds.
    """
    cache = Cache() if cache is None else cache
    results, tasks = sift(jobs, engine, gate, cache)
    outcomes = {number: Outcome(result) for number, result in results.items()}
    done = len(outcomes)
    progress(done, len(jobs))
    told = 0
    workers = _processors() if workers is None else workers
    for index, result in _run_all([task for _, task in tasks], workers):
        number, task = tasks[index]
        if result.status is Status.UNCHANGED and not result.findings:
            cache.remember_clean(task.path, task.clean_key)
        outcomes[number] = finish(Outcome(result, task.data, task.options))
        done += 1
        progress(done, len(jobs))
        while told in outcomes:
            yield from _telling(outcomes.pop(told))
            told += 1
    cache.save()
    for number in range(told, len(jobs)):
        yield from _telling(outcomes.pop(number))


def _telling(outcome: Outcome) -> Iterator[Outcome]:
    """Yield an outcome that is told: of every program, and of requirements with findings."""
    result = outcome.result
    if not is_requirements(result.path) or result.findings or result.error:
        yield outcome


def remove_leftovers(jobs: Iterable[Job]) -> list[Path]:
    """Remove the temporary files that a killed run has left beside the files of this run."""
    folders = {job.path.parent for job in jobs}
    linked = {Path(os.path.realpath(job.path)).parent for job in jobs if job.path.is_symlink()}
    return writer.remove_leftovers(folders | linked)


def write(outcome: Outcome) -> Outcome:
    """Put the result into its place; a file that cannot be written stays and has failed."""
    result = outcome.result
    if not result.changed or outcome.data is None or result.after is None:
        return outcome
    try:
        after = encode(result.after, decode(outcome.data))
        writer.replace_file(result.path, before=outcome.data, after=after)
    except SourceError as error:
        return replace(outcome, result=_not_written(result, error.at(result.path)))
    except writer.WriteError as error:
        return replace(outcome, result=_not_written(result, f"{result.path}: {error}"))
    return outcome


def _not_written(result: FileResult, error: str) -> FileResult:
    return replace(untouched(result), status=Status.FAILED, error=error)


def untouched(result: FileResult) -> FileResult:
    """Return the result of a file whose edits are not made."""
    return replace(
        result,
        status=Status.PARTIAL if result.changed else result.status,
        findings=tuple(replace(finding, applied=False) for finding in result.findings),
        after=result.before,
        cells=tuple(replace(cell, after=cell.before) for cell in result.cells),
    )


def _run_all(tasks: Sequence[Task], workers: int) -> Iterator[tuple[int, FileResult]]:
    """Yield the number and the result of each task, as they are done."""
    workers = min(workers, len(tasks))
    large = any(len(task.data) >= ALONE_BYTES for task in tasks)
    if not large and (workers < 2 or sum(len(task.data) for task in tasks) < POOL_BYTES):
        yield from enumerate(map(_run, tasks))
        return
    from trtmigrate.workers import run_in_processes  # lazily: small runs start no process

    _load_engine(tasks)
    yield from run_in_processes(_run_in_worker, tasks, workers, _died, _late, _seconds)


def _load_engine(tasks: Sequence[Task]) -> None:
    """Load the engine before the processes are forked, so that it is loaded once."""
    if any(task.engine is migrate_file for task in tasks):
        import trtmigrate.engine  # noqa: F401  # lazily, see migrate_file


def _died(task: Task) -> FileResult:
    hint = "; it may need more memory, which --file-memory allows"
    is_large = len(task.data) >= ALONE_BYTES
    return failed(task.path, f"the process that worked on it died{hint if is_large else ''}")


def _late(task: Task) -> FileResult:
    seconds = f"{task.options.file_timeout:g} s of processor time"
    return failed(task.path, f"took longer than {seconds}, given up; --file-timeout allows more")


def _seconds(task: Task) -> float:
    """Return when to kill a process that has not ended the work by itself."""
    return task.options.file_timeout + GRACE


def _run_in_worker(task: Task) -> FileResult:
    limit_memory(task.options.file_memory)
    return _run(task)


def _run(task: Task) -> FileResult:
    """Run the engine, the one place where it is called."""
    collects = gc.isenabled()
    gc.disable()  # a tree lives as long as the file is worked on: there is nothing to collect
    timer = Timer()
    try:
        with time_limit(task.options.file_timeout) as timer:
            return task.engine(task.data, task.path, task.options)
    except TooSlow:
        return _late(task)
    except MemoryError:
        most = f"{task.options.file_memory} MiB"
        return failed(task.path, f"needs more memory than {most}; --file-memory allows more")
    except Exception as error:
        if timer.is_over:  # raised while the engine cleaned up
            return _late(task)
        # Whatever is wrong with one file, the others still have their turn.
        reason = f"internal error, please report it: {type(error).__name__}: {error}"
        return failed(task.path, " ".join(reason.split()))
    finally:
        if collects:
            gc.enable()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
