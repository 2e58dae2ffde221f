"""The documentation speaks of what is there, and of all of it."""

from __future__ import annotations

import re
from pathlib import Path

from trtmigrate.cli import _LAZY, cli
from trtmigrate.sources.config import _KEYS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_option_is_in_the_readme_and_no_other() -> None:
    options = {name for param in cli.commands["migrate"].params for name in param.opts}
    long = {name for name in options if name.startswith("--")} - {"--quiet", "--verbose"}
    table = README.split("## Command line")[1].split("| command |")[0]
    assert set(re.findall(r"--[a-z][a-z-]+", table)) == long
    assert "`-q`, `-v`" in table


def test_every_command_is_in_the_readme() -> None:
    for name in {*cli.commands, *_LAZY} - {"migrate"}:
        assert f"`trtmigrate {name}" in README


def test_every_key_of_the_configuration_is_in_the_readme() -> None:
    section = README.split("[tool.trtmigrate]\n")[1].split("```")[0]
    for key in _KEYS:
        assert key in section


def test_entry_points_are_executable() -> None:
    for name in ("scripts/test", "scripts/demo", ".ci/run"):
        assert (ROOT / name).stat().st_mode & 0o111
