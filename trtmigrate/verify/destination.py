"""The file that a report is written to: never a file that is something else."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from trtmigrate.verify.html import is_report


def objection_to(path: Path) -> str | None:
    """Return why a report cannot be written to `path`; None if it can.

    A file that exists has to be a report already, and a new file has to be called ``*.html``.
    """
    if path.suffix != ".html":
        return f"{path} is not called *.html"
    if path.is_symlink() and not path.exists():
        return f"{path} is a link to nothing"
    folder = path.resolve().parent
    if not folder.is_dir():
        return f"{folder} is no folder"
    try:
        if path.exists() and not (path.is_file() and is_report(path)):
            return f"{path} is not a report of verify: name another file, or remove it first"
        with path.open("r+b") if path.exists() else tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return f"{path} cannot be written: {error.strerror}"
    return None


def write_report(path: Path, page: str) -> None:
    """Write a page to a file at once, so that no half of it is ever there.

    Raise OSError if it cannot be written.
    """
    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(page)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, target)
    except OSError:
        os.unlink(name)
        raise
