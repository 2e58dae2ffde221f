"""The release of TensorRT that a project runs on: the one that it requires, or the installed one.

Files are read and nothing is imported: tensorrt may be missing, and takes seconds to load.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from trtmigrate.requirements.files import requirements_in
from trtmigrate.requirements.pins import least_release
from trtmigrate.sources.config import is_project_root
from trtmigrate.sources.encoding import SourceError, decode
from trtmigrate.sources.kinds import is_requirements
from trtmigrate.sources.plain_file import read_plain

# The names that pip lists TensorRT by.
DISTRIBUTIONS = tuple(
    f"tensorrt{cuda}{part}"
    for part in ("", "-bindings", "-lean", "-dispatch")
    for cuda in ("", "-cu11", "-cu12", "-cu13")
)


@dataclass(frozen=True)
class Required:
    """A release, as a target, and the words that say where it comes from."""

    target: str  # "10.3"
    source: str  # "tensorrt>=10.3,<11 in requirements.txt"


def release_of_project(folder: Path) -> Required | None:
    """Return the oldest release that the requirements of a project admit, else the installed one.

    The nearest folder counts that requires TensorRT with a lowest release; the project ends at a
    folder with `.git`. None if no release can be told.
    """
    here = Path(os.path.abspath(folder))
    while True:
        if found := list(_required_in(here)):
            return min(found, key=lambda required: _numbers(required.target))
        if is_project_root(here):
            return _installed()
        here = here.parent


def _required_in(folder: Path) -> Iterator[Required]:
    for file in _files(folder):
        try:
            text = decode(read_plain(file)).text
        except (OSError, SourceError):
            continue  # a run over the file tells what is wrong with it
        for requirement, conda in requirements_in(str(file), text):
            if target := least_release(requirement, conda=conda):
                yield Required(target, f"{requirement} in {file}")


def _files(folder: Path) -> list[Path]:
    """Return what says what to install, in a folder and in its folder `requirements`."""
    found = [*_listed(folder), *_listed(folder / "requirements")]
    return sorted(path for path in found if is_requirements(str(path)) and path.is_file())


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _installed() -> Required | None:
    for name in DISTRIBUTIONS:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        if target := least_release(f"{name}=={version}"):
            return Required(target, f"{name} {version}, which is installed")
    return None


def _numbers(target: str) -> tuple[int, ...]:
    return tuple(map(int, target.split(".")))
