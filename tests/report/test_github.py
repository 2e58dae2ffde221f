"""Workflow commands: one line each, escaped as the runner wants it."""

from __future__ import annotations

from dataclasses import replace

from tests.report.samples import BROKEN, REPORT
from trtmigrate.findings import Report
from trtmigrate.report.github import render_github


def test_every_finding_and_error_is_one_line() -> None:
    assert render_github(REPORT).splitlines() == [
        "::warning file=a b.py,line=2,endLine=2,col=5,endColumn=17,title=trtmigrate TRT101"
        "::TRT101 num_bindings is gone",
        "::warning file=c.py,line=2,endLine=2,col=5,endColumn=17,title=trtmigrate TRT102"
        "::TRT102 num_bindings is gone",
        "::error file=c.py,line=2,endLine=3,title=trtmigrate TRT901"
        "::TRT901 100%25 by hand,%0Asee: docs",
        "::notice file=d.py,line=2,endLine=3,title=trtmigrate TRT801::TRT801 could be shorter",
        "::error file=e%2Cf.py,line=7,title=trtmigrate::e,f.py:7: is broken",
    ]


def test_error_without_a_line_is_about_the_whole_file() -> None:
    for error in ("e,f.py: is read-only", "e,f.py: 7: is read-only"):
        (line,) = render_github(Report("10", (replace(BROKEN, error=error),))).splitlines()
        assert "line=" not in line
