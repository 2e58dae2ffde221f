"""Workflow commands: one line each, escaped as the runner wants it."""

from __future__ import annotations

from tests.report.samples import REPORT
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
        "::error file=e%2Cf.py,title=trtmigrate::e,f.py:7: is broken",
    ]
