"""The hooks of `.pre-commit-hooks.yaml`, run by pre-commit on a repository of git.

pre-commit would install the package from a network. Here it takes the one of the tests: the hooks
are as they are released, but for `language: system`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pre_commit")

ROOT = Path(__file__).parents[1]
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
OLD = "import tensorrt as trt\n\n\ndef f(e: trt.ICudaEngine):\n    return e.num_bindings\n"
NEW = OLD.replace("num_bindings", "num_io_tensors")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with an old file, and the hooks of the package as hooks of its own."""
    project = tmp_path / "project"
    project.mkdir()
    hooks = HOOKS.replace("entry: trtmigrate", f"entry: {sys.executable} -m trtmigrate")
    hooks = hooks.replace("language: python", "language: system")
    listed = "".join(f"      {line}\n" for line in hooks.splitlines())
    config = f"repos:\n  - repo: local\n    hooks:\n{listed}"
    (project / ".pre-commit-config.yaml").write_text(config)
    (project / "a.py").write_text(OLD)
    (project / "b.py").write_text("x = 1\n")
    for command in (("init", "--quiet"), ("add", ".")):
        subprocess.run(["git", *command], cwd=project, check=True)
    return project


def run_hook(project: Path, name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", name, "--all-files"],
        cwd=project,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PRE_COMMIT_HOME": str(project.parent / "home"),
            "PYTHONPATH": str(ROOT),
        },
    )


def test_hook_rewrites_and_passes_the_second_time(repository: Path) -> None:
    first = run_hook(repository, "trtmigrate")
    assert first.returncode == 1 and "files were modified by this hook" in first.stdout
    assert (repository / "a.py").read_text() == NEW
    assert run_hook(repository, "trtmigrate").returncode == 0


def test_check_fails_and_changes_nothing(repository: Path) -> None:
    done = run_hook(repository, "trtmigrate-check")
    assert done.returncode == 1 and "a.py:5:12 TRT101" in done.stdout
    assert "next: the comment # trtmigrate: ignore[TRT101] on a line keeps it" in done.stdout
    assert "next: pip install trtmigrate for these commands" in done.stdout
    assert (repository / "a.py").read_text() == OLD
