"""What a terminal would obey is shown instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trtmigrate.findings import FileResult, Finding, Report, Safety, Status
from trtmigrate.report.github import render_github
from trtmigrate.report.html import render_html
from trtmigrate.report.json import render_json
from trtmigrate.report.sarif import render_sarif
from trtmigrate.report.text import View, render_text
from trtmigrate.report.visible import visible, visible_lines

HOSTILE = "a\n::stop-commands::x\r\x1b[2J\x1b]8;;http://x\x07\x9b31m\u202e\u2028\udcff<script>&'\"[bold].py"
FINDING = Finding("TRT101", 1, 1, 1, 2, HOSTILE, HOSTILE, Safety.SAFE, True)
REPORT = Report(
    "10",
    (
        FileResult(HOSTILE, Status.MIGRATED, (FINDING,), None, f"# {HOSTILE}\n", "new\n"),
        FileResult(HOSTILE, Status.FAILED, error=f"{HOSTILE}:1: is broken"),
    ),
)
FORMS = {
    "text": render_text(REPORT, View(written=False, diff=True, verbosity=1, terminal=True)),
    "github": render_github(REPORT),
    "concise": render_text(REPORT, View(written=False, concise=True)),
    "json": render_json(REPORT, version="1", written=False, diff=True),
    "sarif": render_sarif(REPORT, version="1", written=False, rules=()),
    "html": render_html(REPORT, version="1", written=False),
}
OBEYED = set("\x1b\x07\x9b\u202e\u2028\udcff")


@pytest.mark.parametrize("form", FORMS)
def test_no_report_holds_what_a_terminal_obeys(form: str) -> None:
    assert not OBEYED & set(FORMS[form])
    FORMS[form].encode()  # no halves of surrogate pairs


@pytest.mark.parametrize("form", FORMS)
def test_no_line_of_a_report_begins_as_the_hostile_name_wants(form: str) -> None:
    lines = FORMS[form].replace("\r", "\n").split("\n")
    assert not any(line.startswith("::stop-commands::") for line in lines)


@pytest.mark.parametrize("form", FORMS)
def test_markup_of_rich_is_text_in_every_report(form: str) -> None:
    assert "[bold]" in FORMS[form]


def test_page_holds_no_markup_of_a_name() -> None:
    assert "<script>&" not in FORMS["html"]  # as the name has it
    assert "default-src 'none'" in FORMS["html"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 日本 \u00a0", "plain é 日本 \u00a0"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\x9b\x7f\x00", "\\x9b\\x7f\\x00"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("\udcff", "\\udcff"),
    ],
)
def test_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_visible_text_is_one_line_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert visible(shown) == shown


def test_line_ends_and_tabs_of_a_source_stay() -> None:
    assert visible_lines("a\tb\r\nc\rd\n") == "a\tb\r\nc\\rd\n"
