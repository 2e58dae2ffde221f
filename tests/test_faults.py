"""Errors of the system while a run writes: every file is as it was, and one line says why."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.test_cli import NEW, OLD, run
from tests.test_notebook import GIVEN, notebook
from trtmigrate.sources import writer

KINDS = {
    "a.py": OLD,
    "a.ipynb": notebook(GIVEN, "engine.num_bindings"),
    "requirements.txt": "tensorrt==8.6.1\n",
}
ERRORS = {
    "disk full": errno.ENOSPC,
    "quota": errno.EDQUOT,
    "read-only file system": errno.EROFS,
    "input/output error": errno.EIO,
    "not allowed": errno.EACCES,
}
STEPS = ("open", "write", "fsync", "chmod", "replace")


class Fault:
    """Makes one step of writing one file fail."""

    def __init__(self, step: str, number: int, name: str) -> None:
        self.step, self.number, self.name = step, number, name
        self.raised = 0

    def fail(self) -> None:
        self.raised += 1
        raise OSError(self.number, os.strerror(self.number))

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def failing(real: Callable[..., object]) -> Callable[..., object]:
            def call(place: object, *arguments: object, **options: object) -> object:
                if str(place).rpartition("/")[2].startswith(f".{self.name}."):
                    self.fail()
                return real(place, *arguments, **options)

            return call

        match self.step:
            case "open" | "chmod" | "replace":
                real = getattr(os, self.step)
                monkeypatch.setattr(writer.os, self.step, failing(real))
            case "fsync":
                monkeypatch.setattr(writer.os, "fsync", self._of_handle(os.fsync))
            case "write":
                monkeypatch.setattr(writer, "open", self._open, raising=False)

    def _of_handle(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def call(handle: int) -> None:
            if f"/.{self.name}." in os.readlink(f"/proc/self/fd/{handle}"):
                self.fail()
            real(handle)

        return call

    def _open(self, handle: int, mode: str) -> object:
        file = os.fdopen(handle, mode)
        if f"/.{self.name}." in os.readlink(f"/proc/self/fd/{handle}"):
            return _Full(file, self)
        return file


class _Full:
    """A file that takes half of what is written to it."""

    def __init__(self, file: object, fault: Fault) -> None:
        self._file, self._fault = file, fault

    def __enter__(self) -> _Full:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()  # type: ignore[attr-defined]

    def write(self, data: bytes) -> None:
        self._file.write(data[: len(data) // 2])  # type: ignore[attr-defined]
        self._file.flush()  # type: ignore[attr-defined]
        self._fault.fail()


def tree(folder: Path) -> Path:
    """A folder with a file of each kind, and one that can be written."""
    for name, text in KINDS.items():
        (folder / name).write_text(text)
    (folder / "b.py").write_text(OLD)
    return folder


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("name", KINDS)
def test_fault_at_a_step_costs_only_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, step: str
) -> None:
    fault = Fault(step, errno.ENOSPC, name)
    fault.install(monkeypatch)
    result = run("--write", "-q", tree(tmp_path))
    assert fault.raised == 1
    assert result.exit_code == 2
    reason = os.strerror(errno.ENOSPC)
    assert result.stderr == f"{tmp_path / name}: could not be written: {reason}\n"
    assert (tmp_path / name).read_text() == KINDS[name]
    assert (tmp_path / "b.py").read_text() == NEW
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*KINDS, "b.py"])


@pytest.mark.parametrize("number", ERRORS.values(), ids=ERRORS)
def test_each_error_is_told_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    Fault("write", number, "a.ipynb").install(monkeypatch)
    result = run("--write", "-q", tree(tmp_path))
    assert result.stderr.endswith(f"a.ipynb: could not be written: {os.strerror(number)}\n")
    assert (tmp_path / "a.ipynb").read_text() == KINDS["a.ipynb"]


@pytest.mark.parametrize("step", STEPS)
def test_page_that_cannot_be_written_leaves_the_older_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    page = tmp_path / "page.html"
    page.write_text("older")
    fault = Fault(step, errno.EDQUOT, "page.html")
    fault.install(monkeypatch)
    result = run("--write", "-q", "--html", page, tree(sources))
    assert (fault.raised, result.exit_code) == (1, 2)
    assert str(result.exception) == f"{page}: {os.strerror(errno.EDQUOT)}"
    assert page.read_text() == "older" and (sources / "a.py").read_text() == NEW
    assert sorted(p.name for p in tmp_path.iterdir()) == ["page.html", "sources"]


@pytest.mark.parametrize("name", KINDS)
def test_file_that_somebody_changed_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = writer.replace_file

    def changed_before(path: str, *, before: bytes, after: bytes) -> None:
        if path.endswith(name):
            Path(path).write_text("theirs")
        real(path, before=before, after=after)

    monkeypatch.setattr(writer, "replace_file", changed_before)
    result = run("--write", "-q", tree(tmp_path))
    assert result.stderr == f"{tmp_path / name}: changed on disk meanwhile, not overwritten\n"
    assert (tmp_path / name).read_text() == "theirs"


@pytest.mark.parametrize("name", KINDS)
def test_read_only_and_linked_files_of_every_kind_are_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    tree(folder)
    (folder / name).chmod(0o444)
    assert "is read-only" in run("--write", "-q", folder).stderr
    (folder / name).chmod(0o644)
    os.link(folder / name, tmp_path / "second")
    assert "has 2 hard links" in run("--write", "-q", folder).stderr
    assert (folder / name).read_text() == KINDS[name]
