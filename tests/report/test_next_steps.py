"""The next step fits what was asked for and what was found."""

from __future__ import annotations

from dataclasses import replace

from tests.report.samples import ADVISED, CLEAN, HELD, LEFT, MIGRATED
from trtmigrate.findings import FileResult, Finding, Report, Status
from trtmigrate.report.next_steps import Asked, next_steps


def steps(*files: FileResult, asked: Asked | None = None, written: bool = False) -> str:
    return "\n".join(next_steps(Report("10", files), asked or Asked(), written=written))


def left(*findings: Finding) -> FileResult:
    return FileResult("a.py", Status.PARTIAL, findings, None, "x", "x")


def test_dry_run_leads_to_diff_and_write() -> None:
    assert steps(MIGRATED) == "add --diff to see the edits in full, --write to apply them"


def test_option_that_was_given_is_not_suggested() -> None:
    assert "--diff" not in steps(MIGRATED, asked=Asked(diff=True))
    assert "--todo" not in steps(left(LEFT), asked=Asked(comments=True))
    assert "--write" not in steps(MIGRATED, written=True)


def test_check_is_not_to_be_combined_with_write() -> None:
    assert "in place of --check" in steps(MIGRATED, asked=Asked(check=True))


def test_standard_input_is_not_to_be_written() -> None:
    for asked in (Asked(stdin=True, diff=True), Asked(stdin=True, check=True)):
        assert "--write" not in steps(MIGRATED, left(LEFT), asked=asked)


def test_edits_that_were_held_back_are_counted_where_only_safe_ones_were_wanted() -> None:
    held = left(replace(HELD, edited=True))
    assert "without --only-safe, up to 1 more use" in steps(held, asked=Asked(only_safe=True))
    assert steps(held) == ""


def test_codes_to_be_explained_are_those_that_are_left_most_often_first() -> None:
    other = replace(LEFT, code="TRT207")
    assert "trtmigrate explain TRT207 TRT901 says" in steps(left(LEFT, other, other))


def test_nothing_to_do_leads_nowhere() -> None:
    assert steps(CLEAN) == ""


def test_check_says_how_to_keep_a_line() -> None:
    assert "# trtmigrate: ignore[TRT101] on a line" in steps(MIGRATED, asked=Asked(check=True))
    assert "ignore[" not in steps(MIGRATED)
    assert "ignore[" not in steps(ADVISED, CLEAN, asked=Asked(check=True))


def test_hook_says_where_its_commands_come_from() -> None:
    assert "pip install trtmigrate" in steps(left(LEFT), asked=Asked(hook=True))
    assert "pip install" not in steps(left(LEFT), asked=Asked(check=True))
    assert steps(CLEAN, asked=Asked(hook=True)) == ""
