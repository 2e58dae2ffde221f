"""Replace a file in one step or not at all, with everything else about it kept.

The new text is written to a temporary file in the same folder, which then takes the name of the
file. Its name says whose it is, so that a later run can remove what a killed run has left.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from trtmigrate import interrupt

_TEMPORARY = re.compile(r"\..+\.(\d+)-[0-9a-f]{8}\.trtmigrate-tmp")
_NAME_BYTES = 200  # of the file's own name in the temporary one: 255 is the most that systems take


class WriteError(OSError):
    """The file was not replaced; it holds what it held before."""


def replace_file(path: str | os.PathLike[str], *, before: bytes, after: bytes) -> None:
    """Put `after` in the place of `before` in one step.

    Mode, owner, extended attributes (access lists among them) and symlinks stay. Raises WriteError
    where they cannot, and where the file is gone, is read-only, has further hard links, or no
    longer holds `before`.
    """
    target = Path(os.path.realpath(path))
    try:
        state = target.stat()
        _refuse(target, state)
        with _written(target, after) as name:
            _keep_state(target, state, name)
            if target.read_bytes() != before:
                raise WriteError("changed on disk meanwhile, not overwritten")
            os.replace(name, target)
        _sync_folder(target.parent)
    except WriteError:
        raise
    except OSError as error:
        raise WriteError(f"could not be written: {error.strerror or error}") from error


def write_file(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file of our own (a report) in one step, over an older one. Also removes what a killed
    run has left beside it.

    Raises OSError where it cannot be written; an older file is then as it was.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)  # a terminal, a pipe: nothing to replace
            return
        remove_leftovers([target.parent])
        with _written(target, data) as name:
            mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else _new_mode()
            os.chmod(name, mode)
            os.replace(name, target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error
    _sync_folder(target.parent)


def remove_leftovers(folders: Iterable[Path]) -> list[Path]:
    """Remove the temporary files that killed runs have left in these folders; return them.

    A file of a process that is still there stays.
    """
    removed = []
    for folder in {Path(os.path.realpath(folder)) for folder in folders}:
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for name in names:
            found = _TEMPORARY.fullmatch(name)
            if found is not None and not _is_alive(int(found[1])):
                try:
                    os.unlink(folder / name)
                except OSError:
                    continue
                removed.append(folder / name)
    return sorted(removed)


@contextlib.contextmanager
def _written(target: Path, data: bytes) -> Iterator[str]:
    """Write `data` to a temporary file beside `target`, which is gone at the end of the block."""
    beginning = os.fsdecode(os.fsencode(target.name)[:_NAME_BYTES])
    unique = f"{os.getpid()}-{os.urandom(4).hex()}"
    name = str(target.with_name(f".{beginning}.{unique}.trtmigrate-tmp"))
    with interrupt.temporary_file(name):  # noted down before it is there
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with open(os.open(name, flags, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield name


def _refuse(target: Path, state: os.stat_result) -> None:
    """Raise WriteError for a file that must not, or cannot, be replaced."""
    # A rename asks only the directory for permission; a read-only file still means hands off.
    if not state.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise WriteError("is read-only")
    if not os.access(target, os.W_OK):
        raise WriteError("may not be written to")
    if state.st_nlink > 1:
        raise WriteError(
            f"has {state.st_nlink} hard links, of which only this one would be changed; "
            "replace it with a copy of its own first"
        )


def _keep_state(target: Path, state: os.stat_result, name: str) -> None:
    """Give the temporary file the owner, the attributes and the mode of the file."""
    if hasattr(os, "chown") and (state.st_uid, state.st_gid) != (os.geteuid(), os.getegid()):
        with contextlib.suppress(PermissionError):  # only root may give a file away
            os.chown(name, state.st_uid, state.st_gid)
    _keep_attributes(target, name)
    os.chmod(name, stat.S_IMODE(state.st_mode))  # at last: chown clears the set-id bits


def _keep_attributes(target: Path, name: str) -> None:
    if not hasattr(os, "listxattr"):
        return
    try:
        wanted = os.listxattr(target)
    except OSError:
        return  # a file system without extended attributes
    for attribute in wanted:
        value = os.getxattr(target, attribute)
        try:
            if attribute in os.listxattr(name) and os.getxattr(name, attribute) == value:
                continue  # a label that the system gives to every file here
            os.setxattr(name, attribute, value)
        except OSError as error:
            raise WriteError(
                f"has the extended attribute {attribute}, which cannot be kept: {error.strerror}"
            ) from error


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a crash, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return  # the file is in its place all the same
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def _new_mode() -> int:
    """Return the mode of a new file as the user wants it."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _is_alive(pid: int) -> bool:
    """True if a process of this number runs, this one not counted."""
    if pid == os.getpid():
        return False
    if os.name == "nt":
        return True  # there is no harmless way to ask
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
