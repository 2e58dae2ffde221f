"""The projects under tests/projects, of several files each, are migrated as a whole.

Each is in the idiom of public code, and complete: its main program builds its engines through the
network API and executes them, so that it can be run before and after.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.verify.breaks.judge import fast_simulators
from trtmigrate import migrate_paths
from trtmigrate.findings import Report
from trtmigrate.options import Options
from trtmigrate.sources.kinds import is_program
from trtmigrate.verify import options as verify_options
from trtmigrate.verify.backend import simulated
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.verification import Program, verify_several

PROJECTS = Path(__file__).parent / "projects"
NOTHING_TO_DO = ("named", "own_wrapper")  # they have the words of the old API, and no use of it
NOT_TO_CHANGE = (*NOTHING_TO_DO, "backends", "two_releases")
CHANGED = sorted(
    {path.name for path in PROJECTS.iterdir() if any(path.glob("main.*"))} - set(NOT_TO_CHANGE)
)


@pytest.fixture(scope="module", autouse=True)
def simulators() -> Iterator[None]:
    with fast_simulators():
        yield


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("after")


@cache
def migrated(project: str, after: Path) -> Report:
    """Return what a run over a copy of the project reports; the copy holds the result."""
    shutil.copytree(PROJECTS / project, after / project)
    return migrate_paths([after / project], in_place=True)


def assert_computes_the_same(project: str, after: Path) -> None:
    (before,) = (PROJECTS / project).glob("main.*")
    options = verify_options.Options(backend="sim", timeout=60, rebuild=True)
    script = after / project / before.name
    results = verify_several(
        Program(before, sys.executable, simulated("8.6", "test")),
        [
            (Program(script, sys.executable, simulated(release, "test")), options)
            for release in ("8.6", "10.16")
        ],
        [],
    )
    for result in results:
        assert result.verdict is Verdict.IDENTICAL, result.reason
        assert result.before is not None
        assert len(result.before.record.executions) >= 2


def test_projects_have_several_files_and_some_are_notebooks() -> None:
    for project in (*CHANGED, *NOT_TO_CHANGE):
        assert sum(is_program(path.name) for path in (PROJECTS / project).rglob("*")) > 1
    assert len(CHANGED) >= 10
    assert sum((PROJECTS / project / "main.ipynb").exists() for project in CHANGED) >= 2


@pytest.mark.parametrize("project", CHANGED)
def test_project_is_migrated_and_computes_the_same(project: str, after: Path) -> None:
    report = migrated(project, after)
    assert sum(result.changed for result in report.files) > 1
    assert not [finding for result in report.files for finding in result.left]
    assert_computes_the_same(project, after)


@pytest.mark.parametrize("project", CHANGED)
def test_second_run_over_a_project_changes_nothing(project: str, after: Path) -> None:
    migrated(project, after)
    again = migrate_paths([after / project])
    assert not [finding for result in again.files for finding in result.findings]


@pytest.mark.parametrize("project", NOT_TO_CHANGE)
def test_project_with_the_words_and_no_use_to_rewrite_stays(project: str, after: Path) -> None:
    report = migrated(project, after)
    assert not any(result.changed for result in report.files)
    if project in NOTHING_TO_DO:
        assert not [finding for result in report.files for finding in result.findings]


@pytest.mark.parametrize("project", ["named", "two_releases"])
def test_project_that_needs_no_change_runs_on_both_releases(project: str, after: Path) -> None:
    report = migrated(project, after)
    assert not [finding for result in report.files for finding in result.left]
    assert_computes_the_same(project, after)


def test_old_releases_are_dropped_from_a_project_for_two(tmp_path: Path) -> None:
    shutil.copytree(PROJECTS / "two_releases", tmp_path / "two_releases")
    migrate_paths([tmp_path], Options(drop_old=True), in_place=True)
    again = migrate_paths([tmp_path], Options(drop_old=True))
    assert not [finding for result in again.files for finding in result.findings]
    assert "IS_TRT10" not in (tmp_path / "two_releases" / "engine.py").read_text()
    assert_computes_the_same("two_releases", tmp_path)


def test_use_on_an_object_that_may_be_of_another_backend_is_left_to_a_person(after: Path) -> None:
    left = {
        Path(result.path).name: [(finding.code, finding.line) for finding in result.left]
        for result in migrated("backends", after).files
    }
    unknown = [(5, "TRT003"), (5, "TRT003"), (11, "TRT003"), (11, "TRT003"), (12, "TRT003")]
    assert left == {"backends.py": [], "npu.py": [], "main.py": [(c, n) for n, c in unknown]}
