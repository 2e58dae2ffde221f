#!/usr/bin/env python3
"""Write docs/verify-score.md: which breaks `trtmigrate verify` finds in the programs of the tests.

make_break_score.py [--programs N] [--jobs N] [--list]

Each break is tried in the N smallest programs in which it takes place (default 4); --list also
prints every program in which verify says "identical". Several jobs try more than they need, and
write the same page sooner.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.verify.breaks.catalog import BREAKS, Break  # noqa: E402
from tests.verify.breaks.judge import fast_simulators, judge, migrated  # noqa: E402

SIMULATORS = contextlib.ExitStack()  # for the whole of a process
PAGE = ROOT / "docs" / "verify-score.md"
HEAD = """# What `trtmigrate verify` finds

<!-- Made by scripts/make_break_score.py. -->

Each break below was made in the migration of programs under [tests/programs](../tests/programs), in
the smallest in which it takes place, and verified on the simulator: AFTER on TensorRT 10, and on
8.6 if nothing was found there. *Different* means that the comparison found it, *fails* that AFTER
did not run to its end, or that nothing could be compared (exit code 2). The breaks are code in
[tests/verify/breaks](../tests/verify/breaks), and the tests try each in one program.

"""


class Tried(NamedTuple):
    """What verify says of a program with a break, of which the number in BREAKS is here."""

    number: int
    program: str
    how: str
    found: bool


def main() -> None:
    arguments = parsed()
    tried = defaultdict(list)
    for one in try_all(arguments.programs, arguments.jobs):
        broken = BREAKS[one.number]
        tried[broken].append(one)
        if arguments.list and not one.found:
            print(f"{broken.theme}: {broken.name}: {one.program}: {one.how}")
    PAGE.write_text(render(tried), encoding="utf-8")
    print(PAGE)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=4)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def try_all(limit: int, jobs: int) -> Iterator[Tried]:
    """Yield what verify says of each break in up to `limit` programs, the smallest first."""
    left = dict.fromkeys(range(len(BREAKS)), limit)
    programs = sorted((ROOT / "tests" / "programs").glob("*.py"), key=lambda p: p.stat().st_size)

    def is_open(number: int, program: Path) -> bool:
        one = BREAKS[number]
        wanted = left[number] > 0 or one.program == program.stem
        return wanted and program.stem not in one.same_in

    with ProcessPoolExecutor(jobs, initializer=enter_simulators) as pool:
        for start in range(0, len(programs), jobs):
            some = programs[start : start + jobs]
            asked = [[n for n in left if is_open(n, program)] for program in some]
            for program, results in zip(some, pool.map(try_program, some, asked), strict=True):
                for one in results:
                    if is_open(one.number, program):
                        left[one.number] = max(0, left[one.number] - 1)
                        yield one


def enter_simulators() -> None:
    """Let verify run the programs of this process in forks."""
    SIMULATORS.enter_context(fast_simulators())


def try_program(program: Path, numbers: list[int]) -> list[Tried]:
    """Return what verify says of a program with each of these breaks that takes place in it."""
    with tempfile.TemporaryDirectory() as work:
        judged = judge(program, migrated(program), [BREAKS[n] for n in numbers], Path(work))
    return [
        Tried(BREAKS.index(one.broken), one.program, one.how, one.found)
        for one in judged
        if one.applied
    ]


def render(judged: dict[Break, list[Tried]]) -> str:
    """Return the page."""
    breaks = [one for one in BREAKS if not one.same]
    covered = [one for one in breaks if not one.uncovered]
    tried = [result for one in covered for result in judged[one]]
    found = sum(result.found for result in tried)
    left_out = sum(len(one.same_in) for one in covered)
    lines = [
        HEAD + f"{len(breaks)} breaks, {len(covered)} of them to be found: found in {found} of "
        f"{len(tried)} programs. {left_out} pairs of a break and a program were left out, because "
        "the break makes no difference there: a copy that waits follows the wait that is missing, "
        "for example.\n"
    ]
    for theme in dict.fromkeys(one.theme for one in BREAKS):
        lines += [f"\n## {theme.capitalize()}\n", "| break | different | fails | identical |"]
        lines.append("|---|---|---|---|")
        for one in covered:
            if one.theme == theme:
                lines.append(row(one, judged[one]))
    lines += ["\n## Not found, and why\n", "| break | reason |", "|---|---|"]
    lines += [f"| {one.name} | {one.uncovered} |" for one in breaks if one.uncovered]
    lines += ["\n## No breaks\n", "Other code that does the same has to be `identical`:\n"]
    for one in BREAKS:
        if one.same:
            right = sum(not result.found for result in judged[one])
            lines.append(f"- {one.name}: {right} of {len(judged[one])}")
    return "\n".join(lines) + "\n"


def row(one: Break, results: list[Tried]) -> str:
    """Return the row of a break; the last column names the programs in which it was not found."""
    missed = ", ".join(f"`{result.program}`" for result in results if not result.found)
    different = sum(result.how == "different" for result in results)
    fails = sum(result.found for result in results) - different
    return f"| {one.name} | {different or ''} | {fails or ''} | {missed} |"


if __name__ == "__main__":
    main()
