"""The small hostile files of scripts/robustness.py; tests/test_interrupt.py kills runs."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from robustness import HOSTILE, LARGE, Run, Section, is_as_expected, with_section

from trtmigrate import migrate_paths


@pytest.mark.parametrize(
    "number", [n for n, case in enumerate(HOSTILE) if not LARGE.search(case[0])]
)
def test_hostile_file_ends_with_one_line_of_error(tmp_path: Path, number: int) -> None:
    name, make, expected = HOSTILE[number]
    path = tmp_path / name
    content = make()
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (result,) = migrate_paths([path]).files
    if not expected:
        assert result.error is None
    else:
        assert result.error is not None and re.search(expected, result.error)
    assert not result.changed


def test_section_takes_the_place_of_the_older_one() -> None:
    page = with_section("", Section("Kills", "kills", "former text", 0))
    page = with_section(page, Section("Mutants", "mutants", "some", 0))
    page = with_section(page, Section("Kills", "kills --count 3", "new", 0))
    assert re.findall(r"^## (.*)", page, re.MULTILINE) == ["Kills", "Mutants"]
    assert "former text" not in page and "`scripts/robustness.py kills --count 3`" in page


def test_error_that_was_not_expected_counts() -> None:
    crashed = Run(2, 1.0, 1, "")
    assert not is_as_expected(crashed, ["a.py: internal error"], "nested")
    assert not is_as_expected(crashed, ["a.py: nested", "Traceback"], "nested")
    assert is_as_expected(crashed, ["a.py: nested too deeply"], "nested")
