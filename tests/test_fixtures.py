"""Every pair under tests/fixtures: `SITUATION.before.py` becomes `SITUATION.after.py`,
`.unchanged.py` stays.

A first line `# target: 11` or `# select: TRT7` sets the options. `# LEFT: CODE` at the end of a
line of the input says that a finding of that code is left for a person there, and nowhere else.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trtmigrate import FileResult, Status, migrate_source

ROOT = Path(__file__).parent / "fixtures"
BEFORE = sorted(ROOT.glob("*/*.before.py"))
UNCHANGED = sorted(ROOT.glob("*/*.unchanged.py"))


def migrated(path: Path, text: str) -> FileResult:
    options = dict(re.findall(r"^# (target|select): (\S+)$", text, re.MULTILINE))
    select = tuple(options.get("select", "").split(",")) if "select" in options else ()
    return migrate_source(text, path=path.name, target=options.get("target", "10"), select=select)


def expected_left(text: str) -> set[tuple[int, str]]:
    found = set()
    for number, line in enumerate(text.splitlines(), 1):
        marked = re.search(r"# LEFT: ([\w, ]+)$", line)
        if marked:
            found |= {(number, code) for code in re.split(r",\s*", marked[1].strip())}
    return found


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def test_there_are_fixtures() -> None:
    assert BEFORE and UNCHANGED


@pytest.mark.parametrize("path", BEFORE, ids=name)
def test_before_becomes_after(path: Path) -> None:
    text = path.read_text()
    result = migrated(path, text)
    assert result.error is None
    after = path.with_name(path.name.replace(".before.py", ".after.py")).read_text()
    assert result.after == after
    assert {(f.line, f.code) for f in result.left} == expected_left(text)


@pytest.mark.parametrize("path", BEFORE, ids=name)
def test_after_is_a_fixed_point(path: Path) -> None:
    after = path.with_name(path.name.replace(".before.py", ".after.py"))
    text = after.read_text()
    assert migrated(after, text).after == text


@pytest.mark.parametrize("path", UNCHANGED, ids=name)
def test_unchanged_stays(path: Path) -> None:
    text = path.read_text()
    result = migrated(path, text)
    assert result.error is None
    assert result.after == text
    assert {(f.line, f.code) for f in result.left} == expected_left(text)
    assert (result.status is Status.PARTIAL) == bool(expected_left(text))
