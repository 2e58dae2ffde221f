#!/usr/bin/env python3
"""Hunts wrong migrations: generated programs, mutated files, and files that are given.

fuzz.py programs --count 600 --seed 1 --out DIR
fuzz.py mutants --count 1000 --seed 1 --jobs 8 --json FILE DIR...
fuzz.py cases PATH...
fuzz.py cases --each-code PATH...   every edit alone, and all but one kind: the groups have to hold
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.generator import mutants
from tests.generator.hunt import (
    BAD,
    Judged,
    common_choices,
    hunt,
    signature,
    write_example,
)
from tests.generator.judge import Judge, Judgement, Options, Verdict
from tests.generator.program import generate
from trtmigrate import migrate_source

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    arguments = parsed()
    if arguments.command == "programs":
        return hunt_programs(arguments)
    if arguments.command == "mutants":
        return hunt_mutants(arguments)
    return judge_cases(arguments)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("programs", "mutants", "cases"):
        command = commands.add_parser(name)
        command.add_argument("--target", default="10")
        command.add_argument("--only-safe", action="store_true")
        command.add_argument("--todo", action="store_true")
        command.add_argument("--jobs", type=int, default=2)
        command.add_argument("--json", type=Path, help="file for all results")
        if name != "cases":
            command.add_argument("--count", type=int, default=300)
            command.add_argument("--seed", default="1")
            command.add_argument("--out", type=Path, help="folder for shrunk examples")
            command.add_argument("--shrink", type=int, default=40, help="at most so many")
        if name == "programs":
            command.add_argument("--only", nargs="+", metavar="SEED", help="these programs alone")
            command.add_argument("--choice", default="", metavar="NAME=OPTION",
                                 help="programs that made this choice alone")  # fmt: skip
        else:
            command.add_argument("paths", type=Path, nargs="+")
        if name == "cases":
            command.add_argument("--each-code", action="store_true")
    return parser.parse_args()


def hunt_programs(arguments: argparse.Namespace) -> int:
    """Generate, migrate, run and compare; the exit status is 1 where anything is wrong."""
    begin = time.monotonic()
    commit()
    seeds = arguments.only or seeds_of(arguments.seed, arguments.choice, arguments.count)
    options = Options(arguments.target, arguments.only_safe, arguments.todo)
    shrunk_at_most = arguments.shrink if arguments.out else 0
    results = []
    for result in hunt(seeds, options, arguments.jobs, shrunk_at_most):
        results.append(result)
        if len(results) % 100 == 0:
            wrong = sum(r.judgement.verdict in BAD for r in results)
            print(f"{len(results)} of {len(seeds)}, {wrong} wrong", file=sys.stderr)
        if len(results) % 500 == 0:
            write_programs(arguments, results)  # a run that is cut off has told something
    seconds = time.monotonic() - begin
    print_speed(len(results), "programs", seconds)
    print_verdicts([result.judgement for result in results])
    print_common(results)
    if arguments.out:
        print_examples(results, arguments.out)
    write_programs(arguments, results)
    return int(any(result.judgement.verdict in BAD for result in results))


def seeds_of(seed: str, choice: str, count: int) -> list[str]:
    """The first seeds, of those whose program made a choice if there is one."""
    name, _, option = choice.partition("=")
    names = (f"{seed}-{number}" for number in itertools.count())
    wanted = (n for n in names if not choice or generate(n).choices.get(name) == option)
    return list(itertools.islice(wanted, count))


def write_programs(arguments: argparse.Namespace, results: list[Judged]) -> None:
    rows = [as_json(r.program.seed, r.judgement, r) for r in results]
    write_results(arguments, {"programs": rows})


def print_speed(number: int, what: str, seconds: float) -> None:
    """Say what one costs, also in processor time: the machine may be busy with other work."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)]
    processor = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    each = f"{number / seconds:.2f} a second, {processor / max(1, number):.2f} s of processor each"
    print(f"{number} {what} in {seconds:.0f} s, {each}")


def print_verdicts(judgements: list[Judgement]) -> None:
    counted = Counter(judgement.verdict for judgement in judgements)
    ran = len(judgements) - counted[Verdict.NOT_RUN]
    for verdict in Verdict:
        share = f"{100 * counted[verdict] / ran:5.1f} % of those that run" if ran else ""
        print(f"  {verdict.value:24}{counted[verdict]:6}  {share}")
    wrong = [j for j in judgements if j.verdict in BAD]
    print(f"  wrong and all edits safe{sum(j.safe for j in wrong):6}")
    for kind, number in Counter(j.kind for j in wrong).most_common():
        print(f"    {number:5}  {kind}")


def print_common(results: list[Judged]) -> None:
    print("choices, by the share of their programs that are wrong:")
    for share, wrong, number, name in common_choices(results)[:60]:
        print(f"  {100 * share:5.1f} %  {wrong:4} of {number:4}  {name}")


def print_examples(results: list[Judged], folder: Path) -> None:
    """One shrunk example of each kind, the most frequent first."""
    kinds: dict[str, list[Judged]] = {}
    for result in results:
        if result.shrunk is not None:
            kinds.setdefault(signature(result.shrunk), []).append(result)
    print("kinds of shrunk programs:")
    for name, members in sorted(kinds.items(), key=lambda item: -len(item[1])):
        path = write_example(folder, members[0])
        judgement = members[0].shrunk_judgement or members[0].judgement
        print(f"  {len(members):3}  {name or 'the plainest program'}")
        print(f"       {judgement.reason[:160]}  {path}")


def as_json(name: str, judgement: Judgement, result: Judged | None = None) -> dict[str, object]:
    row: dict[str, object] = {
        "name": name,
        "verdict": judgement.verdict.value,
        "kind": judgement.kind,
        "reason": judgement.reason,
        "safe": judgement.safe,
        "left": judgement.findings,
    }
    if result is not None:
        row["choices"] = dict(result.program.deviations)
        row["shrunk"] = dict(result.shrunk.deviations) if result.shrunk else None
    return row


def hunt_mutants(arguments: argparse.Namespace) -> int:
    """Change files, migrate them and judge; the exit status is 1 where anything is wrong."""
    begin = time.monotonic()
    commit()
    options = Options(arguments.target, arguments.only_safe, arguments.todo)
    files = mutants.python_files(arguments.paths)
    tally = mutants.Tally()
    for mutant in mutants.hunt(files, arguments.seed, arguments.count, options, arguments.jobs):
        tally.add(mutant)
        if tally.mutants % 500 == 0:
            print(f"{tally.mutants} of {arguments.count}, {len(tally.failures)} wrong",
                  file=sys.stderr)  # fmt: skip
            write_results(arguments, tally.as_json())  # a run that is cut off has told something
    print_speed(tally.mutants, "mutants", time.monotonic() - begin)
    for kind, number in tally.troubles().most_common():
        print(f"  {number:6}  {kind}")
    write_results(arguments, tally.as_json())
    if arguments.out:
        failures = tally.failures
        for path, kind in mutants.write_examples(
            failures, options, arguments.out, arguments.shrink
        ):
            print(f"  {kind}: {path}")
    return int(bool(tally.failures))


def asked(arguments: argparse.Namespace) -> dict[str, object]:
    """Return what makes the results again."""
    names = ("count", "seed", "target", "only_safe", "todo")
    said = {name: getattr(arguments, name) for name in names}
    return {**said, "python": platform.python_version(), "commit": commit()}


@cache  # the commit at the start: others may commit while a hunt goes on
def commit() -> str:
    """Return the commit of this repository, with "-dirty" if a file differs; "" without git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"]
    try:
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def write_results(arguments: argparse.Namespace, found: dict[str, object]) -> None:
    if arguments.json:
        arguments.json.write_text(json.dumps({**asked(arguments), **found}, indent=1))


def judge_cases(arguments: argparse.Namespace) -> int:
    """Judge files, and folders with a main.py; in other folders all that lies in them."""
    judgements = {}
    options = Options(arguments.target, arguments.only_safe, arguments.todo)
    with Judge(options) as judge:
        for path in scripts_in(arguments.paths):
            for chosen in parts_of(options, path) if arguments.each_code else [options]:
                judge.options = chosen
                judgement = judge.file(path)
                name = " ".join([str(path), *(f"select {c}" for c in chosen.select)])
                name = " ".join([name, *(f"ignore {c}" for c in chosen.ignore)])
                judgements[name] = judgement
                if judgement.verdict in BAD or not arguments.each_code:
                    print_case(name, judgement)
    print_verdicts(list(judgements.values()))
    if arguments.json:
        rows = [as_json(name, judgement) for name, judgement in judgements.items()]
        arguments.json.write_text(json.dumps(rows, indent=1))
    return int(any(judgement.verdict in BAD for judgement in judgements.values()))


def parts_of(options: Options, path: Path) -> Iterator[Options]:
    """The options that make a part of the edits: one code alone, and all but one code."""
    result = migrate_source(path.read_bytes(), target=options.target, only_safe=options.only_safe)
    for code in sorted({finding.code for finding in result.findings if finding.applied}):
        yield replace(options, select=(code,))
        yield replace(options, ignore=(code,))


def print_case(name: str, judgement: Judgement) -> None:
    safety = "" if judgement.verdict not in BAD else " safe" if judgement.safe else " review"
    print(f"{judgement.verdict.value + safety:22} {name}  {judgement.reason[:110]}")


def scripts_in(paths: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_file():
            found.append(path)
        elif (path / "main.py").is_file():
            found.append(path / "main.py")
        else:
            inside = sorted(path.iterdir())
            found += scripts_in([p for p in inside if p.is_dir() or p.suffix == ".py"])
    return found


if __name__ == "__main__":
    sys.exit(main())
