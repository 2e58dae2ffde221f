"""Verify finds programs that are broken, and passes programs that only look broken.

Each break is made in the migration of one small program; scripts/make_break_score.py tries more.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.verify.breaks.catalog import BREAKS, Break, break_program
from tests.verify.breaks.judge import Judged, fast_simulators, judge, migrated

PROGRAMS = Path(__file__).parents[2] / "programs"

Judge = dict[str, Judged]


def name(one: Break) -> str:
    return one.function


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """What verify says of each break, by the name of its function."""
    found: Judge = {}
    work = tmp_path_factory.mktemp("breaks")
    with fast_simulators():
        for stem in dict.fromkeys(one.program for one in BREAKS):
            path = PROGRAMS / f"{stem}.py"
            breaks = [one for one in BREAKS if one.program == stem]
            for result in judge(path, migration_of(stem), breaks, work):
                found[result.broken.function] = result
        yield found


@cache
def migration_of(stem: str) -> str:
    return migrated(PROGRAMS / f"{stem}.py")


def test_there_are_many_breaks_and_few_that_are_not_covered() -> None:
    breaks = [one for one in BREAKS if not one.same]
    assert len(breaks) >= 100
    assert len([one for one in breaks if one.uncovered]) <= 4
    assert len({one.name for one in BREAKS}) == len(BREAKS)


@pytest.mark.parametrize("one", [b for b in BREAKS if not (b.uncovered or b.same)], ids=name)
def test_break_is_found(judged: Judge, one: Break) -> None:
    result = judged[one.function]
    assert result.applied, "the break did not take place"
    assert result.found


@pytest.mark.parametrize("one", [b for b in BREAKS if b.uncovered], ids=name)
def test_break_that_is_not_covered_is_still_not_found(judged: Judge, one: Break) -> None:
    """If this fails, verify has got better: the break belongs to those that are found."""
    result = judged[one.function]
    assert result.applied, "the break did not take place"
    assert not result.found


@pytest.mark.parametrize("one", [b for b in BREAKS if b.same], ids=name)
def test_other_code_that_does_the_same_is_identical(judged: Judge, one: Break) -> None:
    result = judged[one.function]
    assert result.applied, "the other code did not run"
    assert not result.found, result.result.reason


def test_broken_text_differs_from_the_migration_in_its_calls_only() -> None:
    one = next(b for b in BREAKS if b.function == "addresses.drop_input")
    text = break_program("'''Doc.'''\ncontext.set_tensor_address(name, 3)\nx = 1\n", one)
    assert text.splitlines() == [
        '"""Doc."""',
        "import broken.addresses",
        "broken.addresses.drop_input(context, 'set_tensor_address', name, 3)",
        "x = 1",
    ]
