"""Which files are looked at, and which are not."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from trtmigrate.sources.config import PathPattern
from trtmigrate.sources.discover import discover, passes_gate


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


@pytest.mark.parametrize(
    ("data", "passes"),
    [
        (b"engine.num_bindings", True),
        (b"# num_bindings in a comment", True),
        (b"\xff\xfe not text at all num_bindings", True),
        (b"engine.num_io_tensors", False),
        (b"", False),
    ],
)
def test_gate_looks_at_bytes_and_decodes_nothing(data: bytes, passes: bool) -> None:
    assert passes_gate(data, re.compile(rb"\b(?:num_bindings)\b")) is passes
