"""The cache: a second run knows what the first one found, and never more than that."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.test_cli import run
from trtmigrate import sift
from trtmigrate.batch import Job, Outcome, migrate_files
from trtmigrate.findings import FileResult, Status
from trtmigrate.options import Options
from trtmigrate.sources import cache as cache_module
from trtmigrate.sources.cache import FOLDER, Cache, open_cache

LONG_AGO = 1_700_000_000
FILES = {
    "plain.py": "import json\n",
    "clean.py": "import tensorrt as trt\n\nNAMES = [t.name for t in ()]\n",
    "library.py": "import tensorrt as trt\n\n\ndef size(engine): return engine.num_io_tensors\n",
    "user.py": "import library\n\nlibrary.size(None)\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "pyproject.toml").write_text("")
    for name, text in FILES.items():
        put(root / name, text)
    return root


def put(path: Path, text: str, when: int = LONG_AGO) -> None:
    path.write_text(text)
    os.utime(path, (when, when))


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were made just now count as old."""
    monkeypatch.setattr(cache_module, "SETTLED", -1)


class Watched:
    """Runs over a tree, and what each of them read and gave to the engine."""

    def __init__(self, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tree = tree
        self.read: list[str] = []
        self.migrated: list[str] = []
        real = Path.read_bytes

        def read_bytes(path: Path) -> bytes:
            self.read.append(path.name)
            return real(path)

        monkeypatch.setattr(Path, "read_bytes", read_bytes)

    def engine(self, data: bytes, path: str, options: Options) -> FileResult:
        self.migrated.append(Path(path).name)
        return FileResult(path, Status.UNCHANGED)

    def run(self, options: Options | None = None, cache: Cache | None = None) -> list[Outcome]:
        self.read, self.migrated = [], []
        jobs = [Job(path, options or Options()) for path in sorted(self.tree.glob("*.py"))]
        cache = Cache(self.tree / FOLDER / "cache.json") if cache is None else cache
        return list(migrate_files(jobs, engine=self.engine, cache=cache))


@pytest.fixture
def watched(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(tree, monkeypatch)


def test_second_run_over_an_unchanged_tree_reads_nothing(watched: Watched) -> None:
    first = watched.run()
    assert watched.migrated == ["clean.py", "library.py"]
    second = watched.run()
    assert (watched.read, watched.migrated) == ([], [])
    assert [o.result.status for o in second] == [o.result.status for o in first]


def test_changed_file_of_no_interest_is_read_alone_if_nothing_is_to_be_migrated(
    watched: Watched,
) -> None:
    for name in ("clean.py", "library.py", "user.py"):
        (watched.tree / name).unlink()
    put(watched.tree / "other.py", "import json\n")
    watched.run()
    put(watched.tree / "other.py", "import json  # changed\n")
    watched.run()
    assert (watched.read, watched.migrated) == (["other.py"], [])


def test_change_of_the_same_size_and_time_is_seen(watched: Watched) -> None:
    watched.run()
    put(watched.tree / "clean.py", FILES["clean.py"].replace("NAMES", "NONES"))
    watched.run()
    assert "clean.py" in watched.migrated


def test_touched_file_is_read_and_known_by_its_bytes(watched: Watched) -> None:
    watched.run()
    os.utime(watched.tree / "clean.py", (LONG_AGO + 9, LONG_AGO + 9))
    watched.run()
    assert (watched.read, watched.migrated) == (["clean.py"], [])
    watched.run()
    assert watched.read == []


def test_file_that_may_still_change_unseen_is_read_again(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "SETTLED", 3600 * 10**9)
    watched.run()
    watched.run()
    assert (len(watched.read), watched.migrated) == (len(FILES), [])


def test_change_of_a_file_that_imports_it_counts(watched: Watched) -> None:
    watched.run()
    put(watched.tree / "user.py", "import library\n\nlibrary.size(1)\n")
    watched.run()
    assert "library.py" in watched.migrated


def test_change_of_a_file_that_it_imports_counts(watched: Watched) -> None:
    put(watched.tree / "clean.py", "import tensorrt as trt\nimport plain\n\nplain.num_io_tensors\n")
    watched.run()
    put(watched.tree / "plain.py", "num_io_tensors = 1\n")
    watched.run()
    assert "clean.py" in watched.migrated


def test_new_file_that_imports_it_counts(watched: Watched) -> None:
    watched.run()
    put(watched.tree / "another.py", "import user\n")
    watched.run()
    assert "library.py" in watched.migrated


def test_file_of_common_words_counts_as_soon_as_another_imports_tensorrt(watched: Watched) -> None:
    put(watched.tree / "wrapper.py", "import json\n")
    put(watched.tree / "common.py", "import wrapper\n\nwrapper.x.name = 1\n")
    watched.run()
    assert "common.py" not in watched.migrated
    put(watched.tree / "wrapper.py", "import tensorrt\n")
    watched.run()
    assert "common.py" in watched.migrated


@pytest.mark.parametrize(
    "change", [{"only_safe": True}, {"ignore": ("TRT1",)}, {"also": ("TRT7",)}]
)
def test_other_options_make_another_result(watched: Watched, change: dict[str, object]) -> None:
    watched.run()
    watched.run(replace(Options(), **change))  # type: ignore[arg-type]
    assert watched.migrated == ["clean.py", "library.py"]


def test_file_with_findings_is_never_taken_to_be_clean(tree: Path) -> None:
    put(tree / "found.py", "import tensorrt as trt\n\nx: trt.ICudaEngine = f()\nx.num_bindings\n")
    jobs = [Job(path, Options()) for path in sorted(tree.glob("*.py"))]
    first, second = (
        list(migrate_files(jobs, cache=Cache(tree / FOLDER / "cache.json"))) for _ in range(2)
    )
    assert [o.result.findings for o in first] == [o.result.findings for o in second]
    assert any(o.result.findings for o in second)


def test_file_that_changes_during_the_run_leaves_nothing_behind(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sift.is_requirements

    def changing(path: str) -> bool:
        if path.endswith("clean.py") and not watched.read.count("plain.py") < 1:
            put(watched.tree / "plain.py", "import library\n\nlibrary.size = 3\n")
        return real(path)

    monkeypatch.setattr(sift, "is_requirements", changing)
    watched.run()
    assert not (watched.tree / FOLDER).exists()


BROKEN: dict[str, Callable[[Path], object]] = {
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:-9]),
    "empty": lambda file: file.write_bytes(b""),
    "no UTF-8": lambda file: file.write_bytes(b"\xff\xfe\x00"),
    "a list": lambda file: file.write_bytes(b"[1, 2]"),
    "nested": lambda file: file.write_bytes(b"[" * 500_000),
    "a long number": lambda file: file.write_bytes(b"1" * 100_000),
    "other fields": lambda file: file.write_text(
        json.dumps({k: {"clean": v} for k, v in json.loads(file.read_bytes()).items()})
    ),
    "other types": lambda file: file.write_text(
        json.dumps({k: [v[0], 7, *v[2:]] for k, v in json.loads(file.read_bytes()).items()})
    ),
    "a pipe": lambda file: (file.unlink(), os.mkfifo(file)),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
    "a loop of links": lambda file: (file.unlink(), file.symlink_to(file.name)),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_cache_is_an_empty_one(watched: Watched, kind: str) -> None:
    watched.run()
    BROKEN[kind](watched.tree / FOLDER / "cache.json")
    watched.run()
    assert watched.migrated == ["clean.py", "library.py"]


def test_cache_that_cannot_be_written_costs_nothing(watched: Watched) -> None:
    (watched.tree / FOLDER).write_text("a file, which takes the name of the folder")
    watched.run()
    assert watched.migrated == ["clean.py", "library.py"]
    assert (watched.tree / FOLDER).is_file()


def test_link_in_place_of_the_cache_is_not_written_through(watched: Watched) -> None:
    other = watched.tree.parent / "precious"
    other.write_text("{}")
    (watched.tree / FOLDER).mkdir()
    (watched.tree / FOLDER / "cache.json").symlink_to(other)
    watched.run()
    assert other.read_text() == "{}"


def test_link_in_place_of_the_folder_is_not_followed(tree: Path) -> None:
    (tree.parent / "elsewhere").mkdir()
    (tree / FOLDER).symlink_to(tree.parent / "elsewhere")
    assert not open_cache([tree], "10", 1000).is_kept


def test_two_runs_at_once_leave_one_whole_cache(watched: Watched) -> None:
    file = watched.tree / FOLDER / "cache.json"
    one, two = Cache(file), Cache(file)
    watched.run(cache=one)
    watched.run(cache=two)
    assert os.listdir(file.parent).count("cache.json") == 1
    assert len(json.loads(file.read_bytes())) == len(FILES)
    watched.run()
    assert watched.read == []


def test_small_run_and_files_outside_of_a_project_have_no_cache(tree: Path) -> None:
    assert open_cache([tree], "10", 1000).is_kept
    assert not open_cache([tree], "10", 3).is_kept
    (tree / "pyproject.toml").unlink()
    assert not open_cache([tree], "10", 1000).is_kept


def test_caches_do_not_pile_up(tree: Path) -> None:
    for number in range(cache_module.MOST_CACHES + 3):
        cache = open_cache([tree], str(number), 1000)
        file = tree / "plain.py"
        cache.remember(str(file), file.stat(), file.read_bytes(), 0, False)
        cache.save()
    caches = [name for name in os.listdir(tree / FOLDER) if name.endswith(".json")]
    assert len(caches) == cache_module.MOST_CACHES


def test_command_line_keeps_a_cache_that_git_does_not_see(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "LEAST_FILES", 1)
    first = run(tree, "--output-format", "json", "--no-cache")
    assert not (tree / FOLDER).exists()
    second = run(tree, "--output-format", "json")
    assert (tree / FOLDER / ".gitignore").read_text().endswith("\n*\n")
    third = run(tree, "--output-format", "json")
    assert first.stdout == second.stdout == third.stdout
    assert first.exit_code == second.exit_code == third.exit_code == 0
