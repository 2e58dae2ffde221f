"""Find the files that a run looks at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from trtmigrate.findings import FileResult, Status
from trtmigrate.options import PathPattern, is_soon_matched
from trtmigrate.sources.git import files_in_work_tree
from trtmigrate.sources.kinds import is_document, is_program, is_requirements
from trtmigrate.sources.plain_file import read_plain

if TYPE_CHECKING:
    import pathspec

MOST_LEVELS = 200  # of folders in each other
MOST_PATTERNS = 10_000  # of a .gitignore; to read more takes seconds
_TOO_DEEP = f"lies in more than {MOST_LEVELS} folders, and is not looked at"
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


@dataclass(frozen=True)
class _Wanted:
    """What a run looks at."""

    exclude: Sequence[PathPattern]
    docs: bool

    def takes(self, name: str, path: Path) -> bool:
        """True for a program, for requirements, and for a document if the run is about them."""
        return is_program(name) or is_requirements(str(path)) or (self.docs and is_document(name))

    def leaves_out(self, path: Path, *, folder: bool = False) -> bool:
        """True if a pattern names a path."""
        return any(pattern.matches(path, folder=folder) for pattern in self.exclude)


def failed(path: str | os.PathLike[str], reason: str) -> FileResult:
    """The result of a file, or of an argument, that could not be processed."""
    return FileResult(os.fspath(path), Status.FAILED, error=f"{os.fspath(path)}: {reason}")


def discover(path: Path, exclude: Sequence[PathPattern] = (), *, docs: bool = False) -> Found:
    """Return the Python files and notebooks at `path`, and the files there that say what is to be
    installed; with `docs`, the documents as well.

    A file is taken whatever its suffix. Below a folder: no hidden folders, no virtual environments,
    nothing that git ignores or `exclude` names, and no symlinked folders, so that a loop of links
    cannot trap the search.
    """
    found = Found()
    try:
        if path.is_dir():
            _below(path, _Wanted(exclude, docs), found)
            has_program = any(
                is_program(file.name) or is_document(file.name) for file in found.files
            )
            if not has_program and not found.problems:
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


def _below(folder: Path, wanted: _Wanted, found: Found) -> None:
    listed = files_in_work_tree(folder)
    if listed is None:
        _walk(folder, wanted, _ignores_above(folder), found)
    else:
        _take(folder, listed, wanted, found)


def _take(folder: Path, listed: Sequence[str], wanted: _Wanted, found: Found) -> None:
    """Take what is wanted of the paths that git lists, in the order of a walk."""
    accepted: dict[tuple[str, ...], bool] = {(): True}

    def accepts(parts: tuple[str, ...]) -> bool:
        """True if a folder and all between it and the root are wanted."""
        if parts not in accepted:
            within = accepts(parts[:-1]) and _is_project_folder(parts[-1], folder.joinpath(*parts))
            accepted[parts] = within
        return accepted[parts]

    for parts in sorted({tuple(name.rstrip("/").split("/")) for name in listed}):
        name = parts[-1]
        path = folder.joinpath(*parts)
        if len(parts) > MOST_LEVELS:
            found.problems.append(failed(path, _TOO_DEEP))
            continue
        if wanted.takes(name, path) and os.path.isfile(path):
            if accepts(parts[:-1]) and not wanted.leaves_out(path):
                found.files.append(path)
        elif os.path.isdir(path) and not os.path.islink(path) and accepts(parts):
            if not wanted.leaves_out(path, folder=True):
                _below(path, wanted, found)  # a repository within this one


def _walk(
    folder: Path,
    wanted: _Wanted,
    ignores: tuple[_Ignores, ...],
    found: Found,
    level: int = 0,
) -> None:
    """Look through a folder without git, as far as the .gitignore files say."""
    if level > MOST_LEVELS:
        found.problems.append(failed(folder, _TOO_DEEP))
        return
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        found.problems.append(failed(folder, error.strerror or str(error)))
        return
    if any(entry.name == ".gitignore" for entry in inside):
        ignores = (*ignores, *_read_ignores(folder))
    for entry in inside:
        path = folder / entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder:
            concerns = _is_project_folder(entry.name, path)
        else:
            # isfile() is False in a loop of links
            concerns = wanted.takes(entry.name, path) and os.path.isfile(path)
        if (
            not concerns
            or _ignored(path, is_folder, ignores)
            or wanted.leaves_out(path, folder=is_folder)
        ):
            continue
        if is_folder:
            _walk(path, wanted, ignores, found, level + 1)
        else:
            found.files.append(path)


def _is_project_folder(name: str, path: Path) -> bool:
    """True if a folder can hold source of the project: not hidden, no virtual environment."""
    hidden = name.startswith(".") or name in _NEVER
    return not hidden and not os.path.isfile(path / "pyvenv.cfg")


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
        lines = read_plain(folder / ".gitignore").decode("utf-8", "replace").splitlines()
    except OSError:
        return
    import pathspec  # lazily: costs much, and git mostly answers instead

    yield _Ignores(
        Path(os.path.abspath(folder)),
        pathspec.GitIgnoreSpec.from_lines(filter(_well_formed, lines[:MOST_PATTERNS])),
    )


def _well_formed(line: str) -> bool:
    """True if pathspec can read a line, and match it in time; git passes over a line that it does
    not understand.
    """
    import pathspec

    if not is_soon_matched(line):
        return False
    try:
        pathspec.GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
