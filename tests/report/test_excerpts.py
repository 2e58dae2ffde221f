"""Source lines with the places of findings underlined, and with what comes in their place."""

from __future__ import annotations

from dataclasses import replace

from tests.report.samples import FIX, LEFT
from trtmigrate.findings import CellSource, FileResult, Finding, Status
from trtmigrate.report.excerpts import MOST_LINES, draw
from trtmigrate.report.lines import to_text
from trtmigrate.report.passages import passages


def at(line: int, column: int, end: int, *, end_line: int = 0, applied: bool = True) -> Finding:
    finding = FIX if applied else LEFT
    place = {"line": line, "column": column, "end_line": end_line or line, "end_column": end}
    return replace(finding, **place)  # type: ignore[arg-type]


def drawn(before: str, after: str, *findings: Finding) -> list[str]:
    file = FileResult("a.py", Status.PARTIAL, findings, None, before, after)
    return [to_text(draw(passage, ""), color=False) for passage in passages(file)]


def test_place_is_underlined_and_its_replacement_follows() -> None:
    assert drawn("n = engine.old\n", "n = engine.new\n", at(1, 5, 15)) == [
        "1 - n = engine.old\n"  # a line that goes
        "  |     ^^^^^^^^^^\n"
        "  + n = engine.new\n"
    ]


def test_finding_without_an_edit_shows_its_line_alone() -> None:
    assert drawn("n = engine.old\n", "n = engine.old\n", at(1, 5, 15, applied=False)) == [
        "1 | n = engine.old\n  |     ^^^^^^^^^^\n"
    ]


def test_finding_that_is_left_beside_an_edit_does_not_claim_the_edit() -> None:
    left, fixed = drawn(
        "f(a.old, b.old)\n", "f(a.old, b.new)\n", at(1, 3, 8, applied=False), at(1, 10, 15)
    )
    assert "+" not in left
    assert "+ f(a.old, b.new)" in fixed


def test_lines_that_change_side_by_side_are_passages_of_their_own() -> None:
    found = drawn("a = x.old\nb = y.old\n", "a = x.new\nb = y.new\n", at(1, 5, 10), at(2, 5, 10))
    assert [text.count("+") for text in found] == [1, 1]


def test_findings_of_one_change_share_its_passage() -> None:
    found = drawn("f(a.old, b.old)\n", "f(a.new, b.new)\n", at(1, 3, 8), at(1, 10, 15))
    assert found == ["1 - f(a.old, b.old)\n  |   ^^^^^  ^^^^^\n  + f(a.new, b.new)\n"]


def test_change_of_several_lines_shows_those_between_too() -> None:
    before, after = "x.old(\n    a,\n    1)\n", "x.new(\n    a,\n    2)\n"
    (text,) = drawn(before, after, at(1, 1, 7, end_line=3))
    assert text == (
        "1 - x.old(\n  | ^^^^^^\n"
        "2 -     a,\n  |     ^^\n"
        "3 -     1)\n  |     ^^\n"
        "  + x.new(\n  +     a,\n  +     2)\n"
    )  # fmt: skip


def test_line_that_goes_without_a_successor_has_none() -> None:
    assert drawn("a\nx.old = 1\nb\n", "a\nb\n", at(2, 1, 10)) == ["2 - x.old = 1\n  | ^^^^^^^^^\n"]


def test_marks_are_below_the_place_behind_tabs_and_wide_characters() -> None:
    (text,) = drawn("\tж = '日本'; x.old\n", "", at(1, 12, 17, applied=False))
    assert text == "1 |     ж = '日本'; x.old\n  |                 ^^^^^\n"


def test_control_characters_are_shown_and_the_marks_move_along() -> None:
    (text,) = drawn("'\x1b[31m'; x.old\n", "", at(1, 10, 15, applied=False))
    assert text == "1 | '\\x1b[31m'; x.old\n  |             ^^^^^\n"


def test_lines_are_counted_as_python_counts_them() -> None:
    (text,) = drawn("a\rb\r\nx.old\x0c\n", "", at(3, 1, 6, applied=False))
    assert text.startswith("3 | x.old")


def test_long_passage_says_how_much_is_not_shown() -> None:
    before = "".join(f"old{n}\n" for n in range(40))
    (text,) = drawn(before, "new\n", at(1, 1, 5, end_line=40))
    assert f"... {40 - MOST_LINES} more lines" in text
    assert f"old{MOST_LINES}" not in text


def test_place_outside_of_the_text_is_no_error() -> None:
    assert drawn("a\n", "a\n", at(9, 1, 2, applied=False)) == [""]


def test_lines_of_a_notebook_are_those_of_its_cells() -> None:
    findings = (
        replace(at(2, 1, 6), cell=2),
        replace(at(3, 1, 6, applied=False), cell=2),
        replace(at(1, 1, 2, applied=False), cell=1),
    )
    cells = (
        CellSource(1, "n = 1", "n = 1"),
        CellSource(2, "a = 1\nx.old\ny.old", "a = 1\nx.new\ny.old"),
    )
    file = FileResult("a.ipynb", Status.PARTIAL, findings, None, "{}", "{ }", cells)
    assert [to_text(draw(passage, ""), color=False) for passage in passages(file)] == [
        "2 - x.old\n  | ^^^^^\n  + x.new\n",
        "3 | y.old\n  | ^^^^^\n",
        "1 | n = 1\n  | ^\n",
    ]
