"""Who decides whether there are colours: the option, then the environment, then the terminal."""

from __future__ import annotations

import io

import pytest

from trtmigrate.report.color import wants_color


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_terminal_has_colours_and_a_pipe_has_none() -> None:
    assert wants_color(Terminal())
    assert not wants_color(io.StringIO())


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, False),
    ],
)
def test_environment_counts_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wants_color(io.StringIO()) is expected


@pytest.mark.parametrize("variable", ["NO_COLOR", "TERM"])
def test_environment_counts_on_a_terminal(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "dumb")
    assert not wants_color(Terminal())


def test_option_overrules_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert wants_color(io.StringIO(), "always")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert not wants_color(Terminal(), "never")
