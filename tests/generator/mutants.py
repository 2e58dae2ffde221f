"""What has to hold for the migration of any valid file, without running it."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from pyflakes.checker import Checker  # type: ignore[import-untyped]
from pyflakes.messages import (  # type: ignore[import-untyped]
    UndefinedLocal,
    UndefinedName,
)

from tests.generator.bindings_of_names import overwritten_by_loops
from tests.generator.comments_gone import wrongly_lost
from tests.generator.judge import Options, migrated
from tests.generator.mutation import mutated
from tests.generator.reduce import reduced
from trtmigrate import Status
from trtmigrate.limits import TooSlow, time_limit
from trtmigrate.workers import run_in_processes

LONGEST = 400  # lines of a file that is mutated
SLOWEST = 120  # seconds of processor time for one mutant, which is migrated twice
Task = tuple[Path, str, Options]


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
    rewritten: bool = False  # the migration changed it


@dataclass
class Tally:
    """What came of many mutants: numbers, and the mutants with troubles."""

    mutants: int = 0
    mutated: int = 0  # at least one step found a place
    rewritten: int = 0
    files: set[str] = field(default_factory=set)
    failures: list[Mutant] = field(default_factory=list)

    def add(self, mutant: Mutant) -> None:
        self.mutants += 1
        self.mutated += bool(mutant.steps)
        self.rewritten += mutant.rewritten
        self.files.add(mutant.path)
        if mutant.troubles:
            self.failures.append(mutant)

    def troubles(self) -> Counter[str]:
        return Counter(trouble.kind for mutant in self.failures for trouble in mutant.troubles)

    def as_json(self) -> dict[str, object]:
        """Return numbers, and each failure with what makes it again: its file and its seed."""
        failures = sorted(self.failures, key=lambda mutant: (mutant.seed, mutant.path))
        return {
            "mutants": self.mutants,
            "mutated": self.mutated,
            "rewritten": self.rewritten,
            "files": len(self.files),
            "troubles": dict(self.troubles().most_common()),
            "failures": [asdict(mutant) for mutant in failures],
        }


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
    """Yield what came of `count` mutants, the files in turn, in the order in which they are done.

    A mutant that takes too long, or that ends its process, is a mutant with a trouble.
    """
    names = [f"{seed}-{number}" for number in range(count)]
    tasks = [(files[n % len(files)], name, options) for n, name in enumerate(names)]
    if jobs == 1:
        yield from map(_one, tasks)
        return
    for _, mutant in run_in_processes(_one, tasks, jobs, _died, _late, lambda task: 2 * SLOWEST):
        yield mutant


def _one(task: Task) -> Mutant:
    path, seed, options = task
    warnings.simplefilter("ignore")
    text, steps = mutated(text_of(path) or "", seed)
    try:
        with time_limit(SLOWEST):
            judged = judge(text, options)
            known = known_troubles(path, options) if judged.troubles else frozenset()
    except TooSlow:
        return _late(task)
    marked = [
        Trouble(t.kind + (OF_FILE if t.kind in known else ""), t.detail) for t in judged.troubles
    ]
    return Mutant(str(path), seed, tuple(steps), tuple(marked), judged.rewritten)


def _died(task: Task) -> Mutant:
    return Mutant(str(task[0]), task[1], (), (Trouble("process died", ""),))


def _late(task: Task) -> Mutant:
    return Mutant(str(task[0]), task[1], (), (Trouble("takes too long", f"{SLOWEST} s"),))


OF_FILE = " (also without a mutation)"


@cache
def known_troubles(path: Path, options: Options) -> frozenset[str]:
    return frozenset(t.kind for t in judge(text_of(path) or "", options).troubles)


@dataclass(frozen=True)
class Judged:
    """What came of the migration of a text."""

    rewritten: bool
    troubles: tuple[Trouble, ...]


def judge(text: str, options: Options) -> Judged:
    """Migrate a valid text; find everything that does not hold."""
    result = migrated(text, "mutant.py", options)
    if result.status is Status.FAILED:
        return Judged(False, (Trouble("failed", result.error or ""),))
    if not result.changed or result.after is None:
        return Judged(False, ())
    return Judged(True, tuple(troubles_of(text, result.after, options)))


def troubles_of(text: str, after: str, options: Options) -> Iterator[Trouble]:
    """Yield everything that does not hold for a text and its migration."""
    try:
        compile(after, "mutant.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        yield Trouble("does not compile", str(error))
        return
    for name in sorted(undefined(after) - undefined(text)):
        yield Trouble("undefined name", name)
    for name in overwritten_by_loops(text, after):
        yield Trouble("name overwritten by a new loop", name)
    for comment, number in wrongly_lost(text, after):
        yield Trouble("comment lost", f"{number} of {comment}")
    again = migrated(after, "mutant.py", options)
    if again.after != after or any(f.applied for f in again.findings):
        applied = [f"{f.line}: {f.code} {f.message}" for f in again.findings if f.applied]
        yield Trouble("second run changes it", "; ".join(applied)[:300])


def undefined(text: str) -> set[str]:
    """The names that pyflakes finds unbound, in the module or in a function.

    A name that `del` takes away is none of them: a function that reads it may be called before.
    """
    tree = ast.parse(text)
    deleted = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Delete)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {
        str(message.message_args[0])
        for message in Checker(tree).messages
        if isinstance(message, (UndefinedName, UndefinedLocal))
        and message.message_args[0] not in deleted
    }


def write_examples(
    found: Iterable[Mutant], options: Options, folder: Path, at_most: int
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
        return any(t.kind == kind for t in judge(text, options).troubles)

    steps = list(mutant.steps)
    for step in mutant.steps:
        fewer = [s for s in steps if s != step]
        if fails(mutated(base, mutant.seed, fewer)[0]):
            steps = fewer
    return reduced(mutated(base, mutant.seed, steps)[0], fails)
