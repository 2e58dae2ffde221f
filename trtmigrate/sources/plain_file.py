"""Read the small files around a program, which may be anything in a project of somebody else."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MOST_BYTES = 16 << 20


def read_plain(path: Path, most: int = MOST_BYTES, *, follow: bool = True) -> bytes:
    """Return the bytes of a file. A pipe is not waited for, and a device is not read.

    Raises OSError for what is no plain file or has more bytes, and, unless `follow`, for a link.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    flags |= 0 if follow else getattr(os, "O_NOFOLLOW", 0)
    with open(os.open(path, flags), "rb") as opened:
        state = os.fstat(opened.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, "is no plain file")
        data = opened.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"has more than {most >> 20} MiB")
    return data
