#!/usr/bin/env python3
"""Attack trtmigrate and write what happened to docs/robustness.md, a section for each attack.

robustness.py hostile                               # files that are made to break it
robustness.py folders                               # links, pipes, names, hostile settings
robustness.py kills --count 500 --seed 1            # kill runs at random instants
robustness.py mutants --count 20000 --seed 1        # changed copies of our own programs
robustness.py mutants --json FILE...                # tell what `fuzz.py mutants --json` has found
robustness.py programs --json FILE...               # tell what `fuzz.py programs --json` has found
robustness.py foreign [FOLDER...]                   # code that does not use TensorRT
robustness.py faults                                # errors of the system while a file is written

A section is replaced by the section of a later run; `--print` shows it and writes nothing. The exit
code is 1 if something happened that must not.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hostile_files import HOSTILE, LARGE, book, real_uses
from hostile_trees import TREES
from hunt_results import Told, mutants_text, programs_text
from measured_run import MIB, Run, measured

from tests.generator import mutants
from tests.generator.judge import Options as JudgeOptions
from trtmigrate import migrate_paths
from trtmigrate.findings import Status

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "robustness.md"
HEAD = """\
# Robustness

What happens to trtmigrate when it is attacked, and to the files. `scripts/robustness.py` did what
is told here and wrote this page; each section begins with its command.
"""
SECTIONS = ("hostile", "folders", "kills", "mutants", "programs", "foreign", "faults")


@dataclass(frozen=True)
class Section:
    """What one attack found."""

    name: str
    command: str
    text: str
    wrong: int  # what must not happen


# --- hostile files ----------------------------------------------------------------------------


def attack_with_files(arguments: argparse.Namespace) -> Section:
    rows = [
        "| file | size | processor time | memory | exit code | error |",
        "|---|---|---|---|---|---|",
    ]
    wrong = 0
    cases = [case for case in HOSTILE if not (arguments.small and LARGE.search(case[0]))]
    limit = f"--file-timeout={arguments.file_timeout}"
    with tempfile.TemporaryDirectory(prefix="robustness-") as folder:
        for name, make, expected in cases:
            path = Path(folder, name)
            content = make()
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            run = measured([sys.executable, "-m", "trtmigrate", "--no-config", limit, str(path)])
            path.unlink()
            errors = run.errors.replace(f"{folder}/", "").splitlines()
            wrong += not is_as_expected(run, errors, expected)
            error = errors[-1].partition(": ")[2] if errors else ""
            shown = name.encode("unicode_escape").decode()
            rows.append(
                f"| {shown} | {len(content) / MIB:.1f} MiB | {run.seconds:.1f} s | {run.mib} MiB "
                f"| {run.code} | {error.replace('|', '')} |"
            )
    text = (
        f"{len(cases)} files, each in a run of its own, which may take {arguments.file_timeout} "
        f"s and 1024 MiB. {wrong} did something else than end with at most one line of error.\n\n"
    )
    small = " --small" if arguments.small else ""
    command = f"hostile{small} --file-timeout {arguments.file_timeout}"
    return Section("Hostile files", command, text + "\n".join(rows), wrong)


def is_as_expected(run: Run, errors: list[str], expected: str) -> bool:
    if not expected:
        return run.code in (0, 1) and not errors
    # What may be too much for the limits may also be done in time.
    if not errors and "longer" in expected:
        return run.code in (0, 1)
    return run.code == 2 and len(errors) == 1 and re.search(expected, errors[0]) is not None


# --- hostile folders ---------------------------------------------------------------------------


def attack_with_folders(arguments: argparse.Namespace) -> Section:
    rows = [
        "| folder | processor time | memory | exit code | error |",
        "|---|---|---|---|---|",
    ]
    wrong = 0
    program = [sys.executable, "-m", "trtmigrate", "-q"]
    for tree in TREES:
        with tempfile.TemporaryDirectory(prefix="robustness-") as parent:
            folder = Path(parent, "project")
            folder.mkdir()
            tree.make(folder)
            run = measured(
                [*program, *(str(folder / path) for path in tree.paths)], tree.open_files
            )
            subprocess.run(["rm", "-rf", folder])  # Python cannot remove the deep ones
        errors = run.errors.replace(f"{folder}/", "").replace(f"{folder}", ".").splitlines()
        wrong += not tree.is_as_expected(run.code, errors)
        error = "; ".join(line.partition(": ")[2] for line in errors)
        rows.append(
            f"| {tree.name} | {run.seconds:.1f} s | {run.mib} MiB | {run.code} "
            f"| {shortened(error)} |"
        )
    text = (
        f"{len(TREES)} folders, each in a run of its own. {wrong} did something else than find the "
        "use in the program beside what is hostile (exit code 1), or end with a line of error.\n\n"
    )
    return Section("Hostile folders", "folders", text + "\n".join(rows), wrong)


def shortened(error: str) -> str:
    error = error.replace("|", "")
    return error if len(error) <= 160 else f"{error[:100]} ... {error[-50:]}"


# --- kills ------------------------------------------------------------------------------------

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def kill_runs(arguments: argparse.Namespace) -> Section:
    generator = random.Random(arguments.seed)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="robustness-") as folder:
        fresh, tree = Path(folder, "fresh"), Path(folder, "tree")
        old, new = prepare(fresh)
        begin = time.monotonic()
        subprocess.run(write_command(copied(fresh, tree)), capture_output=True)
        longest = time.monotonic() - begin
        for _ in range(arguments.count):
            number = generator.choice(SIGNALS)
            copied(fresh, tree)
            # Most instants are after the first file was written: before that, little can happen.
            written = generator.random() < 0.75
            after = generator.uniform(0, longest / 3 if written else longest)
            found.update(kill_one(tree, number, written, after, old, new))
            if any(is_temporary(path) for path in tree.rglob("*")):
                found["left a temporary file"] += 1
                found[f"left a temporary file, {number.name}"] += 1
            subprocess.run(write_command(tree), capture_output=True)
            found["temporary file after the next run"] += any(map(is_temporary, tree.rglob("*")))
            found["not complete after the next run"] += contents(tree) != new
    bad = ("neither old nor new", "temporary file after the next run", "other exit code")
    bad += ("not complete after the next run",)
    soft = ("SIGTERM", "SIGINT", "SIGHUP")
    wrong = sum(found[name] for name in bad)
    wrong += sum(found[f"left a temporary file, {name}"] for name in soft)
    rows = [f"- {found[name]} {name}" for name in bad]
    left = [f"{found[f'left a temporary file, {s.name}']} after {s.name}" for s in SIGNALS]
    rows.append(f"- temporary files left for the next run to remove: {', '.join(left)}")
    text = (
        f"{arguments.count} runs of `--write` over {len(old)} files in several folders and two "
        "processes, with a signal at a random instant; three in four come after the first file "
        f"was written. {found['in the midst']} came while files were written, {found['before']} "
        f"before, {found['after']} after all. Each was followed by a run to the end.\n\n"
    )
    return Section("Kills", f"kills --count {arguments.count} --seed {arguments.seed}",
                   text + "\n".join(rows), wrong)  # fmt: skip


def prepare(fresh: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Make a tree; return what its files hold before and after a migration."""
    for number in range(16):
        folder = fresh / f"package{number % 4}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"module{number}.py").write_text(real_uses(2))
    (fresh / "a.ipynb").write_text(book(""))
    (fresh / "requirements.txt").write_text("tensorrt==8.6.1\n")
    old = contents(fresh)
    with tempfile.TemporaryDirectory() as other:
        tree = copied(fresh, Path(other, "tree"))
        migrate_paths([tree], in_place=True)
        return old, contents(tree)


def copied(fresh: Path, tree: Path) -> Path:
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(fresh, tree)
    return tree


def contents(tree: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(tree)): path.read_bytes()
        for path in tree.rglob("*")
        if path.is_file() and not is_temporary(path)
    }


def is_temporary(path: Path) -> bool:
    return path.name.endswith(".trtmigrate-tmp")


def write_command(tree: Path) -> list[str]:
    return [sys.executable, "-m", "trtmigrate", "--write", "-q", "-j", "2", str(tree)]


def kill_one(
    tree: Path,
    number: signal.Signals,
    written: bool,
    after: float,
    old: dict[str, bytes],
    new: dict[str, bytes],
) -> Iterator[str]:
    """Yield what was seen when a run got a signal, some seconds after its start or, with `written`,
    after its first file.
    """
    process = subprocess.Popen(
        write_command(tree), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while written and process.poll() is None and contents(tree) == old:
        time.sleep(0.002)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(number)
        process.wait()
    allowed = {0, 128 + number, -number}
    if process.returncode not in allowed:
        yield "other exit code"
    now = contents(tree)
    if set(now) != set(old) or any(now[name] not in (old[name], new[name]) for name in now):
        yield "neither old nor new"
    yield "before" if now == old else "after" if now == new else "in the midst"


# --- mutants ----------------------------------------------------------------------------------


def hunt_mutants(arguments: argparse.Namespace) -> Section:
    """Change copies of our own programs; or tell what `fuzz.py mutants --json` found elsewhere."""
    told = [json.loads(path.read_text(encoding="utf-8")) for path in arguments.json]
    if not told:
        files = mutants.python_files([ROOT / "tests" / "fixtures", ROOT / "tests" / "programs"])
        tally = mutants.Tally()
        options = JudgeOptions("10")
        for mutant in mutants.hunt(files, arguments.seed, arguments.count, options, arguments.jobs):
            tally.add(mutant)
        told = [{"seed": arguments.seed, "target": "10", **tally.as_json()}]
        text, wrong = mutants_text(told)
        command = f"mutants --count {told[0]['mutants']} --seed {arguments.seed}"
        return Section("Mutants", command, text, wrong)
    text, wrong = mutants_text(told)
    text = f"{made_by('mutants', told, ' FOLDER...')}\n\n{text}"
    return Section("Mutants", "mutants --json FILE...", text, wrong)


def tell_programs(arguments: argparse.Namespace) -> Section:
    """Tell what `fuzz.py programs --json` found: it takes hours, and may run elsewhere."""
    told = [json.loads(path.read_text(encoding="utf-8")) for path in arguments.json]
    text, wrong = programs_text(told)
    made = made_by("programs", told)
    return Section("Generated programs", "programs --json FILE...", f"{made}\n\n{text}", wrong)


def made_by(command: str, told: Sequence[Told], more: str = "") -> str:
    pythons = ", ".join(sorted({one["python"] for one in told}))
    return (
        f"Each FILE is what `scripts/fuzz.py {command} --count COUNT --seed SEED --json FILE{more}`"
        f" wrote, with Python {pythons}; it can be interrupted."
    )


# --- foreign code -----------------------------------------------------------------------------


def look_at_foreign_code(arguments: argparse.Namespace) -> Section:
    paths = sysconfig.get_paths()
    folders = arguments.folders or [
        Path(paths["stdlib"]),
        *sorted(p for p in Path(paths["purelib"]).iterdir() if (p / "__init__.py").is_file()),
    ]
    rows = ["| code | files | changed | findings | errors |", "|---|---|---|---|---|"]
    wrong = 0
    for folder in folders:
        report = migrate_paths(python_files(folder))
        files = report.files
        changed = sum(file.changed for file in files)
        findings = sum(len(file.findings) for file in files)
        errors = [f.error for f in files if f.status is Status.FAILED and is_ours(f.error or "")]
        failed = sum(file.status is Status.FAILED for file in files)
        is_trtmigrate = folder.name == "trtmigrate"
        wrong += 0 if is_trtmigrate else changed + findings + len(errors)
        if not is_trtmigrate:
            rows.append(f"| {folder.name} | {len(files)} | {changed} | {findings} | {failed} |")
    text = "Code that does not use TensorRT: nothing is to be found in it, and nothing changed. "
    text += "Errors are files that are no Python 3, or not in UTF-8.\n\n"
    return Section("Foreign code", "foreign", text + "\n".join(rows), wrong)


def python_files(folder: Path) -> list[Path]:
    """Return the files below a folder, but not the packages that are installed in it."""
    files = (path.relative_to(folder) for path in folder.rglob("*.py"))
    return sorted(folder / file for file in files if "site-packages" not in file.parts)


def is_ours(error: str) -> bool:
    return "bug of trtmigrate" in error or "internal error" in error or "longer than" in error


# --- faults -----------------------------------------------------------------------------------


FAULT_TESTS = ("tests/test_writer.py", "tests/test_faults.py", "tests/test_limits.py")


def inject_faults(arguments: argparse.Namespace) -> Section:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *FAULT_TESTS]
    with tempfile.TemporaryDirectory(prefix="robustness-") as folder:
        results = Path(folder, "results.xml")
        done = subprocess.run([*command, f"--junit-xml={results}"], cwd=ROOT, capture_output=True)
        cases = list(ElementTree.parse(results).iter("testcase"))
    text, wrong = faults_text(cases)
    return Section("Faults", "faults", text, wrong or done.returncode)


def faults_text(cases: Sequence[ElementTree.Element]) -> tuple[str, int]:
    """Return what is said of the cases of the tests, and how many failed; none at all is wrong."""
    counts: Counter[str] = Counter()
    failed = skipped = 0
    for case in cases:
        failed += any(case.find(tag) is not None for tag in ("failure", "error"))
        if case.find("skipped") is not None:
            skipped += 1
            continue
        name = case.get("name", "").partition("[")[0]
        counts[name.removeprefix("test_").replace("_", " ")] += 1
    text = (
        "Each error of the system is raised in a test; in brackets the number of its cases. "
        f"{sum(counts.values())} cases, {failed} failed, {skipped} cannot be tried here.\n\n"
    )
    rows = [f"- {name} ({number})" for name, number in counts.items()]
    return text + "\n".join(rows), failed + (not counts)


# --- the page ---------------------------------------------------------------------------------


def with_section(page: str, section: Section) -> str:
    """Return the page with a section in the place of an older section of its name."""
    parts = re.split(r"^## ", page or HEAD, flags=re.MULTILINE)
    texts = {part.split("\n", 1)[0]: part for part in parts[1:]}
    day = time.strftime("%Y-%m-%d")
    version = ".".join(map(str, sys.version_info[:3]))
    texts[section.name] = (
        f"{section.name}\n\n`scripts/robustness.py {section.command}`, {day}, Python {version}\n\n"
        f"{section.text}\n\n"
    )
    return (HEAD + "".join(f"\n## {text.rstrip()}\n" for text in texts.values())).rstrip() + "\n"


ATTACKS = dict(
    zip(
        SECTIONS,
        (
            attack_with_files,
            attack_with_folders,
            kill_runs,
            hunt_mutants,
            tell_programs,
            look_at_foreign_code,
            inject_faults,
        ),
        strict=True,
    )
)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in SECTIONS:
        command = commands.add_parser(name)
        command.add_argument("--print", action="store_true", help="write no page")
        if name in ("kills", "mutants"):
            command.add_argument("--count", type=int, default=500)
            command.add_argument("--seed", default="1")
        if name == "mutants":
            command.add_argument("--jobs", type=int, default=2)
        if name in ("mutants", "programs"):
            said = f"tell what fuzz.py {name} --json has found"
            required = name == "programs"
            command.add_argument("--json", type=Path, nargs="+", default=[], required=required,
                                 metavar="FILE", help=said)  # fmt: skip
        if name == "hostile":
            command.add_argument("--file-timeout", type=int, default=60)
            command.add_argument("--small", action="store_true", help="leave the large files out")
        if name == "foreign":
            command.add_argument("folders", type=Path, nargs="*", metavar="FOLDER")
    arguments = parser.parse_args()
    section = ATTACKS[arguments.command](arguments)
    print(section.text)
    print(f"{section.wrong} of what must not happen")
    if not arguments.print:
        old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        PAGE.write_text(with_section(old, section), encoding="utf-8")
    return int(section.wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
