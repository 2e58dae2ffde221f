"""What is released: one version, one address, an sdist that holds all of the repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import trtmigrate
from trtmigrate.report.pages import HOME

ROOT = Path(__file__).parents[1]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
BUILD = "import sys; from setuptools.build_meta import build_sdist; print(build_sdist(sys.argv[1]))"
AUTHOR = {
    f"GIT_{role}_{what}": "someone@example.org"
    for role in ("AUTHOR", "COMMITTER")
    for what in ("NAME", "EMAIL")
}


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, **AUTHOR}
    )
    return done.stdout


def tracked() -> list[str]:
    try:
        return git(ROOT, "ls-files").splitlines()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only a work tree of git says which files belong to it")


def test_the_version_is_the_same_everywhere() -> None:
    assert re.findall(r'^version = "(.*)"$', PYPROJECT, re.MULTILINE) == [trtmigrate.__version__]


def test_the_address_is_the_same_everywhere() -> None:
    assert re.findall(r'^Homepage = "(.*)"$', PYPROJECT, re.MULTILINE) == [HOME]


def test_sdist_has_every_file_of_the_repository(tmp_path: Path) -> None:
    files = tracked()
    copy = tmp_path / "copy"
    git(tmp_path, "clone", "--quiet", str(ROOT), str(copy))
    for name in files:  # what is not committed yet, too
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path)], cwd=copy, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    with tarfile.open(tmp_path / done.stdout.split()[-1]) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert set(files) - held == set()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.1.0"\n')
    (tmp_path / "trtmigrate").mkdir()
    (tmp_path / "trtmigrate" / "__init__.py").write_text('__version__ = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n\n- Something.\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "begin")
    return tmp_path


@pytest.fixture
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that release.py finds modules in, such as one that stands in for `build`."""
    return tmp_path_factory.mktemp("modules")


def release(
    folder: Path, *arguments: str, modules: Path | None = None
) -> subprocess.CompletedProcess[str]:
    arguments += () if modules else ("--no-build",)
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "release.py"), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, **AUTHOR, "PYTHONPATH": str(modules or "")},
    )


def test_a_release_sets_version_changelog_and_tag(project: Path) -> None:
    assert release(project, "0.2.0", "--date", "2027-01-31").returncode == 0
    for name in ("pyproject.toml", "trtmigrate/__init__.py"):
        assert 'version = "0.2.0"' in (project / name).read_text().replace("__version__", "version")
    text = (project / "CHANGELOG.md").read_text()
    assert "## [Unreleased]\n\n## [0.2.0] - 2027-01-31\n\n- Something.\n" in text
    assert git(project, "tag").split() == ["v0.2.0"]
    assert git(project, "status", "--porcelain") == ""


def test_a_release_without_notes_is_refused(project: Path) -> None:
    assert release(project, "0.2.0").returncode == 0
    refused = release(project, "0.3.0")
    assert refused.returncode == 1 and "nothing under Unreleased" in refused.stderr


def test_a_release_from_a_changed_tree_is_refused(project: Path) -> None:
    (project / "CHANGELOG.md").write_text("changed")
    refused = release(project, "0.2.0")
    assert refused.returncode == 1 and "not committed" in refused.stderr


def test_a_build_that_fails_leaves_neither_commit_nor_tag(project: Path, modules: Path) -> None:
    (modules / "build.py").write_text("raise SystemExit(1)")
    refused = release(project, "0.2.0", modules=modules)
    assert refused.returncode == 1 and "nothing was committed" in refused.stderr
    assert git(project, "tag") == git(project, "status", "--porcelain") == ""
    assert git(project, "log", "--format=%s").split() == ["begin"]


def test_what_is_built_is_what_is_committed(project: Path, modules: Path) -> None:
    (project / ".git" / "info" / "exclude").write_text("dist/\nleft_over.plan\n")
    (project / "left_over.plan").write_text("not of the repository")
    (modules / "build.py").write_text(
        "import shutil, sys\n"
        "shutil.copytree(sys.argv[-1], sys.argv[sys.argv.index('--outdir') + 1])"
    )
    done = release(project, "0.2.0", modules=modules)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("twine upload dist/trtmigrate-0.2.0*\n")
    built = project / "dist"
    held = {str(file.relative_to(built)) for file in built.rglob("*") if file.is_file()}
    assert {name for name in held if not name.startswith(".git/")} == set(
        git(project, "ls-files").splitlines()
    )
    assert (built / "CHANGELOG.md").read_text() == git(project, "show", "HEAD:CHANGELOG.md")
