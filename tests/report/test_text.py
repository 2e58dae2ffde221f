"""The report that people read."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.report.samples import (
    ADVICE,
    ADVISED,
    CLEAN,
    EMPTY,
    FIX,
    HELD,
    LEFT,
    MIGRATED,
    PARTIAL,
    REPORT,
    REVIEW,
)
from trtmigrate.findings import FileResult, Report, Status
from trtmigrate.report.text import View, render_file, render_text


def test_dry_run_reads_like_this() -> None:
    assert render_text(REPORT, View(written=False)) == (
        "a b.py: 1 safe\n"
        "\n"
        "a b.py:2:5 TRT101 num_bindings is gone [fixable]\n"
        "2 - old\n"
        "  + new\n"
        "\n"
        "c.py: 1 left for a person, 1 to be reviewed\n"
        "\n"
        "c.py:2:5 TRT901 100% by hand, see: docs [left]\n"
        "2 | hard\n"
        "\n"
        "c.py:2:5 TRT102 num_bindings is gone [fixable, review]\n"
        "2 | hard\n"
        "\n"
        "d.py: 1 advice\n"
        "\n"
        "d.py:2:5 TRT801 could be shorter [advice]\n"
        "\n"
        "2 files of 5 would change, 2 uses would be rewritten, 1 left for a person, 1 error\n"
        "     1 x TRT901 to be done by hand\n"
        "     1 x TRT102 ICudaEngine.x would be rewritten, to be reviewed\n"
        "next: add --diff to see the edits in full, --write to apply them\n"
        "next: trtmigrate explain TRT901 says what to do by hand, and so does "
        "https://trtmigrate.example/docs/rules/\n"
        "next: --write --todo also writes a comment at each place that is left\n"
    )


def test_concise_report_has_a_line_for_each_finding_in_the_order_of_the_file() -> None:
    text = render_text(REPORT, View(written=False, concise=True))
    assert text.startswith(
        "a b.py:2:5 TRT101 num_bindings is gone [fixable]\n"
        "c.py:2:5 TRT102 num_bindings is gone [fixable, review]\n"
        "c.py:2:5 TRT901 100% by hand, see: docs [left]\n"
        "d.py:2:5 TRT801 could be shorter [advice]\n"
        "2 files of 5 would change"
    )


def test_statistics_count_by_code_and_list_no_finding() -> None:
    text = render_text(REPORT, View(written=False, statistics=True))
    assert text.startswith(
        "     1  TRT101  1 safe\n"
        "     1  TRT102  1 review\n"
        "     1  TRT801  1 advice\n"
        "     1  TRT901  1 left\n"
        "2 files of 5 would change"
    )
    assert "a b.py" not in text


def test_each_class_of_findings_has_a_colour_of_its_own() -> None:
    files = [
        FileResult("a.py", Status.PARTIAL, (finding,), None, "x\ny\n", "x\ny\n")
        for finding in (FIX, REVIEW, HELD, LEFT, ADVICE)
    ]
    view = View(written=False, color=True, concise=True)
    colours = {re.findall(r"\x1b\[([\d;]+)mTRT", render_file(file, view))[0] for file in files}
    assert len(colours) == len(files)


def test_what_is_left_comes_first_and_advice_last() -> None:
    findings = tuple(
        replace(finding, line=line, end_line=line)
        for line, finding in enumerate((ADVICE, FIX, REVIEW, HELD, LEFT), 1)
    )
    file = FileResult("a.py", Status.PARTIAL, findings, None, "1\n2\n3\n4\n5", "1\n2\n3\n4\n5")
    text = render_file(file, View(written=False))
    assert re.findall(r"a\.py:(\d)", text) == ["5", "4", "3", "2", "1"]
    assert text.startswith(
        "a.py: 1 left for a person, 1 held back, 1 to be reviewed, 1 safe, 1 advice\n"
    )


def test_safe_edits_that_are_written_are_named_without_their_source() -> None:
    assert "2 - old" not in render_text(Report("10", (MIGRATED,)), View(written=True))
    assert "2 | hard" in render_text(Report("10", (PARTIAL,)), View(written=True))


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
    assert f"\n{path}:2:5 TRT102 num_bindings" in render_text(report, View(written=False))
