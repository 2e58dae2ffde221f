"""A bar on a terminal after a second, and never in a pipe."""

from __future__ import annotations

import io

import pytest

from trtmigrate.report import progress
from trtmigrate.report.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_pipe_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DELAY", 0.0)
    stream = io.StringIO()
    bar = Progress(stream)
    bar(1, 2)
    bar.close()
    assert stream.getvalue() == ""


def test_short_run_sees_nothing() -> None:
    stream = Terminal()
    bar = Progress(stream)
    bar(1, 2)
    bar.close()
    assert stream.getvalue() == ""


def test_long_run_sees_a_bar_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DELAY", 0.0)
    stream = Terminal()
    bar = Progress(stream)
    bar(1, 2)
    assert "1/2 files" in stream.getvalue()
    bar.close()
    assert stream.getvalue().endswith("\r")
