"""Limits of time and memory for the work on one file."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

MIB = 1 << 20


class TooSlow(BaseException):
    """The time is over. No `except Exception` on the way can take it for its own error."""


class Timer:
    """Knows whether the time of a block is over."""

    is_over = False


@contextmanager
def time_limit(seconds: float) -> Iterator[Timer]:
    """Raise TooSlow in the block when this process has worked so long in it.

    The code that is interrupted may raise something else when it cleans up: then `is_over` of the
    timer tells. Does nothing where the system has no timer for that, outside of the main thread,
    and where the program that called us has a timer of its own. A call into another language is
    not interrupted.
    """
    timer = Timer()
    if not _can_be_timed():
        yield timer
        return

    def end(number: int, frame: object) -> None:
        timer.is_over = True
        raise TooSlow

    signal.signal(signal.SIGPROF, end)
    # Again and again: Python drops an exception that comes up in a callback.
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield timer
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)


def _can_be_timed() -> bool:
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        return False
    in_use = signal.getsignal(signal.SIGPROF) is not signal.SIG_DFL
    return not in_use and signal.getitimer(signal.ITIMER_PROF)[0] == 0


def limit_memory(mib: int) -> None:
    """Let this process take no more than so much memory beside what it has now, where the system
    can say so.
    """
    taken = _address_space()
    if taken is None:
        return
    import resource  # lazily: Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = taken + mib * MIB
    if soft == resource.RLIM_INFINITY or soft > most:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _address_space() -> int | None:
    """Return the size of this process in bytes; None where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:
            pages = int(file.read().split()[0])
    except (OSError, ValueError):
        return None
    import resource  # lazily, as above

    return pages * resource.getpagesize()
