"""The migration of a program in a copy of its folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from trtmigrate.sources.program import python_of
from trtmigrate.verify.run import VerifyError

NOTHING_CHANGED = "the migration changed nothing"


def migrate_folder(script: Path, target: str) -> list[str]:
    """Migrate a program, and every Python file in its folder (a copy of it), in place.

    Return notes on what the program and the modules that it imports leave for a person, and
    ``NOTHING_CHANGED`` if these stayed as they were. Raise VerifyError if the program itself
    cannot be processed; other files that cannot be stay as they are.
    """
    notes, changed = [], False
    own = imported_files(script)
    for path in sorted({script, *_python_files(script.parent)}):
        before = path.read_bytes()
        after, left, error = _migrated(before, path.name, target)
        if error is not None and path == script:
            raise VerifyError(f"AFTER: {error}")
        if after != before:
            if path.is_symlink():  # it may lead to the user's own file, which stays as it is
                path.unlink()
            path.write_bytes(after)
        if path in own:
            changed = changed or after != before
            if left:
                name = path.relative_to(script.parent)
                notes.append(f"{name}: {left} uses are left for a person")
    return notes if changed else [*notes, NOTHING_CHANGED]


def _python_files(folder: Path) -> Iterator[Path]:
    """Return the Python files of a folder, without links to nothing and folders called `x.py`."""
    return (path for path in folder.rglob("*.py") if path.is_file())


@cache
def _migrated(source: bytes, name: str, target: str) -> tuple[bytes, int, str | None]:
    """The migrated file, the number of findings left in it, and why it could not be processed."""
    from trtmigrate import migrate_source
    from trtmigrate.sources.encoding import decode, encode

    result = migrate_source(source, path=name, target=target)
    changed = result.changed and result.after is not None
    after = encode(result.after, decode(source)) if changed and result.after else source
    return after, len(result.left), result.error


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
