"""A progress bar for a terminal."""

from __future__ import annotations

import time
from typing import IO

DELAY = 1.0  # seconds; shorter runs need no bar


class Progress:
    """Draws a bar when it is called with the numbers of files that are done and of all files.

    It draws on a terminal only, and only after a second.
    """

    def __init__(self, stream: IO[str], *, enabled: bool | None = None) -> None:
        self._stream = stream
        self._enabled = stream.isatty() if enabled is None else enabled
        self._start = time.monotonic()
        self._drawn = ""

    def __call__(self, done: int, total: int) -> None:
        if not self._enabled or not total or time.monotonic() - self._start < DELAY:
            return
        width = 30
        filled = width * done // total
        self._draw(f"[{'#' * filled}{'.' * (width - filled)}] {done}/{total} files")

    def close(self) -> None:
        """Remove the bar."""
        if self._drawn:
            self._stream.write("\r" + " " * len(self._drawn) + "\r")
            self._stream.flush()
            self._drawn = ""

    def _draw(self, text: str) -> None:
        if text != self._drawn:
            self._stream.write("\r" + text)
            self._stream.flush()
            self._drawn = text
