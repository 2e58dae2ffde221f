"""The projects under tests/projects, of several files each, are migrated as a whole."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from trtmigrate import migrate_paths
from trtmigrate.findings import Report
from trtmigrate.verify.backend import simulated
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.options import Options
from trtmigrate.verify.verification import Program, verify_several

PROJECTS = Path(__file__).parent / "projects"
CHANGED, UNCHANGED = ("package", "scripts"), ("own_wrapper",)


def migrate(project: str, folder: Path) -> Report:
    shutil.copytree(PROJECTS / project, folder)
    return migrate_paths([folder], in_place=True)


@pytest.mark.parametrize("project", CHANGED)
def test_project_is_migrated_and_computes_the_same(project: str, tmp_path: Path) -> None:
    report = migrate(project, tmp_path / "after")
    assert any(result.changed for result in report.files)
    assert not [finding for result in report.files for finding in result.left]
    options = Options(backend="sim", timeout=60, rebuild=True)
    after = tmp_path / "after" / "main.py"
    results = verify_several(
        Program(PROJECTS / project / "main.py", sys.executable, simulated("8.6", "test")),
        [
            (Program(after, sys.executable, simulated(release, "test")), options)
            for release in ("8.6", "10.16")
        ],
        [],
    )
    for result in results:
        assert result.verdict is Verdict.IDENTICAL, result.reason
        assert result.before is not None
        assert len(result.before.record.executions) >= 2


@pytest.mark.parametrize("project", CHANGED)
def test_second_run_over_a_project_changes_nothing(project: str, tmp_path: Path) -> None:
    migrate(project, tmp_path / "after")
    again = migrate_paths([tmp_path / "after"])
    assert not [finding for result in again.files for finding in result.findings]


@pytest.mark.parametrize("project", UNCHANGED)
def test_project_that_has_only_the_words_stays(project: str, tmp_path: Path) -> None:
    report = migrate(project, tmp_path / "after")
    assert not any(result.changed for result in report.files)
    assert not [finding for result in report.files for finding in result.findings]
