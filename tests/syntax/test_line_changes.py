"""Comparing texts line by line: the same steps as difflib, in a time that grows with the text."""

from __future__ import annotations

import difflib
import time
from random import Random

import pytest

from trtmigrate.syntax.line_changes import Opcode, opcodes

FUNCTION = ["def f{}(engine):", "    for i in range(engine.num_bindings):", "        show(i)", ""]


def applied(steps: list[Opcode], before: list[str], after: list[str]) -> list[str]:
    """Return what the steps make of `before`, with the lines that they take from `after`."""
    made: list[str] = []
    last = 0
    for tag, i1, i2, j1, j2 in steps:
        assert i1 == last
        last = i2
        made += before[i1:i2] if tag == "equal" else after[j1:j2]
    assert last == len(before)
    return made


def functions(count: int, *, named: bool) -> list[str]:
    return [line.format(n if named else "") for n in range(count) for line in FUNCTION]


def changed(lines: list[str]) -> list[str]:
    return [line.replace("num_bindings", "num_io_tensors") for line in lines]


@pytest.mark.parametrize("seed", range(30))
def test_steps_of_a_short_text_are_those_of_difflib(seed: int) -> None:
    random = Random(seed)
    before = [random.choice("abcdefgh") for _ in range(random.randrange(40))]
    after = [random.choice([line, line, "x", "y"]) for line in before if random.random() < 0.9]
    expected = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    assert opcodes(before, after) == expected


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kinds", [1, 3, 30, 3000])
def test_steps_of_a_long_text_make_the_other_text_of_it(seed: int, kinds: int) -> None:
    random = Random(seed)
    before = [str(random.randrange(kinds)) for _ in range(1500)]
    after = [random.choice([line, line, "x"]) for line in before if random.random() < 0.95]
    assert applied(opcodes(before, after), before, after) == after


@pytest.mark.parametrize("named", [True, False])
def test_each_line_that_is_changed_in_a_text_that_repeats_itself_is_a_step(named: bool) -> None:
    before = functions(3000, named=named)
    begin = time.process_time()
    steps = [step for step in opcodes(before, changed(before)) if step[0] != "equal"]
    assert time.process_time() - begin < 3  # difflib takes minutes
    assert steps == [("replace", n, n + 1, n, n + 1) for n in range(1, len(before), 4)]


def test_piece_that_cannot_be_cut_is_compared_as_a_whole() -> None:
    before = functions(3000, named=False)
    after = ["import numpy", *changed(before)]
    steps = opcodes(before, after)
    assert applied(steps, before, after) == after


def test_line_that_moved_is_no_place_to_cut_at() -> None:
    before = [*functions(200, named=True), "moved"]
    after = ["moved", *functions(200, named=True)]
    steps = [step for step in opcodes(before, after) if step[0] != "equal"]
    assert steps == [("insert", 0, 0, 0, 1), ("delete", 800, 801, 801, 801)]
