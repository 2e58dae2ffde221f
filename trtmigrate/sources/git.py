"""Ask git which files of a folder belong to the project: git alone knows all its ignore files."""

from __future__ import annotations

import os
from pathlib import Path

# A hook of git sets these for its own repository and index; here the folder says which is meant.
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
_COMMAND = (
    *("git", "-c", "core.fsmonitor=false"),  # which may name a program of the repository
    *("ls-files", "-z", "--cached", "--others", "--exclude-standard"),
)


def files_in_work_tree(folder: Path) -> list[str] | None:
    """Return the paths below `folder` that are tracked or not ignored, relative to it.

    A nested repository is one path, with a slash at its end if it is not tracked. None where git
    cannot say: outside of a work tree, without git, in a folder that is ignored itself.
    """
    if not _has_repository(folder):
        return None
    import subprocess  # lazily: costs some milliseconds that a run over files does not need

    environment = {k: v for k, v in os.environ.items() if k not in _OF_A_HOOK}
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    try:
        done = subprocess.run(
            _COMMAND, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True
        )
    except OSError:
        return None
    if done.returncode or done.stderr or not done.stdout:
        return None  # a folder that git cannot read is only a warning
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]


def _has_repository(folder: Path) -> bool:
    absolute = Path(os.path.abspath(folder))
    return any((parent / ".git").exists() for parent in (absolute, *absolute.parents))
