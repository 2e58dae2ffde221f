"""Migrates a program and says whether it still computes and prints the same."""

from __future__ import annotations

import enum
import gc
import re
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.generator.simulators import Run, Simulator
from trtmigrate import FileResult, Safety, Status
from trtmigrate.engine import migrate_bytes
from trtmigrate.options import Options as Asked
from trtmigrate.outside import NOTHING_OUTSIDE, Outside
from trtmigrate.sources.gate import Interest, interest
from trtmigrate.sources.project import outside_of_each

BEFORE = "8.6"
AFTER = {"10": "10.16", "11": "11.1"}  # the release to simulate, by target
_PROFILE = re.compile(r" \[profile \d+\]")


class Verdict(enum.Enum):
    IDENTICAL = "identical"  # nothing left, and the same on both releases
    WRONG = "WRONG"  # changed (or called done), and not the same
    LEFT = "partly left"  # changed, something left, and the same on 8.6
    UNCHANGED = "unchanged"  # nothing written, what is left is reported
    NOTHING = "runs nothing that could be compared"
    NOT_RUN = "BEFORE does not run"
    FAILED = "could not be processed"


@dataclass(frozen=True)
class Judgement:
    """The verdict on one program."""

    verdict: Verdict
    reason: str = ""  # what is wrong, where and how
    kind: str = ""  # the same without numbers: "8.6: crash", "10: prints", ...
    safe: bool = True  # every applied edit is safe
    before: str = ""
    after: str = ""
    findings: tuple[str, ...] = ()  # of what is left


@dataclass(frozen=True)
class Options:
    target: str = "10"
    only_safe: bool = False
    todo: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass
class Judge:
    """The two simulated releases and the folder that programs run in."""

    options: Options = field(default_factory=Options)

    def __post_init__(self) -> None:
        self._old, self._new = Simulator(BEFORE), Simulator(AFTER[self.options.target])
        self._work = Path(tempfile.mkdtemp(prefix="generated-"))

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        self._old.close()
        self._new.close()
        shutil.rmtree(self._work, ignore_errors=True)

    def program(self, text: str, plan_maker: str = "") -> Judgement:
        """The verdict on a generated program."""
        for simulator in (self._old, self._new):
            folder = self._folder(simulator)
            folder.mkdir(exist_ok=True)
            if plan_maker:
                maker = plan_maker if simulator is self._old else self._for_target(plan_maker)
                (folder / "make_plans.py").write_text(maker)
                made = simulator.run(folder / "make_plans.py")
                if made.failure:
                    return Judgement(Verdict.NOT_RUN, f"plans: {made.failure}", before=text)
        return self._judged({"program.py": text}, "program.py", None)

    def _for_target(self, plan_maker: str) -> str:
        """Return the program that makes the plans, without what 11 lacks."""
        if self.options.target != "11":
            return plan_maker
        return migrated(plan_maker, "make_plans.py", Options("11")).after or plan_maker

    def file(self, script: Path) -> Judgement:
        """The verdict on a file; `main.py` is judged with the folder that it is in."""
        whole = script.name == "main.py"
        files = sorted(script.parent.glob("*.py")) if whole else [script]
        texts = {path.name: path.read_bytes().decode("utf-8", "surrogateescape") for path in files}
        return self._judged(texts, script.name, script.parent if whole else None)

    def _folder(self, simulator: Simulator) -> Path:
        return self._work / simulator.release

    def _run(self, simulator: Simulator, texts: dict[str, str], script: str) -> Run:
        folder = self._folder(simulator)
        folder.mkdir(exist_ok=True)
        there = set(folder.iterdir())  # the plans that a program is given; its own go
        for name, text in texts.items():
            (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
        try:
            return simulator.run(folder / script)
        finally:
            for path in set(folder.iterdir()) - there:
                path.unlink() if path.is_file() else shutil.rmtree(path)

    def _places(self, seen: Summary) -> list[Simulator]:
        """Where the result has to compute the same: on 8.6, if it was changed and its target is
        not 11, whose networks 8.6 does not build; on the target, if nothing is left.
        """
        old = [self._old] if seen.changed and self.options.target != "11" else []
        return old if seen.left else [*old, self._new]

    def _judged(self, texts: dict[str, str], script: str, folder: Path | None) -> Judgement:
        old = self._run(self._old, texts, script)
        outside = outside_of_each({n: t.encode("utf-8", "replace") for n, t in texts.items()})
        results = {
            name: migrated(text, name, self.options, outside[name]) for name, text in texts.items()
        }
        seen = Summary.of(results)
        base = Judgement(
            Verdict.LEFT if seen.left else Verdict.IDENTICAL,
            safe=seen.safe,
            before=texts[script],
            after=seen.texts[script],
            findings=seen.left,
        )
        if seen.error:
            return replace(base, verdict=Verdict.FAILED, reason=seen.error, kind="failed")
        if old.failure:
            return replace(base, verdict=Verdict.NOT_RUN, reason=old.failure)
        if not seen.changed and seen.left:
            return replace(base, verdict=Verdict.UNCHANGED)
        for simulator in self._places(seen):
            kind, reason = difference(old, self._run(simulator, seen.texts, script))
            if reason:
                where = f"on {simulator.release.split('.')[0]}: "
                kind = ("partly left, " if seen.left else "") + where + kind
                return replace(base, verdict=Verdict.WRONG, reason=where + reason, kind=kind)
        if not old.executions and not old.stdout:
            return replace(base, verdict=Verdict.NOTHING)
        return base


def migrated(
    text: str, name: str, options: Options, outside: Outside = NOTHING_OUTSIDE
) -> FileResult:
    """The migration; an exception is a failure of the file."""
    gc.disable()  # most of what LibCST makes lives as long as the run
    data = text.encode("utf-8", "surrogateescape")
    if interest(data, options.target) is Interest.NONE:
        return FileResult(name, Status.UNCHANGED, before=text, after=text)
    try:
        return migrate_bytes(data, name, Asked(**vars(options), outside=outside))
    except Exception as error:
        return FileResult(name, Status.FAILED, error=f"{name}:1: {type(error).__name__}: {error}")
    finally:
        gc.enable()


@dataclass(frozen=True)
class Summary:
    """What the migration of one or several files came to."""

    texts: dict[str, str]  # after it
    changed: bool
    left: tuple[str, ...]
    safe: bool
    error: str

    @classmethod
    def of(cls, results: dict[str, FileResult]) -> Summary:
        findings = [finding for result in results.values() for finding in result.findings]
        left = [f for result in results.values() for f in result.left]
        return cls(
            {name: r.after or r.before or "" for name, r in results.items()},
            any(result.changed for result in results.values()),
            tuple(f"{f.line}: {f.code} {f.message}" for f in left),
            all(f.safety is Safety.SAFE for f in findings if f.applied),
            next((r.error for r in results.values() if r.error), ""),
        )


def difference(old: Run, new: Run) -> tuple[str, str]:
    """In which way two runs differ, in two words and in a line; empty where they do not.

    A name has no profile any more: that is meant.
    """
    if new.failure:
        return f"crash, {new.failure.split(':')[0]}", new.failure
    mine, other = (_PROFILE.sub("", run.stdout).splitlines() for run in (old, new))
    lines = unlike(mine, other)
    if old.executions != new.executions:
        if [len(one) for one in old.executions] != [len(one) for one in new.executions]:
            return "executions missing", f"{old.executions} became {new.executions}"[:300]
        return "tensors", lines or "an execution has other tensors"
    return ("prints", lines) if lines else ("", "")


def unlike(old: list[str], new: list[str]) -> str:
    """The first line that differs."""
    for number in range(max(len(old), len(new))):
        mine, other = (lines[number] if number < len(lines) else None for lines in (old, new))
        if mine != other:
            return f"line {number + 1} of stdout: {mine!r} became {other!r}"
    return ""
