"""Decide whether a text is shown in color."""

from __future__ import annotations

import os
from typing import IO


def wants_color(stream: IO[str], choice: str = "auto") -> bool:
    """True if what is written to a stream is to have colors.

    An explicit choice counts first, then NO_COLOR, then FORCE_COLOR; without them a terminal that
    can show colors gets them.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
