"""What belongs to the interpreter: it has no stand-ins, and knows what it can do without."""

from __future__ import annotations

import os
import sys
import sysconfig

# The folders of the interpreter, of the standard library, and of installed packages.
INSTALLED = tuple(
    {os.path.join(sysconfig.get_path(name), "") for name in ("stdlib", "platstdlib", "purelib")}
    | {os.path.join(prefix, "lib", "") for prefix in (sys.prefix, sys.base_prefix)}
)


def is_installed(path: str) -> bool:
    """Return True for a file of the interpreter or of an installed package."""
    return os.path.abspath(path).startswith(INSTALLED)
