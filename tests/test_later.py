"""The edits that only a later run over a text makes are told where they come from."""

from __future__ import annotations

from trtmigrate.findings import Finding, Safety
from trtmigrate.later import with_later


def finding(line: int, message: str = "m", applied: bool = True) -> Finding:
    return Finding("TRT006", line, 3, line, 9, "IBuilder.x", message, Safety.REVIEW, applied)


BEFORE = "a\nb = 1\n    c = 2\nd\n"


def test_edit_of_a_later_run_has_the_line_that_it_comes_from() -> None:
    now = "a\nnew\nb = 1\n    c = 3\nd\n"
    told = with_later([finding(1)], [finding(4, "later")], BEFORE, now)
    assert [(f.line, f.message) for f in told] == [(1, "m"), (3, "later")]
    assert (told[1].column, told[1].end_column) == (5, 10)


def test_what_was_told_is_not_told_again() -> None:
    told = [finding(2)]
    assert with_later(told, [finding(2)], BEFORE, BEFORE) == told


def test_what_is_left_in_a_later_run_is_no_edit_of_it() -> None:
    told = [finding(1)]
    assert with_later(told, [finding(2, "left", applied=False)], BEFORE, BEFORE) is told


def test_edit_in_a_line_that_is_new_is_told_at_its_neighbour() -> None:
    told = with_later([], [finding(5, "later")], "a\n", "a\nb\nc\nd\ne\n")
    assert [f.line for f in told] == [1]
