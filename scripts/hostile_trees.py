"""Folders that are made to break trtmigrate: links, pipes, devices, names, and configurations."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hostile_files import USE

HEAD = "[tool.trtmigrate]\n"
NAMES = 200  # files of a tree


@dataclass(frozen=True)
class HostileTree:
    """A folder, and what a run over it, or over the paths in it, has to say on stderr."""

    name: str
    make: Callable[[Path], object]
    expected: tuple[str, ...] = ()  # a line each
    code: int = 1  # of a run that finds the one use in the folder
    paths: tuple[str, ...] = (".",)
    open_files: int | None = None  # at most so many

    def is_as_expected(self, code: int, errors: list[str]) -> bool:
        """True if a run ended with the exit code and the lines of error that it should have."""
        told = len(errors) == len(self.expected)
        return code == self.code and told and all(map(re.search, self.expected, errors))


def program(folder: Path, name: str = "model.py") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(USE)
    return path


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe.py")
    program(folder)


def _socket(folder: Path) -> None:
    here = os.getcwd()
    os.chdir(folder)  # the name of a socket may have 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("socket.py")
    finally:
        os.chdir(here)
    program(folder)


def _device(folder: Path) -> None:
    (folder / "zero.py").symlink_to("/dev/zero")
    program(folder)


def _loops(folder: Path) -> None:
    (folder / "one.py").symlink_to("two.py")
    (folder / "two.py").symlink_to("one.py")
    (folder / "itself").symlink_to(".")
    program(folder)


def _links_out(folder: Path) -> None:
    """A folder that is linked is not entered; a file that is linked is taken once."""
    outside = folder.parent / f"{folder.name}-outside"
    outside.mkdir(exist_ok=True)
    path = program(outside, "other.py")
    (folder / "all").symlink_to(outside)
    (folder / "first.py").symlink_to(path)
    (folder / "second.py").symlink_to(path)


def _no_text(folder: Path) -> None:
    for name in (b"\xff\xfe.py", b"new\nline.py", b"\x1b[31mred.py", b"<script>.py"):
        (folder / os.fsdecode(name)).write_text(USE)


def _many(folder: Path) -> None:
    for number in range(NAMES):
        program(folder, f"package{number % 7}/model{number}.py")


def _deep(folder: Path) -> None:
    """Folders in each other, deeper than a path can name."""
    here = os.getcwd()
    program(folder)
    os.chdir(folder)
    try:
        for _ in range(3000):
            os.mkdir("d")
            os.chdir("d")
        Path("deep.py").write_text(USE)
    finally:
        os.chdir(here)


def _with(name: str, content: str | bytes) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        program(folder, "a" * 250 + ".py")
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)

    return make


def _huge(name: str) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        program(folder)
        with (folder / name).open("wb") as file:
            file.truncate(100 << 30)  # takes no room on the disk

    return make


def _ignores_as_pipe(folder: Path) -> None:
    program(folder)
    for name in (".gitignore", "pyproject.toml", ".editorconfig", "ruff.toml"):
        os.mkfifo(folder / name)


STARS = "*a" * 60 + "*b"
IS_NO_FILE = "is neither a file nor a folder"

TREES = (
    HostileTree("pipe beside a program", _pipe),
    HostileTree("pipe that is named", _pipe, (IS_NO_FILE,), 2, ("pipe.py",)),
    HostileTree("socket beside a program", _socket),
    HostileTree("socket that is named", _socket, (IS_NO_FILE,), 2, ("socket.py",)),
    HostileTree("link to /dev/zero beside a program", _device),
    HostileTree("link to /dev/zero that is named", _device, (IS_NO_FILE,), 2, ("zero.py",)),
    HostileTree("links in loops", _loops),
    HostileTree("link in a loop that is named", _loops, ("symbolic link|No such",),
                2, ("one.py",)),
    HostileTree("links that leave the folder", _links_out),
    HostileTree("names with bytes that are no text, new lines, escapes, HTML", _no_text),
    HostileTree("200 programs, 32 open files", _many, open_files=32),
    HostileTree("3,000 folders in each other", _deep, ("more than 200 folders",), 2),
    HostileTree("pyproject.toml of random bytes", _with("pyproject.toml", bytes(range(256))),),
    HostileTree("pyproject.toml of random bytes, with our name",
                _with("pyproject.toml", b"trtmigrate" + bytes(range(256))), ("not UTF-8",), 2),
    HostileTree("pyproject.toml of 100 GB", _huge("pyproject.toml"), ("more than 16 MiB",), 2),
    HostileTree("pyproject.toml of 100,000 brackets",
                _with("pyproject.toml", HEAD + "x = " + "[" * 100_000), ("nested",), 2),
    HostileTree("pyproject.toml with a number of 1,000,000 digits",
                _with("pyproject.toml", HEAD + "line-length = " + "9" * 1_000_000), ("digits",), 2),
    HostileTree("pyproject.toml with a pattern of 60 stars",
                _with("pyproject.toml", f'{HEAD}exclude = ["{STARS}"]\n'), ("too long",), 2),
    HostileTree("pyproject.toml with 100,000 patterns",
                _with("pyproject.toml", f"{HEAD}exclude = {[f'*x{n}' for n in range(100_000)]}\n"),
                ("at most 1000",), 2),
    HostileTree(".gitignore of random bytes", _with(".gitignore", bytes(range(256)) * 1000)),
    HostileTree(".gitignore of 100 GB", _huge(".gitignore")),
    HostileTree(".gitignore with a pattern of 60 stars", _with(".gitignore", STARS)),
    HostileTree(".gitignore with 100,000 patterns",
                _with(".gitignore", "".join(f"*x{n}\n" for n in range(100_000)))),
    HostileTree(".editorconfig with 39 pairs of braces",
                _with(".editorconfig", "[" + "{a,b}" * 39 + "]\nmax_line_length = 90\n")),
    HostileTree("all files of settings are pipes", _ignores_as_pipe),
)  # fmt: skip
