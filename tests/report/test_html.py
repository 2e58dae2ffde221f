"""One page that needs nothing else."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from tests.report.samples import EMPTY, FIX, REPORT
from trtmigrate.findings import FileResult, Report, Status
from trtmigrate.report.html import render_html


class Balanced(HTMLParser):
    """Remembers which elements are open, and every address that is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag != "meta":
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
    finding = replace(FIX, message="<script>alert(1)</script>")
    file = FileResult("<b>.py", Status.MIGRATED, (finding,), None, "<i>\n", "<u>\n")
    page = render_html(Report("10", (file,)), version="1", written=False)
    for raw in ("<script>", "<b>.py", "<i>", "<u>"):
        assert raw not in page
