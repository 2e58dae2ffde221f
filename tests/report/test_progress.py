"""A bar on a terminal after a second, and never in a pipe."""

from __future__ import annotations

import io

import pytest

from trtmigrate import interrupt
from trtmigrate.report import progress
from trtmigrate.report.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "DELAY", 0.0)


def test_pipe_sees_nothing(soon: None) -> None:
    stream = io.StringIO()
    bar = Progress(stream)
    bar(1, 2)
    bar.hide()
    assert stream.getvalue() == ""


def test_dumb_terminal_sees_nothing(soon: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    bar = Progress(stream)
    bar(1, 2)
    bar.hide()
    assert stream.getvalue() == ""


def test_short_run_sees_nothing() -> None:
    stream = Terminal()
    bar = Progress(stream)
    bar(1, 2)
    bar.hide()
    assert stream.getvalue() == ""


def test_long_run_sees_the_count_of_files_in_a_bar_that_goes_away(soon: None) -> None:
    stream = Terminal()
    bar = Progress(stream)
    bar(1, 2)
    assert "1/2" in stream.getvalue() and "files" in stream.getvalue()
    bar.hide()
    assert stream.getvalue().endswith("\x1b[2K")  # the line of the bar is cleared
    assert stream.getvalue().rindex("\x1b[?25h") > stream.getvalue().rindex("\x1b[?25l")


def test_signal_while_the_bar_is_drawn_brings_the_cursor_back(soon: None) -> None:
    bar = Progress(Terminal())
    bar(1, 2)
    assert b"\x1b[?25h" in interrupt._last_words
    bar.hide()
    assert interrupt._last_words == b""


def test_bar_comes_back_after_something_was_printed(soon: None) -> None:
    stream = Terminal()
    bar = Progress(stream)
    bar(1, 3)
    bar.hide()
    bar(2, 3)
    bar.hide()
    assert "2/3" in stream.getvalue()
