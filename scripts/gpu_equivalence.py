#!/usr/bin/env python3
"""Shows on a GPU that programs compute the same before and after their migration.

Two steps, because the machine with the GPU often has nothing but an interpreter with TensorRT:

    gpu_equivalence.py prepare --out DIR PROGRAMS...      migrates: needs trtmigrate's dependencies
    DIR/gpu_equivalence.py run --prepared DIR --out FILE.json --before-python PYTHON
        needs the standard library and NumPy (Python 3.10 or newer)

PROGRAMS is a folder (every Python file in it that imports tensorrt) or a JSON list of ``{"name",
"path", "origin", "root", "args"}``; `path` is relative to the list, `root` is the folder that the
program needs around it (default: its own), the others are optional.

Each program runs before its migration on one TensorRT and is compared with
- ``same``: its migration there, with the engines that the first one built;
- ``rebuilt`` (``--rebuild``): its migration there, with engines that it builds by itself;
- ``cross`` (``--after-python`` of another major release): its migration on that one, with the same
  engines, made so that both releases can open them;
- ``sim`` (``--sim-python``): itself on the simulator.
The evidence is one JSON file, and a readable table beside it.
"""
# ruff: noqa: E402  (where trtmigrate lies is known only here)

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

# A prepared folder carries this script and, in lib/, the part of trtmigrate that runs programs.
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib" if (HERE / "lib").is_dir() else HERE.parent))

import trtmigrate
from trtmigrate.verify.backend import Place, choose, simulated
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.difference import Tolerance
from trtmigrate.verify.migrated import NOTHING_CHANGED, migrate_folder
from trtmigrate.verify.run import VerifyError, copy_folder
from trtmigrate.verify.verification import Options, Program, Verification, verify_several

COPY_LIMIT = 32 << 20  # bytes of one program's folder
VERDICTS = {
    Verdict.IDENTICAL: "identical",
    Verdict.CLOSE: "identical",  # only the simulator is compared with a tolerance
    Verdict.DIFFERENT: "different",
    Verdict.NOT_VERIFIED: "not run",
}


@dataclass(frozen=True)
class Source:
    """One program to migrate: `path` lies in `root`."""

    name: str
    origin: str
    root: Path
    path: Path
    args: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    steps = parser.add_subparsers(required=True)
    step = steps.add_parser("prepare", help="migrate the programs into a folder to take along")
    step.add_argument("programs", type=Path, nargs="+", metavar="PROGRAMS")
    step.add_argument("--out", type=Path, required=True, metavar="DIR")
    step.add_argument("--origin", default="", help="where the programs of a folder come from")
    step.add_argument("--target", default="10")
    step.add_argument("--jobs", type=int, default=1)
    step.set_defaults(step=prepare)
    step = steps.add_parser("run", help="run what was prepared and write the evidence")
    step.add_argument("--prepared", type=Path, required=True, metavar="DIR")
    step.add_argument("--out", type=Path, required=True, metavar="FILE.json")
    step.add_argument("--before-python", required=True, metavar="PYTHON")
    step.add_argument("--after-python", metavar="PYTHON", help="of another major release")
    step.add_argument("--lean-runtime", type=Path, metavar="LIBRARY")
    step.add_argument("--sim-python", metavar="PYTHON", help="has NumPy, needs no TensorRT")
    step.add_argument("--rebuild", action="store_true", help="also with AFTER's own engines")
    step.add_argument("--rtol", type=float, default=1e-3, help="where the engines are not the same")
    step.add_argument("--atol", type=float, default=1e-4, help="likewise")
    step.add_argument("--quick-build", action="store_true", help="engines without trying kernels")
    step.add_argument("--jobs", type=int, default=1)
    step.add_argument("--gpus", type=int, default=1, help="spread the programs over so many")
    step.add_argument("--timeout", type=float, default=120.0, help="seconds for each program")
    step.add_argument("--budget", type=float, default=1e9, help="seconds for all: then stop")
    step.add_argument("--only", help="programs whose name contains this")
    step.add_argument("--resume", action="store_true", help="keep what FILE.json has")
    step.set_defaults(step=run)
    options = parser.parse_args()
    options.step(options)


# ---------------------------------------------------------------------------------------------
# prepare


def prepare(options: argparse.Namespace) -> None:
    """Writes DIR/N/before, DIR/N/after and DIR/programs.json."""
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    programs = [one for source in options.programs for one in programs_of(source, options.origin)]
    numbers = map(str, range(len(programs)))
    with ProcessPoolExecutor(options.jobs) as pool:
        step = partial(prepare_program, out=options.out, target=options.target)
        entries = [entry for entry in pool.map(step, programs, numbers) if entry is not None]
    (options.out / "programs.json").write_text(json.dumps(entries, indent=1) + "\n")
    carry_tool(options.out)
    print(f"{len(entries)} of {len(programs)} programs are changed by the migration")


def prepare_program(program: Source, number: str, out: Path, target: str) -> dict[str, Any] | None:
    """Writes OUT/NUMBER/before and after; None for a program that the migration does not change."""
    folder = out / number
    relative = program.path.relative_to(program.root)
    entry: dict[str, Any] = {
        "name": program.name,
        "origin": program.origin,
        "folder": number,
        "script": str(relative),
        "args": program.args,
        "notes": [],
    }
    try:
        copy_folder(program.root, folder / "before", COPY_LIMIT)
        copy_folder(program.root, folder / "after", COPY_LIMIT)
        entry["notes"] = migrate_folder(folder / "after" / relative, target)
    except VerifyError as error:
        entry["error"] = str(error)
    if NOTHING_CHANGED in entry["notes"]:  # nothing to show
        shutil.rmtree(folder)
        return None
    return entry


def carry_tool(out: Path) -> None:
    """Puts this script and what it needs to run programs into the prepared folder."""
    package = Path(trtmigrate.__file__).parent
    lib = out / "lib" / "trtmigrate"
    shutil.copytree(package, lib, ignore=shutil.ignore_patterns("__pycache__"))
    (lib / "__init__.py").write_text(f"__version__ = {trtmigrate.__version__!r}\n")
    shutil.copy(Path(__file__), out)


def programs_of(source: Path, origin: str) -> Iterator[Source]:
    """The programs of a folder or of a list."""
    if source.is_dir():
        for path in sorted(source.rglob("*.py")):
            if "tensorrt" in path.read_text(encoding="utf-8", errors="replace"):
                yield Source(
                    str(path.relative_to(source)), origin or source.name, path.parent, path, []
                )
        return
    for entry in json.loads(source.read_text(encoding="utf-8")):
        path = (source.parent / entry["path"]).resolve()
        root = (source.parent / entry["root"]).resolve() if "root" in entry else path.parent
        name = entry.get("name", entry["path"])
        yield Source(name, entry.get("origin", origin), root, path, entry.get("args", []))


# ---------------------------------------------------------------------------------------------
# run


@dataclass(frozen=True)
class Pair:
    """Where AFTER runs, and how it is compared with BEFORE."""

    kind: str  # "same", "rebuilt", "cross" or "sim"
    place: Place
    options: Options


def pairs_of(options: argparse.Namespace) -> tuple[Place, list[Pair]]:
    """The place of BEFORE, and those of AFTER. Raises VerifyError where one has no GPU."""
    old, new = options.before_python, options.after_python
    lean = options.lean_runtime
    base = Options(
        before_python=old,
        after_python=old,
        timeout=options.timeout,
        lean_runtime=lean,
        quick_build=options.quick_build,
    )
    before, same = choose("gpu", (old, old), ("", ""))
    found = [Pair("same", same, base)]
    near = Tolerance(options.atol, options.rtol)
    if options.rebuild:
        found.append(Pair("rebuilt", same, replace(base, rebuild=True, tolerance=near)))
    if new:
        _, other = choose("gpu", (old, new), ("", ""))
        found.append(Pair("cross", other, replace(base, after_python=new)))
    if options.sim_python:
        simulator = simulated("8.6", "compared with the GPU")
        as_sim = replace(base, after_python=options.sim_python, rebuild=True, tolerance=near)
        found.append(Pair("sim", simulator, as_sim))
    return before, found


def run(options: argparse.Namespace) -> None:
    """Runs every program at every pair of places; the file is written after each."""
    end = time.monotonic() + options.budget
    # Without this every process loads all of TensorRT's kernels.
    os.environ.setdefault("CUDA_MODULE_LOADING", "LAZY")
    programs = json.loads((options.prepared / "programs.json").read_text(encoding="utf-8"))
    if options.only:
        programs = [program for program in programs if options.only in program["name"]]
    before, pairs = pairs_of(options)
    evidence: dict[str, Any] = {**device(), "command": command(), "programs": []}
    if options.resume and options.out.exists():
        evidence["programs"] = json.loads(options.out.read_text())["programs"]
    done = {entry["name"] for entry in evidence["programs"]}
    todo = [program for program in programs if program["name"] not in done]

    def one(program: dict[str, Any]) -> list[dict[str, Any]]:
        if time.monotonic() > end:
            return []
        begin = time.monotonic()
        first, others = before, pairs
        if options.gpus > 1:
            first, others = spread(before, pairs, programs.index(program) % options.gpus)
        entries = verify_program(options.prepared, program, first, others)
        for entry, pair in zip(entries, pairs, strict=True):
            line = f"{entry['verdict']:<10} {pair.kind:<6} {program['name']}  {entry['reason']}"
            print(f"{time.monotonic() - begin:5.0f} s {line}"[:240], flush=True)
        return entries

    with ThreadPoolExecutor(options.jobs) as pool:
        for entries in pool.map(one, todo):
            evidence["programs"] += entries
            write(options.out, evidence)
    left = len(todo) + len(done) - len({entry["name"] for entry in evidence["programs"]})
    print(summary(evidence) + (f"; {left} left for want of time" if left else ""))


def spread(before: Place, pairs: list[Pair], gpu: int) -> tuple[Place, list[Pair]]:
    """The same places, where programs see one GPU alone."""

    def seen(place: Place) -> Place:
        return replace(place, environment={**place.environment, "CUDA_VISIBLE_DEVICES": str(gpu)})

    return seen(before), [replace(pair, place=seen(pair.place)) for pair in pairs]


def verify_program(
    prepared: Path, program: dict[str, Any], before: Place, pairs: list[Pair]
) -> list[dict[str, Any]]:
    """The entries of one program in the evidence, one for each pair."""
    folder = prepared.resolve() / program["folder"]
    roots = tuple(folder / side for side in ("before", "after"))
    old, new = (root / program["script"] for root in roots)
    results = [Verification(Verdict.NOT_VERIFIED, program.get("error", "")) for _ in pairs]
    if "error" not in program:
        first = Program(old, pairs[0].options.before_python, before)
        others = [
            (
                Program(old if pair.kind == "sim" else new, pair.options.after_python, pair.place),
                replace(pair.options, roots=roots),
            )
            for pair in pairs
        ]
        results = verify_several(first, others, program["args"])
    entries = []
    for pair, result in zip(pairs, results, strict=True):
        entry = entry_of(program, before, pair, result)
        if pair.kind == "rebuilt" and result.verdict is Verdict.DIFFERENT:
            # The choice of kernels alone may differ by as much: BEFORE against itself tells.
            twice = replace(pair.options, roots=(roots[0], roots[0]))
            (control,) = verify_several(first, [(first, twice)], program["args"])
            entry["control"] = {"verdict": VERDICTS[control.verdict], "reason": control.reason}
            entry["reason"] += f"; two builds of BEFORE: {entry['control']['verdict']}"
            entry["reason"] += f", {control.reason}" if control.reason else ""
        entries.append(entry)
    return entries


def entry_of(
    program: dict[str, Any], before: Place, pair: Pair, result: Verification
) -> dict[str, Any]:
    compared = result.comparison.compared
    return {
        "name": program["name"],
        "origin": program["origin"],
        "before": {"tensorrt": before.tensorrt},
        "after": {"tensorrt": name_of(pair)},
        "executions": len(result.comparison.executions),
        "tensors": len(compared),
        "bytes": sum(tensor.nbytes for tensor in compared),
        "digest": result.comparison.digest if compared else "",
        "verdict": VERDICTS[result.verdict],
        "reason": "; ".join(reasons(result, program)),
    }


def reasons(result: Verification, program: dict[str, Any]) -> Iterator[str]:
    """Why a program is not identical, and what a reader of the verdict has to know."""
    if result.reason:
        yield result.reason
    for side in (result.before, result.after):
        if side is not None and side.outcome.failure and side.outcome.stderr:
            yield f"{side.side.name}: {said(side.outcome.stderr)}"
    if result.verdict is not Verdict.NOT_VERIFIED:
        yield from result.comparison.not_covered
    if result.after is not None and result.after.record.stand_ins:
        yield "build code not run on AFTER"
    if result.verdict is Verdict.CLOSE:
        yield f"within {result.options.tolerance}"
    yield from result.notes if result.verdict is Verdict.NOT_VERIFIED else ()
    yield from program["notes"]


def said(stderr: str) -> str:
    """The last line that names an exception; libraries may add lines of their own after it."""
    lines = stderr.splitlines()
    named = [line for line in lines if re.match(r"[\w.]*(Error|Exception|Exit|Interrupt)\b", line)]
    return (named or lines)[-1]


def name_of(pair: Pair) -> str:
    remarks = {"sim": " (simulated)", "rebuilt": " (own engines)"}
    return pair.place.tensorrt + remarks.get(pair.kind, "")


def device() -> dict[str, str]:
    query = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        answer = subprocess.check_output(query, text=True).splitlines()[0]
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(f"nvidia-smi does not answer: {error}") from error
    name, _, driver = answer.partition(", ")
    return {"device": name, "driver": driver}


def command() -> str:
    """This call without the folders of the machine."""
    words = [Path(word).name if "/" in word else word for word in sys.argv[1:]]
    return " ".join(["scripts/gpu_equivalence.py", *words])


def write(path: Path, evidence: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(evidence, indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(table(evidence, path.stem), encoding="utf-8")


def summary(evidence: dict[str, Any]) -> str:
    verdicts = [entry["verdict"] for entry in evidence["programs"]]
    counts = ", ".join(f"{verdicts.count(v)} {v}" for v in ("identical", "different", "not run"))
    return f"{len({entry['name'] for entry in evidence['programs']})} programs: {counts}"


def table(evidence: dict[str, Any], title: str) -> str:
    """The evidence as Markdown."""
    lines = [
        f"# {title}",
        "",
        f"{evidence['device']}, driver {evidence['driver']}. {summary(evidence)}.",
        f"Made by `{evidence['command']}`.",
        "",
        "| program | before | after | executions | tensors | bytes | verdict | remark |",
        "|---|---|---|--:|--:|--:|---|---|",
    ]
    for entry in evidence["programs"]:
        cells = [
            entry["name"],
            entry["before"]["tensorrt"],
            entry["after"]["tensorrt"],
            *(str(entry[count]) for count in ("executions", "tensors", "bytes")),
            entry["verdict"],
            entry["reason"].replace("|", "\\|"),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
