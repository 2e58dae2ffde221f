"""One page that needs nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from tests.report.samples import EMPTY, FIX, LEFT, REPORT
from trtmigrate.findings import FileResult, Report, Status
from trtmigrate.report.html import render_html


class Balanced(HTMLParser):
    """Remembers which elements are open, and every address that is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [
            value or ""
            for name, value in attrs
            if name == "src" or (name == "href" and not (value or "").startswith("#"))
        ]
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_well_formed_and_loads_nothing() -> None:
    for report in (REPORT, EMPTY):
        page = Balanced()
        page.feed(render_html(report, version="1", written=False))
        page.close()
        assert page.open == page.loaded == []


def test_findings_errors_and_diffs_are_there() -> None:
    page = render_html(REPORT, version="1.2", written=False)
    for text in ("TRT101", "a b.py", "e,f.py:7: is broken", "+new", "Version 1.2", "TensorRT 10"):
        assert text in page
    assert "g.py" not in page  # nothing to say about it


def test_text_of_the_user_is_escaped() -> None:
    finding = replace(FIX, line=1, end_line=1, message="<script>alert(1)</script>")
    file = FileResult("<b>.py", Status.MIGRATED, (finding,), None, "<i>\n", "<u>\n")
    page = render_html(Report("10", (file,)), version="1", written=False)
    for raw in ("<script>alert", "<b>.py", "<i>", "<u>"):
        assert raw not in page
    for shown in ("&lt;script&gt;alert", "&lt;b&gt;.py", "&lt;u&gt;"):
        assert shown in page


def test_page_has_no_inline_handlers_and_no_inline_styles() -> None:
    page = render_html(REPORT, version="1", written=False)
    tags = re.findall(r"<[a-z][^>]*>", page)
    assert not any(re.search(r"\s(on\w+|style)=", tag) for tag in tags)
    assert "unsafe-inline" not in page


def test_file_that_failed_and_files_with_most_left_come_first() -> None:
    files = [
        FileResult(name, status, findings, error, "x", "x")
        for name, status, findings, error in (
            ("fine.py", Status.MIGRATED, (FIX,), None),
            ("one.py", Status.PARTIAL, (LEFT,), None),
            ("two.py", Status.PARTIAL, (LEFT, LEFT), None),
            ("bad.py", Status.FAILED, (), "bad.py:1: is broken"),
        )
    ]
    page = render_html(Report("10", tuple(files)), version="1", written=False)
    assert re.findall(r'<h2><span class="code">(\w+)', page) == ["bad", "two", "one", "fine"]


def test_place_is_marked_in_its_line_and_the_new_line_is_beside_it() -> None:
    finding = replace(FIX, line=1, end_line=1, column=5, end_column=10)
    file = FileResult(
        "a.py", Status.MIGRATED, (finding,), None, "n = x.old + 1\n", "n = x.new + 1\n"
    )
    page = render_html(Report("10", (file,)), version="1", written=False)
    assert "<span>n = <mark>x.old</mark> + 1</span>" in page
    assert "<span>n = x.new + 1</span>" in page


def test_dry_run_and_written_run_say_which_they_are() -> None:
    assert "this is what <code>--write</code> would do" in render_html(
        REPORT, version="1", written=False
    )
    assert "The edits are written." in render_html(REPORT, version="1", written=True)


def test_rules_have_their_titles_where_they_are_known() -> None:
    page = render_html(REPORT, version="1", written=False, titles={"TRT101": "Number of bindings"})
    assert "TRT101 Number of bindings (1)" in page
