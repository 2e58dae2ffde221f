"""A progress bar for a terminal."""

from __future__ import annotations

import os
import time
from typing import IO, TYPE_CHECKING

from trtmigrate import interrupt

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

DELAY = 1.0  # seconds; shorter runs need no bar
INTERVAL = 0.1  # seconds between two drawings
_RESTORE = b"\r\x1b[2K\x1b[?25h"  # clears the line and shows the cursor, which the bar hides


class Progress:
    """Draws a bar when it is called with the numbers of files that are done and of all files.

    It draws on a terminal only, and only after a second.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._enabled = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._start = time.monotonic()
        self._drawn = 0.0
        self._bar: Bar | None = None

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._enabled or not total or now - self._start < DELAY:
            return
        if self._bar is None:
            self._bar = _bar(self._stream)
            self._bar.add_task("", total=total)
        self._bar.update(self._bar.task_ids[0], completed=done)
        if now - self._drawn >= INTERVAL:
            self._drawn = now
            interrupt.say_on_signal(_RESTORE)
            self._bar.start()
            self._bar.refresh()

    def hide(self) -> None:
        """Remove the bar, so that something can be printed; the next call draws it again."""
        if self._bar is not None:
            self._bar.stop()
            self._drawn = 0.0
            interrupt.say_on_signal(b"")


def _bar(stream: IO[str]) -> Bar:
    """Return a bar that is drawn only when asked: processes are forked, and a thread that draws
    would not survive that.
    """
    # Lazily: most runs are too short for a bar.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    return Progress(
        BarColumn(),
        MofNCompleteColumn(),
        "files,",
        TimeRemainingColumn(),
        "left",
        console=Console(file=stream),
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
