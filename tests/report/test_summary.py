"""Counts and the exit code that scripts depend on."""

from __future__ import annotations

import pytest

from tests.report.samples import (
    ADVICE,
    ADVISED,
    BROKEN,
    CLEAN,
    FIX,
    HELD,
    LEFT,
    MIGRATED,
    PARTIAL,
    REPORT,
)
from trtmigrate.findings import FileResult, Finding, Report, Status
from trtmigrate.report.summary import Summary, exit_code, state, summarize, without_advice

HELD_BACK = FileResult("h.py", Status.PARTIAL, (HELD,), None, "x", "x")
SKIPPED = FileResult("s.py", Status.SKIPPED, (), None, "x", "x")


def test_advice_is_a_finding_but_is_not_left() -> None:
    assert summarize(REPORT) == Summary(files=5, changed=2, findings=4, applied=2, left=1, errors=1)


@pytest.mark.parametrize(
    ("files", "dry", "written"),
    [
        ((), 0, 0),
        ((CLEAN,), 0, 0),
        ((SKIPPED,), 0, 0),
        ((ADVISED,), 0, 0),
        ((MIGRATED,), 1, 0),
        ((MIGRATED, CLEAN), 1, 0),
        ((PARTIAL,), 1, 1),
        ((HELD_BACK,), 1, 1),
        ((MIGRATED, PARTIAL), 1, 1),
        ((BROKEN,), 2, 2),
        ((MIGRATED, PARTIAL, BROKEN), 2, 2),
    ],
)
def test_exit_code(files: tuple[FileResult, ...], dry: int, written: int) -> None:
    report = Report("10", files)
    assert exit_code(report, written=False) == dry
    assert exit_code(report, written=True) == written


@pytest.mark.parametrize(
    ("finding", "dry", "written"),
    [
        (FIX, "fixable", "fixed"),
        (HELD, "held back", "held back"),
        (LEFT, "left", "left"),
        (ADVICE, "advice", "advice"),
    ],
)
def test_state_of_a_finding(finding: Finding, dry: str, written: str) -> None:
    assert state(finding, written=False) == dry
    assert state(finding, written=True) == written


def test_without_advice_nothing_else_is_lost() -> None:
    trimmed = without_advice(REPORT)
    assert summarize(trimmed).findings == 3
    assert [file.path for file in trimmed.files] == [file.path for file in REPORT.files]


@pytest.mark.parametrize(
    ("files", "dry", "written"),
    [
        ((CLEAN,), 0, 0),
        ((MIGRATED,), 1, 0),
        ((PARTIAL,), 5, 4),
        ((HELD_BACK,), 4, 4),
        ((MIGRATED, BROKEN), 2, 2),
        ((ADVISED,), 0, 0),
    ],
)
def test_detailed_exit_code_tells_edits_from_what_is_left(
    files: tuple[FileResult, ...], dry: int, written: int
) -> None:
    report = Report("10", files)
    assert exit_code(report, written=False, detailed=True) == dry
    assert exit_code(report, written=True, detailed=True) == written
