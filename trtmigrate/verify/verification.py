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
    backend where many programs are verified at the same places.
    """
    work = Path(tempfile.mkdtemp(prefix="trtmigrate-verify-"))
    try:
        pythons = options.before_python, options.after_python
        places = places or choose(options.backend, pythons, options.sim_releases)
        return _verify(work, before, after, args, options, places)
    except VerifyError as error:
        return Verification(Verdict.NOT_VERIFIED, str(error), options=options)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _verify(
    work: Path,
    before: Path,
    after: Path | None,
    args: list[str],
    options: Options,
    places: tuple[Place, Place],
) -> Verification:
    pythons = options.before_python, options.after_python
    sides = [
        Side(name, script, _root(script, options.roots), python, place.environment)
        for name, script, python, place in zip(
            ("BEFORE", "AFTER"),
            (before.resolve(), (after or before).resolve()),
            pythons,
            places,
            strict=True,
        )
    ]
    notes: list[str] = []
    for side in sides:
        copy_folder(side.folder, work / side.name, options.copy_limit)
    if after is None:
        copy = work / "AFTER" / sides[1].script.relative_to(sides[1].folder)
        notes += migrate_folder(copy, options.target)
    keep, use = ("off", "off") if options.rebuild else ("keep", "use")
    old = _run(sides[0], places, keep, work, args, options)
    result = Verification(Verdict.NOT_VERIFIED, "", before=old, options=options)
    if old.outcome.failure:
        return replace(result, reason=f"BEFORE {old.outcome.failure}")
    new = _run(sides[1], places, use, work, args, options)
    comparison = compare(old.record, new.record, options.tolerance)
    notes += _notes(old, new, options)
    result = replace(result, after=new, comparison=comparison, notes=tuple(notes))
    if new.outcome.failure:
        return replace(result, reason=f"AFTER {new.outcome.failure}")
    reason = _reason(old, new, comparison)
    return replace(result, verdict=comparison.verdict, reason=reason)


def _root(script: Path, roots: tuple[Path, ...]) -> Path:
    if not script.is_file():
        raise VerifyError(f"{script}: no such file")
    around = (root.resolve() for root in roots if root.resolve() in script.parents)
    return next(around, script.parent)


def _run(
    side: Side,
    places: tuple[Place, Place],
    pin: str,
    work: Path,
    args: list[str],
    options: Options,
) -> SideResult:
    place = places[side.name == "AFTER"]
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
        "version_compatible": place.backend == "gpu" and other_major(places),
        "lean_runtime": str(options.lean_runtime) if options.lean_runtime else None,
        "surface": str(surface) if surface else None,
        "seed": options.seed,
    }
    outcome = run_side(side, work / side.name, work, config, args, options.timeout)
    return SideResult(side, place, outcome, read_record(folder))


def other_major(places: tuple[Place, Place]) -> bool:
    """Whether AFTER has to open plans that another major release built."""
    return places[0].tensorrt.split(".")[0] != places[1].tensorrt.split(".")[0]


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
    crossing = old.place.backend == "gpu" and other_major((old.place, new.place))
    if crossing and not all(b.compatible for b in builds):
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
