"""The report that people read."""

from __future__ import annotations

import re

from tests.report.samples import ADVISED, CLEAN, EMPTY, HELD, MIGRATED, REPORT
from trtmigrate.findings import FileResult, Report, Status
from trtmigrate.report.text import View, render_text


def test_dry_run_reads_like_this() -> None:
    assert render_text(REPORT, View(written=False)) == (
        "a b.py:2:5 TRT101 num_bindings is gone [fixable]\n"
        "\n"
        "c.py:2:5 TRT102 num_bindings is gone [fixable, review]\n"
        "c.py:2:5 TRT901 100% by hand, see: docs [left]\n"
        "\n"
        "d.py:2:5 TRT801 could be shorter [advice]\n"
        "\n"
        "2 files of 5 would change, 2 uses can be rewritten, 1 left for a person, 1 error\n"
        "     1 x TRT901 to be done by hand\n"
        "     1 x TRT102 ICudaEngine.x rewritten, to be reviewed\n"
        "next: --diff shows the edits, --write applies them\n"
        "next: trtmigrate explain TRT901 says what to do by hand\n"
    )


def test_written_run_says_what_was_done_and_how_to_prove_it() -> None:
    text = render_text(Report("10", (MIGRATED,)), View(written=True))
    assert "[fixed]" in text
    assert "1 file of 1 changed, 1 use rewritten, 0 left for a person\n" in text
    assert "next: trtmigrate verify BEFORE AFTER" in text


def test_edit_that_was_held_back_says_so() -> None:
    report = Report("10", (FileResult("h.py", Status.PARTIAL, (HELD,), None, "x", "x"),))
    assert "[held back]" in render_text(report, View(written=True))


def test_files_with_nothing_to_say_are_named_only_on_demand() -> None:
    report = Report("10", (CLEAN,))
    assert "g.py" not in render_text(report, View(written=False))
    assert "g.py unchanged\n" in render_text(report, View(written=False, verbosity=1))


def test_quiet_leaves_the_diff_alone() -> None:
    assert render_text(REPORT, View(written=False, verbosity=-1)) == ""
    diff = render_text(REPORT, View(written=False, verbosity=-1, diff=True))
    assert diff.startswith("--- a/a b.py\n")
    assert "+new\n \tz\n" in diff  # tabs are kept
    assert "-old\r\n+new\r\n" in diff  # carriage returns too


def test_plain_report_holds_no_escape_sequence() -> None:
    assert "\x1b" not in render_text(REPORT, View(written=False, diff=True, verbosity=1))


def test_colour_adds_nothing_but_colour() -> None:
    plain = render_text(REPORT, View(written=False, diff=True))
    painted = render_text(REPORT, View(written=False, diff=True, color=True))
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == plain


def test_nothing_to_do_suggests_nothing() -> None:
    for report in (EMPTY, Report("10", (CLEAN, ADVISED))):
        assert "next:" not in render_text(report, View(written=False))


def test_message_with_brackets_is_no_markup() -> None:
    finding = MIGRATED.findings[0].__class__(
        *("TRT101", 1, 1, 1, 2, "m", "engine[i] and [bold]x[/bold] :smile:", HELD.safety)
    )
    report = Report("10", (FileResult("a.py", Status.PARTIAL, (finding,), None, "x", "x"),))
    text = render_text(report, View(written=False))
    assert "engine[i] and [bold]x[/bold] :smile:" in text


def test_long_lines_are_not_wrapped() -> None:
    path = "very/" * 60 + "long.py"
    report = Report("10", (FileResult(path, Status.PARTIAL, (HELD,), None, "x", "x"),))
    assert render_text(report, View(written=False)).splitlines()[0].startswith(path + ":2:5 TRT102")
