"""Generated programs compute and print the same after their migration.

What the generator makes is in tests/generator; `scripts/fuzz.py programs` hunts further.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.generator.hunt import Judged, hunt, signature
from tests.generator.judge import Judge, Options, Verdict
from tests.generator.program import Program, generate
from tests.generator.shrink import shrink

SEED = "ci"
PROGRAMS = 300
SHOWN = 3  # wrong programs that a failure shows
# The bounds shrink only. The goal is at most 8 % that are partly left. Open kinds: loops over an
# engine whose names are seen, offsets looked up in a list of names, questions behind the last
# binding, and in wrappers names of a list that is not followed. Wrong are wrappers that subscript
# an engine by a name that is not followed, or add the offset of a profile to what a function gives.
WRONG_AT_MOST = {"wrapper": 3, "others": 0}
LEFT_AT_MOST = {"wrapper": 18, "others": 28}


# One process judges the programs for all tests.
pytestmark = pytest.mark.xdist_group("generator")


@pytest.fixture(scope="module")
def results() -> list[Judged]:
    seeds = [f"{SEED}-{number}" for number in range(PROGRAMS)]
    return list(hunt(seeds, Options(), os.cpu_count() or 1, shrunk_at_most=0))


def of(results: list[Judged], *verdicts: Verdict) -> list[Judged]:
    return [result for result in results if result.judgement.verdict in verdicts]


def shown(results: list[Judged]) -> str:
    parts = [
        f"{result.program.seed}: {result.judgement.verdict.value}: {result.judgement.reason}\n"
        f"choices: {signature(result.program)}\n"
        f"{result.program.text}\n--- migrated:\n{result.judgement.after}"
        for result in results[:SHOWN]
    ]
    return f"{len(results)} of {PROGRAMS}, among them\n\n" + "\n\n".join(parts)


def is_left(result: Judged) -> bool:
    """True if a program is not called migrated: something is left for a person."""
    partly = result.judgement.kind.startswith("partly left")
    return partly or result.judgement.verdict in (Verdict.LEFT, Verdict.UNCHANGED)


def wrappers_in(results: list[Judged]) -> list[Judged]:
    return [result for result in results if result.program.choices["kind"] == "wrapper"]


def test_hardly_any_program_that_is_called_migrated_is_wrong(results: list[Judged]) -> None:
    bad = of(results, Verdict.WRONG, Verdict.FAILED)
    wrong = [result for result in bad if not is_left(result)]
    wrappers = wrappers_in(wrong)
    assert len(wrong) - len(wrappers) <= WRONG_AT_MOST["others"], shown(wrong)
    assert len(wrappers) <= WRONG_AT_MOST["wrapper"], shown(wrappers)


def test_not_too_many_generated_programs_are_partly_left(results: list[Judged]) -> None:
    left = [result for result in results if is_left(result)]
    wrappers = wrappers_in(left)
    assert len(wrappers) <= LEFT_AT_MOST["wrapper"], shown(wrappers)
    assert len(left) - len(wrappers) <= LEFT_AT_MOST["others"], shown(left)


def test_generated_programs_run_before_their_migration(results: list[Judged]) -> None:
    broken = of(results, Verdict.NOT_RUN, Verdict.NOTHING)
    assert not broken, shown(broken)


def test_a_seed_gives_the_same_program_again() -> None:
    assert generate("again-7").text == generate("again-7").text


def test_fixing_a_choice_leaves_the_others() -> None:
    program = generate("again-7")
    other = generate("again-7", {"cuda": "pycuda"})
    assert other.choices["cuda"] == "pycuda"
    changed = {n for n, made in other.choices.items() if program.choices.get(n, made) != made}
    assert changed <= {"cuda"}


def test_shrinking_keeps_the_choice_that_matters() -> None:
    program = next(
        p
        for n in range(999)
        if len((p := generate(f"s-{n}")).deviations) > 5 and p.choices.get("executed") == "lambda"
    )

    def fails(attempt: Program) -> bool:
        return attempt.choices.get("executed") == "lambda"

    assert set(shrink(program, fails).deviations) == {"executed"}


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as made:
        yield made


def test_judge_calls_a_program_wrong_that_is_untouched_and_prints_something_else_on_10(
    judge: Judge,
) -> None:
    text = "import tensorrt as trt\nprint(hasattr(trt.ICudaEngine, 'num_' + 'bindings'))\n"
    judgement = judge.program(text)
    assert judgement.verdict is Verdict.WRONG
    assert judgement.kind == "on 10: prints"


def test_judge_calls_a_program_that_cannot_run_so(judge: Judge) -> None:
    judgement = judge.program("import tensorrt as trt\nraise SystemExit(3)\n")
    assert judgement.verdict is Verdict.NOT_RUN


def test_judge_calls_a_program_without_output_nothing(judge: Judge) -> None:
    assert judge.program("import tensorrt as trt\n").verdict is Verdict.NOTHING
