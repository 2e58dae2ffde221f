"""Tell which files of a run the engine has to look at, and what it has to know of the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from trtmigrate.findings import FileResult, Status
from trtmigrate.limits import MIB
from trtmigrate.options import Options
from trtmigrate.sources.cache import Cache
from trtmigrate.sources.discover import failed
from trtmigrate.sources.gate import (
    Interest,
    imports_tensorrt,
    requirements_matter,
    searchable,
)
from trtmigrate.sources.imports import imported_names, module_names
from trtmigrate.sources.kinds import is_requirements

if TYPE_CHECKING:
    from trtmigrate.sources.project import Project

CUDA_PYTHON_13 = ("TRT7",)  # the rules for programs that run with cuda-python 13
Engine = Callable[[bytes, str, Options], FileResult]
Gate = Callable[[bytes, str], Interest]  # the bytes, the target


@dataclass(frozen=True, slots=True)
class Job:
    """One file and what to do with it."""

    path: Path
    options: Options


@dataclass(frozen=True)
class Task:
    """One file that the engine has to look at."""

    engine: Engine
    path: str
    data: bytes
    options: Options
    clean_key: str = ""  # what its findings depend on, for the cache


def sift(
    jobs: Sequence[Job], engine: Engine, gate: Gate, cache: Cache
) -> tuple[dict[int, FileResult], list[tuple[int, Task]]]:
    """Look at every file; return the results that are certain by now, and what is left to do."""
    results: dict[int, FileResult] = {}
    wanted: list[int] = []
    undecided: list[int] = []
    of_tensorrt: set[str] = set()  # the names of the modules that import tensorrt
    files = _Files(gate, cache)
    for number, job in enumerate(jobs):
        seen = files.look_at(job)
        if isinstance(seen, FileResult):
            results[number] = seen
            continue
        verdict, imports = seen
        if verdict is Interest.SURE:
            wanted.append(number)
        elif verdict is Interest.IF_TENSORRT:
            undecided.append(number)
        else:
            results[number] = FileResult(str(job.path), Status.UNCHANGED)
        if imports:
            of_tensorrt.update(module_names(str(job.path)))
    for number in undecided:
        path = str(jobs[number].path)
        if of_tensorrt and not of_tensorrt.isdisjoint(files.imports(path)):
            wanted.append(number)
        else:
            results[number] = FileResult(path, Status.UNCHANGED)
    tasks = []
    for number, task in _tasks(jobs, sorted(wanted), engine, files):
        if isinstance(task, FileResult):
            results[number] = task
        else:
            tasks.append((number, task))
    return results, tasks


def read(path: Path, most: int | None = None) -> bytes | FileResult:
    """Return what a file holds, or why it cannot be read; a larger file than `most` MiB is not."""
    try:
        return _read(path, path.stat(), most)
    except OSError as error:
        return failed(path, error.strerror or str(error))


def _read(path: Path, state: os.stat_result, most: int | None) -> bytes | FileResult:
    if most is not None and state.st_size > most * MIB:
        size = state.st_size // MIB
        return failed(path, f"holds {size} MiB; --file-memory allows more than {most}")
    return path.read_bytes()


class _Files:
    """What the files of a run hold, each read only if the cache does not know it."""

    def __init__(self, gate: Gate, cache: Cache) -> None:
        self._gate = gate
        self.cache = cache
        self._data: dict[str, bytes] = {}  # of the files that the gate is sure of

    def look_at(self, job: Job) -> tuple[Interest, bool] | FileResult:
        """Return how much a file concerns the rules, and whether it imports tensorrt; the result of
        a file that cannot be read.
        """
        path = str(job.path)
        try:
            state = job.path.stat()
            known = self.cache.find(path, state)
            if known is not None:
                return Interest(known.interest), known.imports_tensorrt
            data = _read(job.path, state, job.options.file_memory)
        except OSError as error:
            return failed(path, error.strerror or str(error))
        if isinstance(data, FileResult):
            return data
        known = self.cache.find_same(path, state, data)
        if known is not None:
            return Interest(known.interest), known.imports_tensorrt
        looked_at = searchable(data, path)
        interest = self._interest(job, looked_at)
        imports = imports_tensorrt(looked_at)
        self.cache.remember(path, state, data, interest, imports)
        if interest is Interest.SURE:
            self._data[path] = data
        return interest, imports

    def _interest(self, job: Job, data: bytes) -> Interest:
        if is_requirements(str(job.path)):
            return Interest.SURE if requirements_matter(data) else Interest.NONE
        if job.options.lets_through(data):
            return Interest.SURE
        return self._gate(data, job.options.target)

    def imports(self, path: str) -> Iterable[str]:
        """Return the names of the modules that a file can import."""
        known = self.cache.imports(path)
        if known is None:
            known = sorted(set(imported_names(searchable(self.data(path), path))))
            self.cache.remember_imports(path, known)
        return known

    def data(self, path: str) -> bytes:
        """Return what a file holds; nothing if it cannot be read, which is told elsewhere."""
        if path in self._data:
            return self._data[path]
        data = read(Path(path))
        held = data if isinstance(data, bytes) else b""
        self.cache.read_again(path, held)
        return held

    def take(self, path: str) -> bytes:
        """Return what a file holds, and keep it no longer."""
        data = self.data(path)
        self._data.pop(path, None)
        return data


def _tasks(
    jobs: Sequence[Job], wanted: Sequence[int], engine: Engine, files: _Files
) -> Iterable[tuple[int, Task | FileResult]]:
    """Yield what is to be done with each of the wanted files, with what the other files of the run
    do with it; the result of a file that is known to be clean.
    """
    newer = _folders_with_cuda_python_13(jobs)
    programs = [str(job.path) for job in jobs if not is_requirements(str(job.path))]
    others = files.cache.digest_of_files(programs)
    project = None
    for number in wanted:
        job = jobs[number]
        path, options = str(job.path), _options_of(job, newer)
        key = files.cache.clean_key(path, repr(options), others)
        if files.cache.is_clean(path, key):
            yield number, FileResult(path, Status.UNCHANGED)
            continue
        if len(jobs) > 1 and not is_requirements(path):
            project = project or _project(programs, files)
            options = replace(options, outside=project.outside(path))
        yield number, Task(engine, path, files.take(path), options, key)


def _project(programs: Sequence[str], files: _Files) -> Project:
    from trtmigrate.sources.project import Project  # lazily: most runs have no file to look at

    return Project(programs, files.data)


def _options_of(job: Job, with_cuda_python_13: set[Path]) -> Options:
    """Return the options of a file, with the rules that its project asks for."""
    options = job.options.for_file(job.path)
    newer = any(folder in job.path.parents for folder in with_cuda_python_13)
    return replace(options, also=CUDA_PYTHON_13) if newer else options


def _folders_with_cuda_python_13(jobs: Sequence[Job]) -> set[Path]:
    """Return the folders whose requirements ask for cuda-python 13, with its new modules."""
    found = set()
    for job in jobs:
        if is_requirements(str(job.path)):
            data = read(job.path)
            if isinstance(data, bytes) and requirements_matter(data):
                from trtmigrate.requirements.files import wants_cuda_python_13  # loads the api data

                if wants_cuda_python_13(str(job.path), data.decode("utf-8", "replace")):
                    found.add(job.path.parent)
    return found
