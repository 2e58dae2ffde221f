#!/usr/bin/env python3
"""Measures how long trtmigrate takes, next to its peers in the same run.

    speed.py --tree DIR --files DIR --peers BIN --out FILE.json
    speed.py ... --only "clean file"    # this table again; the others stay as FILE.json has them

`--tree` holds Python files without TensorRT, `--files` programs with findings, `--peers` is the
folder of the programs ruff and django-upgrade. Every number is the CPU time of a whole process, its
children included: the median of several runs, which take turns. A run before them that does not
count leaves the bytecode of all modules, as an installation does. trtmigrate has to be installed as
users install it: with `pip install -e`, each start of Python loads a finder and `pathlib` for it.
Nothing is written to the files.
`--lines` are the lengths of files that are made of repeated functions, `--counts` the numbers of
small files in a folder, of which one in a hundred has a finding.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import distribution, version
from pathlib import Path

FUNCTION = """
def infer_{number}(engine, context, bindings, stream):
    names = []
    for i in range(engine.num_bindings):
        name = engine.get_binding_name(i)
        if engine.binding_is_input(i):
            names.append((name, engine.get_binding_shape(i)))
    context.execute_async_v2(bindings=bindings, stream_handle=stream)
    return names

"""
CLEAN = "import json\n\n\ndef load_{number}(path):\n    return json.loads(path.read_text())\n"
RELEVANT = "import tensorrt\n\n\ndef count_{number}(engine):\n    return engine.num_bindings\n"
A_FOLDER, ONE_IN = 100, 100  # how many small files a folder has, and how many have a finding
LIBCST_ALONE = """\
import sys
import libcst
from pathlib import Path
given = Path(sys.argv[1])
for path in given.rglob("*.py") if given.is_dir() else [given]:
    libcst.parse_module(path.read_bytes()).code
"""
RUFF = ("check", "--no-cache", "--isolated", "--select", "NPY201")
LIBCST = (sys.executable, "-c", LIBCST_ALONE)
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True)
class Command:
    """A process to measure: what it is called in the table, and its words."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """What a command took."""

    name: str
    seconds: float  # CPU time
    mib: float  # at most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tree", type=Path, required=True, metavar="DIR")
    parser.add_argument("--files", type=Path, required=True, metavar="DIR")
    parser.add_argument("--peers", type=Path, required=True, metavar="BIN")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.json")
    parser.add_argument("--lines", type=int, nargs="+", default=[100, 1000, 10_000], metavar="N")
    parser.add_argument("--counts", type=int, nargs="+", default=[1000, 10_000], metavar="N")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="+", metavar="TITLE",
                        help="measure the tables that have this in their title")  # fmt: skip
    options = parser.parse_args()
    if _is_editable():
        parser.error("trtmigrate is installed with -e, which costs time at each start of Python")
    about = machine(options.peers)
    known = json.loads(options.out.read_text()) if options.only and options.out.exists() else {}
    if known and known["machine"] != about:
        parser.error(f"{options.out} was measured with something else: measure all tables")
    with tempfile.TemporaryDirectory() as folder:
        groups = _groups(options, Path(folder))
        found = {
            title: [asdict(one) for one in measured(commands(), options.runs)]
            for title, commands in groups.items()
            if not options.only or any(part in title for part in options.only)
        }
    runs = {**known.get("runs", {}), **dict.fromkeys(found, options.runs)}
    result = {"machine": about, "runs": runs, "groups": {**known.get("groups", {}), **found}}
    options.out.write_text(json.dumps(result, indent=1) + "\n")


def _is_editable() -> bool:
    origin = distribution("trtmigrate").read_text("direct_url.json")
    return bool(origin and json.loads(origin).get("dir_info", {}).get("editable"))


def _groups(options: argparse.Namespace, work: Path) -> dict[str, Callable[[], list[Command]]]:
    """Return what is compared with each other, and what makes it ready; the others of a group are
    told by the first.

    The configuration of no folder counts.
    """
    warm = (sys.executable, "-m", "trtmigrate", "--no-config")
    ours = (*warm, "--no-cache")
    tree, files = str(options.tree), str(options.files)
    return {
        "One clean file": lambda: _clean(ours, work, options.peers),
        f"{_count(options.tree)} files without TensorRT": lambda: [
            Command("ruff", (str(options.peers / "ruff"), *RUFF, tree)),
            Command("trtmigrate", (*ours, tree)),
            Command("trtmigrate, second run", (*warm, _with_cache(options.tree, work, warm))),
        ],
        f"{_count(options.files)} files with findings": lambda: [
            Command("LibCST alone: parse and code", (*LIBCST, files)),
            Command("trtmigrate", (*ours, files)),
            Command("trtmigrate, one process", (*ours, "-j", "1", files)),
        ],
        "One file of repeated functions": lambda: list(_growth(ours, work, options.lines)),
        "Folders of small files": lambda: list(_many(ours, work, options.counts)),
    }


def _clean(ours: Sequence[str], work: Path, peers: Path) -> list[Command]:
    clean = work / "clean.py"
    clean.write_text("import json\n\n\ndef load(path):\n    return json.loads(path)\n")
    upgrade = (str(peers / "django-upgrade"), "--target-version", "5.0")
    return [
        Command("django-upgrade", (*upgrade, str(clean))),
        Command("trtmigrate --check", (*ours, "--check", str(clean))),
        Command("trtmigrate --version", (sys.executable, "-m", "trtmigrate", "--version")),
        Command("python -c pass", (sys.executable, "-c", "pass")),
    ]


def _with_cache(tree: Path, work: Path, command: Sequence[str]) -> str:
    """Make a project of a copy of a tree; return its folder after a run that filled its cache."""
    project = work / "project"
    shutil.copytree(tree, project, symlinks=True)
    (project / "pyproject.toml").touch()
    time.sleep(3)  # until the files are so old that a change would show in their times
    once((*command, str(project)))
    return str(project)


def _growth(ours: Sequence[str], work: Path, sizes: Sequence[int]) -> Iterator[Command]:
    for lines in sizes:
        path = work / f"lines_{lines}.py"
        count = lines // FUNCTION.count("\n")
        functions = (FUNCTION.format(number=number) for number in range(count))
        path.write_text("import tensorrt as trt\n\n" + "".join(functions))
        words = (*ours, "--file-timeout", "3600", "--file-memory", "8000", str(path))
        yield Command(f"{lines} lines", words)
        yield Command(f"{lines} lines, LibCST alone", (*LIBCST, str(path)))


def _many(ours: Sequence[str], work: Path, counts: Sequence[int]) -> Iterator[Command]:
    for count in counts:
        place = work / f"files_{count}"
        for number in range(count):
            folder = place / f"folder_{number // A_FOLDER}"
            if number % A_FOLDER == 0:
                folder.mkdir(parents=True)
            text = CLEAN if number % ONE_IN else RELEVANT
            (folder / f"module_{number}.py").write_text(text.format(number=number))
        yield Command(f"{count} files", (*ours, "-j", "1", str(place)))


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.rglob("*.py"))


def measured(commands: Sequence[Command], runs: int) -> list[Measured]:
    """Return the medians of several runs, in which the commands take turns."""
    times: dict[str, list[tuple[float, float]]] = {command.name: [] for command in commands}
    for command in commands:
        once(command.words)
    for _ in range(runs):
        for command in commands:
            times[command.name].append(once(command.words))
    return [
        Measured(
            name,
            round(statistics.median(seconds for seconds, _ in each), 3),
            round(max(mib for _, mib in each)),
        )
        for name, each in times.items()
    ]


def once(words: Sequence[str]) -> tuple[float, float]:
    """Run a command; return its CPU time in seconds and its memory in MiB."""
    # Without bytecode, most of the time of a small run would be that of the compiler.
    environment = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    process = subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    )
    assert process.stderr is not None
    problem = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode not in (0, 1):  # 1: there are findings
        raise SystemExit(f"{words[0]}: {problem.decode(errors='replace')}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def machine(peers: Path) -> dict[str, str]:
    """Return what the numbers depend on."""
    ruff = subprocess.run([peers / "ruff", "--version"], capture_output=True, text=True).stdout
    upgrade = subprocess.run(
        [peers / "django-upgrade", "--version"], capture_output=True, text=True
    ).stdout
    return {
        "trtmigrate": version("trtmigrate"),
        "Python": platform.python_version(),
        "LibCST": version("libcst"),
        "ruff": ruff.split()[-1],
        "django-upgrade": upgrade.split()[-1],
        "processors": str(os.cpu_count()),
        "architecture": platform.machine(),
    }


if __name__ == "__main__":
    main()
