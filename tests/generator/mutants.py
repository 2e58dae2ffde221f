"""What has to hold for the migration of any valid file, without running it."""

from __future__ import annotations

import ast
import io
import multiprocessing
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from pyflakes.checker import Checker  # type: ignore[import-untyped]
from pyflakes.messages import (  # type: ignore[import-untyped]
    UndefinedLocal,
    UndefinedName,
)

from tests.generator.bindings_of_names import overwritten_by_loops
from tests.generator.judge import Options, migrated
from tests.generator.mutation import mutated
from tests.generator.reduce import reduced
from trtmigrate import Status

LONGEST = 400  # lines of a file that is mutated


@dataclass(frozen=True)
class Trouble:
    """One thing that does not hold."""

    kind: str
    detail: str


@dataclass(frozen=True)
class Mutant:
    path: str
    seed: str
    steps: tuple[str, ...]
    troubles: tuple[Trouble, ...]

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def python_files(paths: list[Path]) -> list[Path]:
    """The files that can be mutated: valid, UTF-8 and not too long."""
    found = []
    for path in paths:
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            text = text_of(file)
            if text is not None and text.count("\n") <= LONGEST:
                found.append(file)
    return found


def text_of(path: Path) -> str | None:
    """The text of a file with its line ends; None where it is not valid."""
    try:
        text = path.read_bytes().decode("utf-8")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return text


def hunt(files: list[Path], seed: str, count: int, options: Options, jobs: int) -> Iterator[Mutant]:
    """Yield what came of `count` mutants, the files in turn."""
    names = [f"{seed}-{number}" for number in range(count)]
    tasks = [(files[n % len(files)], name, options) for n, name in enumerate(names)]
    if jobs == 1:
        yield from map(_one, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap_unordered(_one, tasks, chunksize=5)
        pool.close()
        pool.join()


def _one(task: tuple[Path, str, Options]) -> Mutant:
    path, seed, options = task
    warnings.simplefilter("ignore")
    text, steps = mutated(text_of(path) or "", seed)
    troubles = list(troubles_of(text, options))
    known = known_troubles(path, options) if troubles else frozenset()
    marked = [Trouble(t.kind + (OF_FILE if t.kind in known else ""), t.detail) for t in troubles]
    return Mutant(str(path), seed, tuple(steps), tuple(marked))


OF_FILE = " (also without a mutation)"


@cache
def known_troubles(path: Path, options: Options) -> frozenset[str]:
    return frozenset(t.kind for t in troubles_of(text_of(path) or "", options))


def troubles_of(text: str, options: Options) -> Iterator[Trouble]:
    """Everything that does not hold for the migration of a valid text."""
    result = migrated(text, "mutant.py", options)
    if result.status is Status.FAILED:
        yield Trouble("failed", result.error or "")
        return
    if not result.changed or result.after is None:
        return
    try:
        compile(result.after, "mutant.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        yield Trouble("does not compile", str(error))
        return
    for name in sorted(undefined(result.after) - undefined(text)):
        yield Trouble("undefined name", name)
    for name in overwritten_by_loops(text, result.after):
        yield Trouble("name overwritten by a new loop", name)
    for comment, number in (comments_of(text) - comments_of(result.after)).items():
        yield Trouble("comment lost", f"{number} of {comment}")
    again = migrated(result.after, "mutant.py", options)
    if again.after != result.after or any(f.applied for f in again.findings):
        applied = [f"{f.line}: {f.code} {f.message}" for f in again.findings if f.applied]
        yield Trouble("second run changes it", "; ".join(applied)[:300])


def undefined(text: str) -> set[str]:
    """The names that pyflakes finds unbound, with the kind of the finding."""
    checker = Checker(ast.parse(text))
    return {
        f"{type(message).__name__} {message.message_args[0]}"
        for message in checker.messages
        if isinstance(message, (UndefinedName, UndefinedLocal))
    }


def comments_of(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(t.string.strip() for t in tokens if t.type == tokenize.COMMENT)


def write_examples(
    found: list[Mutant], options: Options, folder: Path, at_most: int
) -> Iterator[tuple[Path, str]]:
    """Write up to three shrunk mutants of each kind of trouble."""
    folder.mkdir(parents=True, exist_ok=True)
    written: Counter[str] = Counter()
    for mutant in found:
        for trouble in mutant.troubles[:1]:
            if sum(written.values()) < at_most and written[trouble.kind] < 3:
                written[trouble.kind] += 1
                text = shrunk(mutant, trouble.kind.replace(OF_FILE, ""), options)
                path = folder / f"{trouble.kind.replace(' ', '_')}_{mutant.seed}.py"
                path.write_bytes(text.encode())
                yield path, f"{trouble.kind}, {trouble.detail}"


def shrunk(mutant: Mutant, kind: str, options: Options) -> str:
    """The mutant with as few steps and statements as show the same kind of trouble."""
    base = text_of(Path(mutant.path)) or ""

    def fails(text: str) -> bool:
        try:
            compile(text, "mutant.py", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
        return any(t.kind == kind for t in troubles_of(text, options))

    steps = list(mutant.steps)
    for step in mutant.steps:
        fewer = [s for s in steps if s != step]
        if fails(mutated(base, mutant.seed, fewer)[0]):
            steps = fewer
    return reduced(mutated(base, mutant.seed, steps)[0], fails)
