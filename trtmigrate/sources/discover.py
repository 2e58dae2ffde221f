"""Which files a run looks at, and the gate that keeps files of no interest from being parsed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pathspec

from trtmigrate.findings import FileResult, Status
from trtmigrate.requirements.files import is_requirements
from trtmigrate.sources.config import PathPattern

SUFFIXES = frozenset({".py"})
_NEVER = frozenset({"__pycache__", "__pypackages__", "node_modules", "site-packages"})


@dataclass
class Found:
    """The files to look at, in order, and the places that could not be looked at."""

    files: list[Path] = field(default_factory=list)
    problems: list[FileResult] = field(default_factory=list)


@dataclass(frozen=True)
class _Ignores:
    """One .gitignore and the folder that it stands in."""

    folder: Path
    spec: pathspec.GitIgnoreSpec


def passes_gate(data: bytes, names: re.Pattern[bytes]) -> bool:
    """Whether the bytes hold a name that matters; if not, nobody need decode or parse them."""
    return names.search(data) is not None


def failed(path: str | os.PathLike[str], reason: str) -> FileResult:
    """The result of a file, or of an argument, that could not be processed."""
    return FileResult(os.fspath(path), Status.FAILED, error=f"{os.fspath(path)}: {reason}")


def discover(path: Path, exclude: Sequence[PathPattern] = ()) -> Found:
    """The Python files at `path`: itself if it is a file, whatever its suffix, else those below it,
    and the files there that say what is to be installed.

    Below a folder: no hidden folders, no virtual environments, nothing that a .gitignore or
    `exclude` names, and no symlinked folders, so that a loop of links cannot trap it.
    """
    found = Found()
    try:
        if path.is_dir():
            _walk(path, exclude, _ignores_above(path), found)
            has_python = any(file.suffix in SUFFIXES for file in found.files)
            if not has_python and not found.problems:
                found.problems.append(failed(path, "no Python files here"))
        elif path.is_file():
            found.files.append(path)
        elif path.exists():
            found.problems.append(failed(path, "is neither a file nor a folder"))
        else:
            found.problems.append(failed(path, "No such file or directory"))
    except OSError as error:  # is_file() and its kin raise for a folder that may not be searched
        found.problems.append(failed(path, error.strerror or str(error)))
    return found


def _walk(
    folder: Path, exclude: Sequence[PathPattern], ignores: tuple[_Ignores, ...], found: Found
) -> None:
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        found.problems.append(failed(folder, error.strerror or str(error)))
        return
    names = {entry.name for entry in inside}
    if ".gitignore" in names:
        ignores = (*ignores, *_read_ignores(folder))
    for entry in inside:
        path = folder / entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder:
            wanted = not entry.name.startswith(".") and entry.name not in _NEVER
            wanted = wanted and not os.path.isfile(path / "pyvenv.cfg")
        else:
            wanted = path.suffix in SUFFIXES or is_requirements(entry.name)
            wanted = wanted and os.path.isfile(path)  # False in a loop of links
        if (
            not wanted
            or _ignored(path, is_folder, ignores)
            or any(pattern.matches(path, folder=is_folder) for pattern in exclude)
        ):
            continue
        if is_folder:
            _walk(path, exclude, ignores, found)
        else:
            found.files.append(path)


def _ignored(path: Path, is_folder: bool, ignores: Sequence[_Ignores]) -> bool:
    """What the innermost .gitignore that has an opinion says."""
    absolute = Path(os.path.abspath(path))
    for level in reversed(ignores):
        relative = absolute.relative_to(level.folder).as_posix()
        verdict = level.spec.check_file(relative + "/" if is_folder else relative).include
        if verdict is not None:
            return verdict
    return False


def _ignores_above(folder: Path) -> tuple[_Ignores, ...]:
    """The .gitignore files above `folder`, outermost first, if it lies in a git repository.

    None of them if they ignore `folder` itself: whoever names it wants it.
    """
    absolute = Path(os.path.abspath(folder))
    above: list[Path] = []
    for parent in (absolute, *absolute.parents):
        above.append(parent)
        if (parent / ".git").exists():
            break
    else:
        return ()
    ignores: tuple[_Ignores, ...] = ()
    for parent in reversed(above[1:]):
        ignores = (*ignores, *_read_ignores(parent))
    return () if _ignored(absolute, True, ignores) else ignores


def _read_ignores(folder: Path) -> Iterator[_Ignores]:
    try:
        lines = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    yield _Ignores(
        folder.absolute(), pathspec.GitIgnoreSpec.from_lines(filter(_well_formed, lines))
    )


def _well_formed(line: str) -> bool:
    """Git passes over a line that it does not understand; pathspec raises."""
    try:
        pathspec.GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
