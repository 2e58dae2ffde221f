"""Every fixture in the folders of tests/fixtures: `SITUATION.before.py` becomes
`SITUATION.after.py`, `SITUATION.unchanged.py` stays.

A first line `# target: 11`, `# select: TRT7` or `# drop-old: yes` sets the options.
`SITUATION.findings.txt` states each finding with its line, code, safety and message.
scripts/make_fixture_findings.py writes it.
`# LEFT: CODE` at the end of a line of the input is written by hand: a finding of that code is left
for a person there, and nowhere else.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from make_fixture_findings import (
    ROOT,
    RULES,
    findings_path,
    inputs,
    listed_rules,
    migrated,
    read,
    stated,
)

from trtmigrate import FileResult, Status

BEFORE = [path for path in inputs() if path.name.endswith(".before.py")]
UNCHANGED = [path for path in inputs() if path.name.endswith(".unchanged.py")]


def assert_findings(path: Path, result: FileResult) -> None:
    assert stated(result) == read(findings_path(path))
    assert {(f.line, f.code) for f in result.left} == left_by_hand(path)


def left_by_hand(path: Path) -> set[tuple[int, str]]:
    found = set()
    for number, line in enumerate(read(path).splitlines(), 1):
        marked = re.search(r"# LEFT: ([\w, ]+)$", line)
        if marked:
            found |= {(number, code) for code in re.split(r",\s*", marked[1].strip())}
    return found


def after_path(before: Path) -> Path:
    return before.with_name(before.name.replace(".before.py", ".after.py"))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def test_there_are_fixtures() -> None:
    assert BEFORE and UNCHANGED


def test_every_file_belongs_to_a_fixture() -> None:
    expected = {*BEFORE, *UNCHANGED, *map(after_path, BEFORE), RULES}
    expected |= {findings_path(path) for path in (*BEFORE, *UNCHANGED)}
    assert {path for path in ROOT.rglob("*") if path.is_file()} ^ expected == set()


def test_usual_safety_of_each_rule_is_stated() -> None:
    assert listed_rules() == read(RULES)


@pytest.mark.parametrize("path", BEFORE, ids=name)
def test_before_becomes_after(path: Path) -> None:
    result = migrated(path, read(path))
    assert result.error is None
    assert result.after == read(after_path(path))
    assert_findings(path, result)


@pytest.mark.parametrize("path", BEFORE, ids=name)
def test_after_is_a_fixed_point(path: Path) -> None:
    text = read(after_path(path))
    assert migrated(path, text).after == text


@pytest.mark.parametrize("path", UNCHANGED, ids=name)
def test_unchanged_stays(path: Path) -> None:
    text = read(path)
    result = migrated(path, text)
    assert result.error is None
    assert result.after == text
    assert result.status is (Status.PARTIAL if left_by_hand(path) else Status.UNCHANGED)
    assert_findings(path, result)
