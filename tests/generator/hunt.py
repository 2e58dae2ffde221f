"""Judges many programs in several processes and sums up what is wrong."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from multiprocessing import util
from pathlib import Path

from tests.generator.judge import Judge, Judgement, Options, Verdict
from tests.generator.program import Program, generate
from tests.generator.shrink import shrink

BAD = (Verdict.WRONG, Verdict.FAILED)


@dataclass(frozen=True)
class Judged:
    """A program, its verdict and, where it is wrong, its plainest form."""

    program: Program
    judgement: Judgement
    shrunk: Program | None = None
    shrunk_judgement: Judgement | None = None


@dataclass(frozen=True)
class Task:
    seeds: tuple[str, ...]
    options: Options
    shrunk_at_most: int  # programs of this task


def hunt(seeds: list[str], options: Options, jobs: int, shrunk_at_most: int) -> Iterator[Judged]:
    """Yield the verdict on the program of every seed, in no order."""
    size = max(1, min(10, len(seeds) // jobs))
    chunks = [tuple(seeds[i : i + size]) for i in range(0, len(seeds), size)]
    each = -(-shrunk_at_most // max(1, len(chunks)))
    tasks = [Task(chunk, options, each) for chunk in chunks]
    if jobs == 1:
        for task in tasks:
            yield from _judge_all(task)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for results in pool.imap_unordered(_judge_all, tasks):
            yield from results
        pool.close()
        pool.join()


def _judge_all(task: Task) -> list[Judged]:
    found: list[Judged] = []
    kinds: Counter[str] = Counter()
    judge = judge_of(task.options)
    for seed in task.seeds:
        program = generate(seed)
        judgement = judge.program(program.text, program.plan_maker)
        kinds[judgement.kind] += judgement.verdict in BAD
        if judgement.verdict in BAD and sum(kinds.values()) <= task.shrunk_at_most:
            found.append(_shrunk(judge, program, judgement))
        else:
            found.append(Judged(program, judgement))
    return found


@cache
def judge_of(options: Options) -> Judge:
    """The judge of this process; its simulators end with the process."""
    judge = Judge(options)
    util.Finalize(None, judge.close, exitpriority=10)  # atexit is not run in workers
    return judge


def _shrunk(judge: Judge, program: Program, judgement: Judgement) -> Judged:
    last = {program.text: judgement}

    def fails(attempt: Program) -> bool:
        answer = judge.program(attempt.text, attempt.plan_maker)
        if answer.verdict is judgement.verdict and answer.kind == judgement.kind:
            last[attempt.text] = answer
            return True
        return False

    smallest = shrink(program, fails)
    return Judged(program, judgement, smallest, last[smallest.text])


def common_choices(results: list[Judged], least: int = 4) -> list[tuple[float, int, int, str]]:
    """Every option with the share of its programs that are wrong, and how many there are.

    Sorted by the share; the plainest option of a choice counts, too.
    """
    ran = [r for r in results if r.judgement.verdict is not Verdict.NOT_RUN]
    everywhere: Counter[tuple[str, str]] = Counter()
    wrong: Counter[tuple[str, str]] = Counter()
    for result in ran:
        pairs = set(result.program.choices.items())
        everywhere.update(pairs)
        if result.judgement.verdict in BAD:
            wrong.update(pairs)
    rows = [
        (wrong[pair] / number, wrong[pair], number, f"{pair[0]}: {pair[1]}")
        for pair, number in everywhere.items()
        if number >= least and wrong[pair]
    ]
    return sorted(rows, key=lambda row: (-row[0], -row[1]))


def signature(program: Program) -> str:
    """The choices that are left of a shrunk program."""
    return "; ".join(f"{name}: {made}" for name, made in sorted(program.deviations.items()))


def write_example(folder: Path, result: Judged) -> Path:
    """Write the plainest form of a failing program, its migration and what is wrong with it."""
    program = result.shrunk or result.program
    judgement = result.shrunk_judgement or result.judgement
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{program.seed}.py"
    head = f"# {judgement.verdict.value}: {judgement.reason}\n# {signature(program)}\n"
    lines = head + program.text
    path.write_text(lines)
    path.with_suffix(".after").write_text(judgement.after)
    if program.plan_maker:
        path.with_suffix(".plans").write_text(program.plan_maker)
    return path
