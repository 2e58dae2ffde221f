"""The migration of a program in a copy of its folder."""

from __future__ import annotations

import ast
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from trtmigrate.sources.program import python_of
from trtmigrate.verify.run import VerifyError

NOTHING_CHANGED = "the migration changed nothing"


@dataclass(frozen=True)
class _Migrated:
    """What became of a file."""

    after: bytes
    left: int  # findings that are left for a person
    error: str | None  # why the file could not be processed


def migrate_folder(script: Path, target: str) -> list[str]:
    """Migrate a program, and the Python files in its folder (a copy of it) that it uses, in place.

    The program and the files that it imports are migrated as one run, because what one of them
    gives to another tells what to write. If the program can load files in another way, every other
    file of the folder is migrated alone.

    Return notes on what the program and the modules that it imports leave for a person, and
    ``NOTHING_CHANGED`` if these stayed as they were. Raise VerifyError if the program itself
    cannot be processed; other files that cannot be stay as they are.
    """
    folder = script.parent
    own = imported_files(script)
    contents = _contents(own, folder)
    others = set(_python_files(folder)) - own if _loads_others(contents) else set()
    migrated = _migrate(contents, target)
    alone = [_migrate((one,), target) for one in _contents(others, folder)]
    problem = migrated[script.name].error
    if problem is not None:
        raise VerifyError(f"AFTER: {problem}")
    changed = False
    for name, result in chain(*(found.items() for found in (*alone, migrated))):
        path = folder / name
        if result.after != path.read_bytes():
            if path.is_symlink():  # it may lead to the user's own file, which stays as it is
                path.unlink()
            path.write_bytes(result.after)
            changed = changed or name in migrated
    notes = [
        f"{name}: {result.left} uses are left for a person"
        for name, result in sorted(migrated.items())
        if result.left
    ]
    return notes if changed else [*notes, NOTHING_CHANGED]


_LOADERS = re.compile(
    rb"\b(importlib|__import__|runpy|pkgutil|exec|eval|subprocess|multiprocessing|PYTHONPATH)\b"
    rb"|\bsys\.path\b|\bos\.(system|popen|spawn|exec)|\bsys import\b.*\bpath\b"
)


def _loads_others(contents: Iterable[tuple[str, bytes]]) -> bool:
    """True if a program can load files that no import of it names."""
    return "PYTHONPATH" in os.environ or any(_LOADERS.search(data) for _, data in contents)


def _python_files(folder: Path) -> Iterator[Path]:
    """Return the Python files of a folder, without links to nothing and folders called `x.py`."""
    return (path for path in folder.rglob("*.py") if path.is_file())


def _contents(paths: Iterable[Path], folder: Path) -> tuple[tuple[str, bytes], ...]:
    """Return the name of each file in the folder, and what the file holds."""
    return tuple((str(path.relative_to(folder)), path.read_bytes()) for path in sorted(paths))


@cache  # a file is migrated once for all releases that AFTER runs on, and all programs beside it
def _migrate(files: tuple[tuple[str, bytes], ...], target: str) -> dict[str, _Migrated]:
    """Return the result of each file if all are migrated as one run."""
    from trtmigrate.batch import migrate_paths  # lazily: AFTER is mostly given
    from trtmigrate.options import Options
    from trtmigrate.sources.encoding import decode, encode

    migrated = {}
    with tempfile.TemporaryDirectory(prefix="trtmigrate-run-") as made:
        run = Path(made).resolve()
        for name, data in files:
            (run / name).parent.mkdir(parents=True, exist_ok=True)
            (run / name).write_bytes(data)
        report = migrate_paths([run / name for name, _ in files], Options(target=target))
        for result in report.files:
            name = str(Path(result.path).relative_to(run))
            before = (run / name).read_bytes()
            changed = result.changed and result.after is not None
            after = encode(result.after, decode(before)) if changed and result.after else before
            error = result.error and result.error.replace(f"{run}{os.sep}", "")
            migrated[name] = _Migrated(after, len(result.left), error)
    return migrated


def imported_files(script: Path) -> set[Path]:
    """The program and every file of its folder that it imports, directly or not.

    A package counts with all its modules. Imports that are made by a string are not seen.
    """
    found: set[Path] = set()
    open_files = [script]
    while open_files:
        path = open_files.pop()
        if path in found:
            continue
        found.add(path)
        for name in _imported_names(path):
            for folder in (script.parent, path.parent):
                module = folder / f"{name}.py"
                open_files += [module] if module.is_file() else _python_files(folder / name)
    return found


def _imported_names(path: Path) -> Iterator[str]:
    """The first part of every module that a file imports; none where it cannot be parsed."""
    try:
        tree = ast.parse(python_of(path.read_bytes(), path.name))
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module] if node.module else [alias.name for alias in node.names]
            yield from (module.partition(".")[0] for module in modules)
