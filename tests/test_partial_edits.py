"""A part of the edits leaves a program that computes and prints the same on TensorRT 8.6.

`--only-safe`, `--select` and `--ignore` make a part of the edits. `scripts/fuzz.py cases
--only-safe` and `scripts/fuzz.py cases --each-code` judge all programs; here is a sample of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.generator.judge import Judge, Options, Verdict

ROOT = Path(__file__).parents[1]
PROGRAMS = ROOT / "tests" / "programs"
# Some edit is held back in each of them.
HELD_BACK = [
    *(PROGRAMS / f"{name}.py" for name in ("profiles_binding_pad", "profiles_names_with_suffix")),
    *(PROGRAMS / f"{name}.py" for name in ("active_profile_stream_pycuda", "shape_input_async")),
    ROOT / "examples" / "counting_cudart.py",
]
# Where one kind of edit is wrong without another one.
NEEDED = [
    ("profiles_names_with_suffix", Options(ignore=("TRT102",))),
    ("profiles_names_with_suffix", Options(select=("TRT114",))),
    ("profiles_offset_in_branches", Options(ignore=("TRT101",))),
    ("profiles_offset_in_branches", Options(ignore=("TRT111",))),
    ("profiles_offset_in_branches", Options(select=("TRT105",))),
]


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as made:
        yield made


@pytest.mark.parametrize("path", HELD_BACK, ids=lambda path: path.stem)
def test_only_safe_edits_leave_a_program_that_does_the_same(path: Path, judge: Judge) -> None:
    judge.options = Options(only_safe=True)
    judgement = judge.file(path)
    assert judgement.verdict in (Verdict.LEFT, Verdict.UNCHANGED), judgement.reason
    assert judgement.findings  # says what it held back


@pytest.mark.parametrize(("name", "options"), NEEDED)
def test_edits_of_some_codes_leave_a_program_that_does_the_same(
    name: str, options: Options, judge: Judge
) -> None:
    judge.options = options
    judgement = judge.file(PROGRAMS / f"{name}.py")
    assert judgement.verdict in (Verdict.LEFT, Verdict.IDENTICAL, Verdict.UNCHANGED), (
        judgement.reason
    )
