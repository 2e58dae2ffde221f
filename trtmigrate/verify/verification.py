"""One verification from the programs to the verdict."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from trtmigrate.verify.backend import Place, choose
from trtmigrate.verify.compare import Comparison, Verdict, compare
from trtmigrate.verify.difference import Tolerance
from trtmigrate.verify.migrated import migrate_folder
from trtmigrate.verify.record import Record, read_record
from trtmigrate.verify.run import Outcome, Side, VerifyError, copy_folder, run_side
from trtmigrate.verify.surface import surface_of

MIB = 1 << 20


@dataclass(frozen=True)
class Options:
    """How to verify; the defaults are those of the command line."""

    before_python: str = sys.executable
    after_python: str = sys.executable
    backend: str = "auto"  # "gpu", "sim" or "auto"
    sim_releases: tuple[str, str] = ("8.6", "8.6")
    tolerance: Tolerance = field(default_factory=Tolerance)
    rebuild: bool = False  # AFTER builds its own engines
    quick_build: bool = False  # engines are built without trying kernels
    timeout: float = 600.0  # seconds, for each program
    lean_runtime: Path | None = None  # of BEFORE's release, for an AFTER of another major one
    roots: tuple[Path, ...] = ()  # folders to copy whole; a program in none of them: its own
    copy_limit: int = 4096 * MIB
    keep_whole: int = 16 * MIB  # bytes up to which a tensor is kept whole
    target: str = "10"  # of the migration, where there is no AFTER
    seed: int = 0


@dataclass(frozen=True)
class SideResult:
    """What one side did, and on what."""

    side: Side
    place: Place
    outcome: Outcome
    record: Record


@dataclass(frozen=True)
class Verification:
    """The verdict and everything that it rests on."""

    verdict: Verdict
    reason: str  # why nothing was verified, or the first difference; else empty
    before: SideResult | None = None
    after: SideResult | None = None
    comparison: Comparison = field(default_factory=Comparison)
    notes: tuple[str, ...] = ()  # what a reader of the verdict has to know
    options: Options = field(default_factory=Options)


@dataclass(frozen=True)
class Program:
    """What one side runs."""

    script: Path | None  # None: the migration of BEFORE
    python: str
    place: Place


def verify(
    before: Path,
    after: Path | None,
    args: list[str],
    options: Options,
    places: tuple[Place, Place] | None = None,
) -> Verification:
    """Runs both programs (without `after`: the migration of `before`) and compares them.

    Both run in copies of their folder, which are removed. What keeps the programs from being
    compared is said in the result; nothing is raised for it. `places` spares the search for a
    backend.
    """
    pythons = options.before_python, options.after_python
    try:
        places = places or choose(options.backend, pythons, options.sim_releases)
    except VerifyError as error:
        return Verification(Verdict.NOT_VERIFIED, str(error), options=options)
    old = Program(before, pythons[0], places[0])
    new = Program(after, pythons[1], places[1])
    return verify_several(old, [(new, options)], args)[0]


def verify_several(
    before: Program, afters: list[tuple[Program, Options]], args: list[str]
) -> list[Verification]:
    """Runs BEFORE once and compares each of several AFTERs with it, each with its own options.

    BEFORE runs with the options of the first. Its engines can be opened by another major release
    where one of AFTERs has one.
    """
    work = Path(tempfile.mkdtemp(prefix="trtmigrate-verify-"))
    first = afters[0][1]
    crossing = any(crosses(before.place, after.place) for after, _ in afters)
    try:
        old = _run(
            _copy("BEFORE", before, work, first), before.place, "keep", work, args, first, crossing
        )
        return [
            _verify_after(old, after, work / f"after{number}", args, options, crossing)
            for number, (after, options) in enumerate(afters)
        ]
    except VerifyError as error:
        return [Verification(Verdict.NOT_VERIFIED, str(error), options=o) for _, o in afters]
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _verify_after(
    old: SideResult, after: Program, work: Path, args: list[str], options: Options, crossing: bool
) -> Verification:
    result = Verification(Verdict.NOT_VERIFIED, "", before=old, options=options)
    if old.outcome.failure:
        return replace(result, reason=f"BEFORE {old.outcome.failure}")
    work.mkdir()
    (work / "plans").symlink_to(work.parent / "plans")
    notes: list[str] = []
    try:
        side = _copy("AFTER", replace(after, script=after.script or old.side.script), work, options)
        if after.script is None:
            copy = work / "AFTER" / side.script.relative_to(side.folder)
            notes += migrate_folder(copy, options.target)
        pin = "off" if options.rebuild else "use"
        lean_first = crosses(old.place, after.place)
        new = _run(side, after.place, pin, work, args, options, crossing, lean_first)
    except VerifyError as error:
        return replace(result, reason=str(error))
    comparison = compare(old.record, new.record, options.tolerance)
    notes += _notes(old, new, options)
    result = replace(result, after=new, comparison=comparison, notes=tuple(notes))
    if new.outcome.failure:
        return replace(result, reason=f"AFTER {new.outcome.failure}")
    reason = _reason(old, new, comparison)
    return replace(result, verdict=comparison.verdict, reason=reason)


def _copy(name: str, program: Program, work: Path, options: Options) -> Side:
    """The side of a program, its folder copied into `work`."""
    assert program.script is not None
    script = program.script.resolve()
    folder = _root(script, options.roots)
    copy_folder(folder, work / name, options.copy_limit)
    return Side(name, script, folder, program.python, program.place.environment)


def _root(script: Path, roots: tuple[Path, ...]) -> Path:
    if not script.is_file():
        raise VerifyError(f"{script}: no such file")
    around = (root.resolve() for root in roots if root.resolve() in script.parents)
    return next(around, script.parent)


def _run(
    side: Side,
    place: Place,
    pin: str,
    work: Path,
    args: list[str],
    options: Options,
    crossing: bool,
    lean_first: bool = False,
) -> SideResult:
    folder = work / f"{side.name}.record"
    folder.mkdir()
    surface = None
    if not place.builder:
        surface = work / f"{side.name}.surface.json"
        surface.write_text(json.dumps(surface_of(place.tensorrt)), encoding="utf-8")
    config: dict[str, Any] = {
        "record": str(folder),
        "plans": str(work / "plans"),
        "pin": pin,
        "keep_whole": options.keep_whole,
        "version_compatible": crossing,
        "lean_first": lean_first,
        "quick_build": options.quick_build,
        "lean_runtime": str(options.lean_runtime) if options.lean_runtime else None,
        "surface": str(surface) if surface else None,
        "seed": options.seed,
    }
    outcome = run_side(side, work / side.name, work, config, args, options.timeout)
    return SideResult(side, place, outcome, read_record(folder))


def crosses(before: Place, after: Place) -> bool:
    """Whether AFTER has to open engines that another major release built."""
    both_real = before.backend == after.backend == "gpu"
    return both_real and before.tensorrt.split(".")[0] != after.tensorrt.split(".")[0]


def _reason(old: SideResult, new: SideResult, comparison: Comparison) -> str:
    """What the verdict rests on, where it is not plain."""
    if comparison.verdict is Verdict.DIFFERENT:
        return next(iter(differences(comparison)))
    if comparison.verdict is not Verdict.NOT_VERIFIED:
        return ""
    for result in (old, new):
        if not result.record.executions:
            why = "; ".join(result.record.not_covered) or "the program executed no engine"
            return f"{result.side.name} has no recorded execution ({why})"
    return "no output could be recorded on both sides"


def differences(comparison: Comparison) -> list[str]:
    """Every difference in words, with its place."""
    found = []
    for execution in comparison.executions:
        place = f"context {execution.context}, execution {execution.index}"
        found += [f"{place}: {reason}" for reason in execution.reasons]
        found += [
            f"{place}, {tensor.mode} {tensor.name}: {tensor.reason}"
            for tensor in execution.tensors
            if tensor.status.value == "different"
        ]
    return found


def _notes(old: SideResult, new: SideResult, options: Options) -> list[str]:
    notes = []
    builds, others = old.record.builds, new.record.builds
    if new.record.stand_ins:
        notes.append(
            "AFTER's TensorRT has no builder: the build code was not run on that side, "
            "the engines of BEFORE stood in for what it builds"
        )
    elif others and not options.rebuild:
        notes.append(
            "AFTER ran with the engines that BEFORE built; "
            "--rebuild compares what its own build code makes"
        )
    if len(builds) != len(others):
        notes.append(f"BEFORE built {len(builds)} engines, AFTER {len(others)}")
    if crosses(old.place, new.place) and not all(b.compatible for b in builds):
        notes.append("an engine of BEFORE could not be built for another release to open")
    for mine, other in zip(builds, others, strict=False):
        if mine.network and other.network and mine.network != other.network:
            notes.append(
                f"build {mine.number}: the networks differ: {_network(mine.network)} in BEFORE, "
                f"{_network(other.network)} in AFTER"
            )
    return notes


def _network(network: dict[str, Any]) -> str:
    tensors = [
        f"{mode} {name} {dtype} {shape}"
        for mode in ("inputs", "outputs")
        for name, dtype, shape in network[mode]
    ]
    return f"{network['layers']} layers, " + ", ".join(tensors)
