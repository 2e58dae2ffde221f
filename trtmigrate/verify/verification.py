"""Run the programs and compare them: from the programs to the verdicts."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from trtmigrate.verify.backend import Place, choose, crosses, with_engines
from trtmigrate.verify.compare import Comparison, Status, Verdict, compare, differing_places
from trtmigrate.verify.failure import explain, reason_not_for
from trtmigrate.verify.migrated import migrate_folder
from trtmigrate.verify.notebooks import as_script, left_out
from trtmigrate.verify.notes import notes_on
from trtmigrate.verify.options import Options
from trtmigrate.verify.printed import Printed, read_printed
from trtmigrate.verify.record import read_record
from trtmigrate.verify.result import SideResult, Verification, differences
from trtmigrate.verify.run import Limits, Side, VerifyError, copy_folder, run_side
from trtmigrate.verify.stdout import Outcome, compare_stdout
from trtmigrate.verify.surface import surface_of

Again = Callable[[], SideResult | None]


@dataclass(frozen=True)
class Program:
    """What one side runs."""

    script: Path | None  # None: the migration of BEFORE
    python: str
    place: Place


@dataclass(frozen=True)
class _Work:
    """What all runs of one verification share."""

    folder: Path
    args: list[str]
    crossing: bool  # an AFTER opens engines that another major release built


def verify(
    before: Path,
    after: Path | None,
    args: list[str],
    options: Options,
    places: tuple[Place, Place] | None = None,
) -> Verification:
    """Run both programs (without `after`: the migration of `before`) and compare them.

    Both run in copies of their folder, which are removed. If the programs cannot be compared, the
    result says why; nothing is raised for it. `places` spares the search for a backend.
    """
    pythons = options.before_python, options.after_python
    try:
        first, second = places or choose(options.backend, pythons, options.sim_releases)
    except VerifyError as error:
        return Verification(Verdict.NOT_VERIFIED, str(error), options=options)
    old = Program(before, pythons[0], first)
    new = Program(after, pythons[1], second)
    return verify_several(old, [(new, options)], args)[0]


def verify_releases(
    before: Path,
    after: Path | None,
    args: list[str],
    options: Options,
    after_pythons: Sequence[str],
    sim_releases: Sequence[str],
) -> list[Verification]:
    """Run BEFORE once, AFTER on every release that is at hand, and compare each.

    On a GPU these are the releases of `after_pythons`; on the simulator `sim_releases`, of which
    the first is for BEFORE. A release that AFTER is too new for is told, and is no failure.
    """
    pythons = [options.before_python, *after_pythons]
    try:
        first, *others = choose(options.backend, pythons, sim_releases)
    except VerifyError as error:
        return [Verification(Verdict.NOT_VERIFIED, str(error), options=options)]
    if first.backend == "sim":
        pythons = [options.before_python, *(after_pythons[0] for _ in others)]
    afters = [
        (Program(after, python, place), replace(options, after_python=python))
        for python, place in zip(pythons[1:], others, strict=True)
    ]
    results = verify_several(Program(before, pythons[0], first), afters, args)
    return [_as_meant(result, options.target) for result in results]


def _as_meant(result: Verification, target: str) -> Verification:
    """Return the result; "not for this release" if AFTER needs a member that came later."""
    after = result.after
    if result.verdict is not Verdict.NOT_VERIFIED or after is None or after.failure is None:
        return result
    reason = reason_not_for(after.record, after.release, target)
    if reason is None:
        return result
    return replace(result, verdict=Verdict.NOT_FOR_RELEASE, reason=reason)


def verify_several(
    before: Program, afters: list[tuple[Program, Options]], args: list[str]
) -> list[Verification]:
    """Run BEFORE once and compare several AFTERs with it, each with its own options.

    BEFORE runs with the options of the first. If an AFTER runs on another major release, BEFORE
    builds engines that it can open.
    """
    first = afters[0][1]
    sides = [before, *(after for after, _ in afters)]
    objection = _objection_to(sides, first)
    if objection:
        return [Verification(Verdict.NOT_VERIFIED, objection, options=o) for _, o in afters]
    folder = Path(tempfile.mkdtemp(prefix="trtmigrate-verify-"))
    work = _Work(folder, args, any(crosses(before.place, after.place) for after, _ in afters))
    try:
        side = _copy("BEFORE", before, folder, first)
        old = _run(side, before.place, "keep", folder, work, first)

        @cache
        def again() -> SideResult | None:
            return _run_again(before, work, first)

        return [
            _verify_after(old, after, folder / f"after{number}", work, options, again)
            for number, (after, options) in enumerate(afters)
        ]
    except VerifyError as error:
        return [Verification(Verdict.NOT_VERIFIED, str(error), options=o) for _, o in afters]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _objection_to(sides: Sequence[Program], options: Options) -> str:
    """Return why these programs cannot be run with these options; empty if they can."""
    if options.engines and any(side.place.backend != "sim" for side in sides):
        return "--engine is for the simulator: give --backend sim"
    for number, side in enumerate(sides):
        name, script = "AFTER" if number else "BEFORE", side.script
        if script is not None and not script.is_file():
            what = "is a folder: name the program in it" if script.is_dir() else "no such file"
            return f"{name}: {script}: {what}"
    scripts = [side.script.resolve() for side in sides if side.script is not None]
    for root in options.roots:
        if not any(root.resolve() in script.parents for script in scripts):
            return f"--root {root}: no program lies in it"
    return ""


def _run_again(before: Program, work: _Work, options: Options) -> SideResult | None:
    """Return a second run of BEFORE with the same engines; None if it fails."""
    folder = work.folder / "again"
    folder.mkdir()
    (folder / "plans").symlink_to(work.folder / "plans")
    try:
        side = _copy("BEFORE", before, folder, options)
        result = _run(side, before.place, "use", folder, work, options)
    except VerifyError:
        return None
    return None if result.failure else result


def _verify_after(
    old: SideResult, after: Program, folder: Path, work: _Work, options: Options, again: Again
) -> Verification:
    """Run one AFTER in `folder` and compare it."""
    result = Verification(Verdict.NOT_VERIFIED, "", before=old, options=options)
    if old.failure:
        return replace(result, reason=f"BEFORE {old.failure.summary}")
    folder.mkdir()
    (folder / "plans").symlink_to(work.folder / "plans")
    notes: list[str] = []
    try:
        script = after.script or old.side.script
        side = _copy("AFTER", replace(after, script=script), folder, options)
        if after.script is None:
            copy = folder / "AFTER" / side.script.relative_to(side.folder)
            notes += migrate_folder(copy, options.target)
        pin = "off" if options.rebuild else "use"
        lean_first = crosses(old.place, after.place)
        new = _run(side, after.place, pin, folder, work, options, lean_first)
    except VerifyError as error:
        return replace(result, reason=str(error))
    notes += left_out(old.side.script) + notes_on(old, new, options)
    result = replace(result, after=new, notes=tuple(notes))
    if new.failure:
        result = replace(result, reason=f"AFTER {new.failure.summary}")
        if new.outcome.excess:  # its record was cut
            return result
        return replace(result, comparison=compare(old.record, new.record, options.tolerance))
    return _compare(result, old, new, again)


def _compare(result: Verification, old: SideResult, new: SideResult, again: Again) -> Verification:
    """Compare two sides that both ran to their end."""
    options = result.options
    comparison = compare(old.record, new.record, options.tolerance)

    def print_again() -> Printed | None:
        second = again()
        return second.printed if second else None

    stdout = compare_stdout(
        old.printed, new.printed, options.stdout, options.tolerance, print_again
    )
    result = replace(result, comparison=comparison, stdout=stdout)
    missing = _missing(old, new, comparison, options)
    if missing:
        return replace(result, reason=missing)
    verdict = comparison.verdict
    if verdict is Verdict.DIFFERENT:
        varying = _varying(comparison, old, again, options)
        if varying:
            return replace(result, reason=varying)
    if stdout.outcome is Outcome.DIFFERENT:
        verdict = Verdict.DIFFERENT
    reason = differences(result)[0] if verdict is Verdict.DIFFERENT else ""
    return replace(result, verdict=verdict, reason=reason)


def _varying(comparison: Comparison, old: SideResult, again: Again, options: Options) -> str:
    """Return why differences say nothing of AFTER; empty if they do.

    They say nothing if a second run of BEFORE differs from the first at each of these places, as
    with memory that is read and never written. It takes another input to make another output, so
    BEFORE runs again only if an input differs.
    """
    inputs = [one for one in comparison.compared if one.mode == "input"]
    second = again() if any(one.status is Status.DIFFERENT for one in inputs) else None
    if second is None:
        return ""
    places = differing_places(compare(old.record, second.record, options.tolerance))
    if not differing_places(comparison) <= places:
        return ""
    context, index, what = min(places)
    return (
        f"BEFORE differs from itself in a second run (context {context}, execution {index}"
        f"{', ' + what if what else ''}), so its values cannot be compared"
    )


def _missing(old: SideResult, new: SideResult, comparison: Comparison, options: Options) -> str:
    """Return why the executions could not be compared; empty if they were."""
    for result in (old, new):
        executed = result.record.executions
        unseen = result is old or any("execution" in gap for gap in result.record.not_covered)
        if not executed and (unseen or not old.record.executions):
            nothing = "the program executed no engine"
            if options.call is None:
                nothing += "; say with --call what to call of a library"
            why = "; ".join(result.record.not_covered) or nothing
            return f"{result.side.name} has no recorded execution ({why})"
    if comparison.verdict is Verdict.NOT_VERIFIED:
        return "no output could be recorded on both sides"
    return ""


# --- running ----------------------------------------------------------------------------------


def _copy(name: str, program: Program, folder: Path, options: Options) -> Side:
    """Return the side of a program whose folder was copied into `folder`."""
    assert program.script is not None
    script = program.script.resolve()
    around = (root.resolve() for root in options.roots if root.resolve() in script.parents)
    source = next(around, script.parent)
    copy_folder(source, folder / name, options.copy_limit)
    environment = with_engines(program.place, options.engines).environment
    return Side(name, script, source, program.python, environment)


def _write_surface(copy: Path, place: Place) -> Path:
    """Write beside a copy which members the stand-ins of a lean runtime have."""
    surface = copy.with_name(f"{copy.name}.surface.json")
    surface.write_text(json.dumps(surface_of(place.tensorrt)), encoding="utf-8")
    return surface


def _run(
    side: Side,
    place: Place,
    pin: str,
    folder: Path,
    work: _Work,
    options: Options,
    lean_first: bool = False,
) -> SideResult:
    """Run the copy of a side that lies in `folder`, and read what it left."""
    copy = folder / side.name
    records = folder / f"{side.name}.record"
    records.mkdir()
    surface = None if place.builder else _write_surface(copy, place)
    config: dict[str, Any] = {
        "record": str(records),
        "plans": str(folder / "plans"),
        "pin": pin,
        "keep_whole": options.keep_whole,
        "version_compatible": work.crossing,
        "lean_first": lean_first,
        "quick_build": options.quick_build,
        "lean_runtime": str(options.lean_runtime) if options.lean_runtime else None,
        "surface": str(surface) if surface else None,
        "stub_missing": options.stub_missing,
        "engines": options.engines,
        "call": options.call,
        "root": str(copy),
        "simulated": place.backend == "sim",
        "seed": options.seed,
    }
    script = as_script(copy / side.script.relative_to(side.folder))
    runnable = replace(side, script=side.folder / script.relative_to(copy))
    limits = Limits(options.timeout, options.record_limit)
    outcome = run_side(runnable, copy, folder, config, work.args, limits)
    record = read_record(records)
    printed = read_printed(folder / f"{side.name}.stdout", copy, record.tensorrt)
    failure = explain(side, copy, outcome, record)
    return SideResult(side, place, outcome, record, printed, failure)
