"""Which files are looked at, and which are not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from trtmigrate.options import PathPattern
from trtmigrate.sources.discover import discover


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def names(root: Path, *exclude: str) -> list[str]:
    patterns = [PathPattern(str(root), pattern) for pattern in exclude]
    found = discover(root, patterns)
    assert found.problems == []
    return [path.relative_to(root).as_posix() for path in found.files]


def test_python_files_below_a_folder_are_found_in_order(tmp_path: Path) -> None:
    tree(tmp_path, {"b.py": "", "a/z.py": "", "a/y.py": "", "c.txt": "", "d.pyi": "", "e.pyc": ""})
    assert names(tmp_path) == ["a/y.py", "a/z.py", "b.py"]


@pytest.mark.parametrize(
    "folder", [".git", ".tox", "__pycache__", "node_modules", "lib/site-packages"]
)
def test_folders_that_hold_no_source_of_the_project_are_left_out(
    tmp_path: Path, folder: str
) -> None:
    tree(tmp_path, {"a.py": "", f"{folder}/b.py": ""})
    assert names(tmp_path) == ["a.py"]


def test_virtual_environment_is_left_out_whatever_its_name(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": "", "my-env/pyvenv.cfg": "", "my-env/bin/b.py": ""})
    assert names(tmp_path) == ["a.py"]


def test_build_folders_are_looked_at_unless_ignored(tmp_path: Path) -> None:
    tree(tmp_path, {"build/a.py": "", "dist/b.py": ""})
    assert names(tmp_path) == ["build/a.py", "dist/b.py"]


def test_gitignore_counts_below_its_folder(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            ".gitignore": "gen/\n*_pb2.py\n",
            "a.py": "",
            "gen/b.py": "",
            "c/d_pb2.py": "",
            "c/e.py": "",
        },
    )
    assert names(tmp_path) == ["a.py", "c/e.py"]


def test_inner_gitignore_overrules_the_outer(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            ".gitignore": "*_gen.py\n",
            "a_gen.py": "",
            "c/.gitignore": "!keep_gen.py\n/local.py\n",
            "c/keep_gen.py": "",
            "c/b_gen.py": "",
            "c/local.py": "",
            "c/d/local.py": "",
        },
    )
    assert names(tmp_path) == ["c/d/local.py", "c/keep_gen.py"]


def test_negation_does_not_bring_back_a_file_of_an_ignored_folder(tmp_path: Path) -> None:
    tree(tmp_path, {".gitignore": "gen/\n!gen/a.py\n", "gen/a.py": "", "b.py": ""})
    assert names(tmp_path) == ["b.py"]


def test_line_that_git_does_not_understand_is_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, {".gitignore": "!\n# note\n\na.py\n", "a.py": "", "b.py": ""})
    assert names(tmp_path) == ["b.py"]


def test_pattern_that_takes_long_to_match_is_passed_over(tmp_path: Path) -> None:
    name = "a" * 200 + ".py"
    tree(tmp_path, {".gitignore": "*a" * 30 + "*b\nb*b*b.py\n", name: "", "bbb.py": ""})
    assert names(tmp_path) == [name]


def test_folders_in_each_other_end_at_a_level(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": "", "/".join(["d"] * 300) + "/deep.py": "", "z.py": ""})
    found = discover(tmp_path)
    assert [path.name for path in found.files] == ["a.py", "z.py"]
    (problem,) = found.problems
    assert "lies in more than 200 folders" in str(problem.error)


def test_ignore_file_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": ""})
    os.mkfifo(tmp_path / ".gitignore")
    assert names(tmp_path) == ["a.py"]


def test_gitignore_above_counts_within_the_repository(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            ".gitignore": "b.py\n",
            "repo/.git/HEAD": "",
            "repo/.gitignore": "/src/gen.py\n",
            "repo/src/gen.py": "",
            "repo/src/a.py": "",
            "repo/src/b.py": "",
        },
    )
    assert names(tmp_path / "repo" / "src") == ["a.py", "b.py"]


def test_ignored_folder_is_looked_at_if_it_is_named(tmp_path: Path) -> None:
    tree(tmp_path, {".git/HEAD": "", ".gitignore": "gen/\n", "gen/a.py": ""})
    assert names(tmp_path / "gen") == ["a.py"]


def test_hidden_folder_is_looked_at_if_it_is_named(tmp_path: Path) -> None:
    tree(tmp_path, {".hidden/a.py": ""})
    assert names(tmp_path / ".hidden") == ["a.py"]


def test_exclude_takes_patterns_as_gitignore_does(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": "", "vendor/b.py": "", "x/vendor/c.py": "", "x/d_old.py": ""})
    assert names(tmp_path, "/vendor/", "*_old.py") == ["a.py", "x/vendor/c.py"]


@pytest.mark.parametrize("name", ["script", "a.txt", ".hidden.py", "excluded.py"])
def test_file_that_is_named_is_taken_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    tree(tmp_path, {".gitignore": "*\n", name: ""})
    exclude = [PathPattern(str(tmp_path), "excluded.py")]
    assert discover(tmp_path / name, exclude).files == [tmp_path / name]


def test_paths_are_shown_as_they_were_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, {"src/a.py": "", "other/b.py": ""})
    monkeypatch.chdir(tmp_path / "other")
    assert [str(p) for p in discover(Path("../src")).files] == ["../src/a.py"]
    assert [str(p) for p in discover(Path(".")).files] == ["b.py"]


def test_loop_of_symlinks_ends(tmp_path: Path) -> None:
    tree(tmp_path, {"a/b.py": ""})
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    assert names(tmp_path) == ["a/b.py"]


def test_symlink_to_a_file_is_taken(tmp_path: Path) -> None:
    tree(tmp_path, {"a.txt": ""})
    (tmp_path / "b.py").symlink_to(tmp_path / "a.txt")
    assert names(tmp_path) == ["b.py"]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "No such file or directory"),
        (lambda path: path.mkdir(), "no Python files here"),
        (lambda path: os.mkfifo(path), "is neither a file nor a folder"),
    ],
)
def test_path_with_nothing_to_look_at_is_a_problem_in_one_line(
    tmp_path: Path, make: object, reason: str
) -> None:
    path = tmp_path / "x"
    assert callable(make)
    make(path)
    found = discover(path)
    assert found.files == []
    assert [problem.error for problem in found.problems] == [f"{path}: {reason}"]


def test_folder_that_cannot_be_listed_is_a_problem_and_the_rest_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, {"a.py": "", "closed/b.py": "", "d.py": ""})
    real = os.scandir

    def scandir(path: Path) -> object:  # as for someone who is not root, who may read everything
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = discover(tmp_path)
    assert [path.name for path in found.files] == ["a.py", "d.py"]
    assert [p.error for p in found.problems] == [f"{tmp_path / 'closed'}: Permission denied"]


def test_lists_in_a_folder_of_requirements_are_found(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": "", "requirements/base.txt": "", "notes/base.txt": ""})
    assert names(tmp_path) == ["a.py", "requirements/base.txt"]
    git(tmp_path, "init", "-q")
    assert names(tmp_path) == ["a.py", "requirements/base.txt"]


# In a work tree git answers


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree of git without anybody's own configuration."""
    root = tmp_path / "repository"
    root.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    git(root, "init", "-q")
    return root


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def test_all_ignore_files_of_git_count(repository: Path, tmp_path: Path) -> None:
    tree(repository, {"a.py": "", "b.py": "", "c.py": "", "d/e.py": "", ".gitignore": "b.py\n"})
    (repository / ".git" / "info").mkdir(exist_ok=True)
    (repository / ".git" / "info" / "exclude").write_text("c.py\n")
    (tmp_path / "mine").write_text("e.py\n")
    git(repository, "config", "core.excludesFile", str(tmp_path / "mine"))
    assert names(repository) == ["a.py"]


def test_tracked_file_is_taken_though_it_is_ignored(repository: Path) -> None:
    tree(repository, {"a.py": "", "b.py": "", ".gitignore": "*.py\n"})
    git(repository, "add", "-f", "a.py")
    assert names(repository) == ["a.py"]


def test_deleted_file_of_the_index_is_left_out(repository: Path) -> None:
    tree(repository, {"a.py": "", "b.py": ""})
    git(repository, "add", "a.py", "b.py")
    (repository / "a.py").unlink()
    assert names(repository) == ["b.py"]


def test_order_and_left_out_folders_are_those_of_a_walk(repository: Path) -> None:
    tree(
        repository,
        {
            "z.py": "",
            "a/z.py": "",
            "a.py": "",
            "a-b/c.py": "",
            ".hidden/b.py": "",
            "node_modules/c.py": "",
            "env/pyvenv.cfg": "",
            "env/lib/d.py": "",
            "requirements.txt": "",
            "data.bin": "",
        },
    )
    assert names(repository) == ["a/z.py", "a-b/c.py", "a.py", "requirements.txt", "z.py"]
    before = names(repository)
    (repository / ".git").rename(repository / "git")
    assert names(repository) == before


def test_folder_within_a_work_tree_is_shown_as_given(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(repository, {"src/a.py": "", "src/gen.py": "", "other/b.py": "", ".gitignore": "gen.py\n"})
    monkeypatch.chdir(repository / "other")
    assert [str(p) for p in discover(Path("../src")).files] == ["../src/a.py"]


def test_ignored_folder_of_a_work_tree_is_looked_at_if_it_is_named(repository: Path) -> None:
    tree(repository, {".gitignore": "gen/\n", "gen/a.py": "", "b.py": ""})
    assert names(repository / "gen") == ["a.py"]
    assert names(repository) == ["b.py"]


def test_repository_within_a_repository_is_looked_at(repository: Path) -> None:
    tree(repository, {"a.py": "", "inner/b.py": "", "inner/c.py": "", "inner/.gitignore": "c.py\n"})
    git(repository / "inner", "init", "-q")
    assert names(repository) == ["a.py", "inner/b.py"]


def test_excluded_files_of_a_work_tree_are_left_out(repository: Path) -> None:
    tree(repository, {"a.py": "", "vendor/b.py": "", "x/d_old.py": ""})
    assert names(repository, "/vendor/", "*_old.py") == ["a.py"]


def test_names_with_odd_characters_are_found(repository: Path) -> None:
    odd = ["a\nb.py", "\udcff.py", 'quo"te.py', "é.py"]
    for name in odd:
        (repository / name).write_text("")
    assert sorted(names(repository)) == sorted(odd)


def test_program_that_the_repository_names_is_not_run(repository: Path, tmp_path: Path) -> None:
    tree(repository, {"a.py": ""})
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    program.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(program))
    assert names(repository) == ["a.py"]
    assert not (tmp_path / "was-run").exists()


def test_variables_that_git_sets_for_a_hook_do_not_count(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(repository, {"src/a.py": "", "src/b.py": "", ".gitignore": "b.py\n"})
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(repository / "nowhere"))
    assert names(repository / "src") == ["a.py"]


def test_without_git_the_ignore_files_are_read(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(repository, {"a.py": "", "b.py": "", ".gitignore": "b.py\n"})
    monkeypatch.setenv("PATH", "")
    assert names(repository) == ["a.py"]
