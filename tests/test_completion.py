"""Completion in a shell: commands, and what the default command takes."""

from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from trtmigrate.cli import cli


def completions(*words: str) -> set[tuple[str, str]]:
    """What completes the last word: type and value."""
    *before, last = words
    shell = ShellComplete(cli, {}, "trtmigrate", "_TRTMIGRATE_COMPLETE")
    return {(item.type, item.value) for item in shell.get_completions(before, last)}


@pytest.mark.parametrize("before", [(), ("a.py",), ("--diff",), ("--target", "10", "a.py")])
def test_options_of_the_default_command_are_completed(before: tuple[str, ...]) -> None:
    assert completions(*before, "--wr") == {("plain", "--write")}
    assert ("plain", "--add-ignores") in completions(*before, "--a")


@pytest.mark.parametrize("before", [(), ("a.py",), ("--diff",)])
def test_files_are_completed(before: tuple[str, ...]) -> None:
    assert ("file", "sr") in completions(*before, "sr")


def test_commands_are_completed_and_the_hidden_one_is_not() -> None:
    assert {name for kind, name in completions("") if kind == "plain"} == {
        "rules",
        "explain",
        "verify",
        "lsp",
    }
    assert completions("ver") == {("plain", "verify"), ("file", "ver")}
    assert ("plain", "migrate") not in completions("mi")


def test_values_of_options_are_completed() -> None:
    assert completions("--output-format", "sa") == {("plain", "sarif")}
    assert completions("rules", "--output-format", "j") == {("plain", "json")}


def test_options_of_the_group_are_completed() -> None:
    assert ("plain", "--version") in completions("--ver")
