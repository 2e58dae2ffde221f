"""The diff applies, byte for byte."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from trtmigrate.findings import FileResult, Status
from trtmigrate.report.diff import add_colors, unified_diff


def changed(before: str, after: str, path: str = "a.py") -> FileResult:
    return FileResult(path, Status.MIGRATED, (), None, before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc\n", "a\nB\nc\n"),
        ("a\nb", "a\nB"),
        ("a\nb", "a\nb\nc\n"),
        ("a\r\nb\r\nc\n", "a\r\nB\r\nc\n"),
        ("a\rb\r", "a\rB\r"),
        ("a\x0cb\u2028c\nd\n", "a\x0cb\u2028C\nd\n"),
        ("\ta\n" + "x\n" * 20 + "b\n", "\tA\n" + "x\n" * 20 + "B\n"),
        ("-- a\n++ b\n", "-- a\n++ c\n"),
    ],
)
def test_diff_applies(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(before.encode())
    diff = unified_diff(changed(before, after))
    subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=tmp_path, check=True)
    assert path.read_bytes() == after.encode()


def test_file_that_did_not_change_has_no_diff() -> None:
    assert unified_diff(changed("a\n", "a\n")) == ""
    assert unified_diff(FileResult("a.py", Status.FAILED, error="a.py: no")) == ""


def test_absolute_path_stays_below_the_prefixes() -> None:
    diff = unified_diff(changed("a\n", "b\n", "/x/a.py"))
    assert diff.startswith("--- a/x/a.py\n+++ b/x/a.py\n")


def test_colour_adds_nothing_but_colour() -> None:
    diff = unified_diff(changed("a\r\n\tb\nc", "a\r\n\tB\nc"))
    painted = add_colors(diff)
    assert "\x1b[31m-\tb\x1b[0m\n" in painted
    assert "\x1b[32m+\tB\x1b[0m\n" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == diff
