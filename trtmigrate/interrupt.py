"""End on a signal without a traceback, a temporary file or a process left behind.

Imports nothing but the standard library's smallest modules: it is in force before anything else is
imported.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
_temporary_files: set[str] = set()  # to be removed on a signal
_processes: set[int] = set()  # to be killed on a signal
_received: int | None = None
_last_words = b""  # before "interrupted"


def exit_on_signals() -> None:
    """From now on, SIGINT, SIGTERM and SIGHUP end the process at once, after cleaning up.

    No exception is raised: it could come up in any place and be lost there.
    """
    owner = os.getpid()

    def end(number: int, frame: object) -> None:
        if os.getpid() == owner:  # not in a worker that was just forked
            _clean_up()
            _say(_last_words + b"interrupted\n")
        os._exit(128 + number)

    _handle(end)


def raise_on_signals() -> None:
    """From now on, SIGINT, SIGTERM and SIGHUP raise KeyboardInterrupt, so that `finally` runs."""

    def interrupt(number: int, frame: object) -> None:
        global _received
        _received = number
        raise KeyboardInterrupt

    _handle(interrupt)


def exit_code() -> int:
    """Return the exit code for the signal that was received, as a shell reports it."""
    return 128 + (_received or signal.SIGINT)


def restore_signals_of_worker() -> None:
    """Let a worker ignore Ctrl-C, which its parent handles, and die of other signals."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    _temporary_files.clear()
    _processes.clear()


@contextmanager
def signals_held() -> Iterator[None]:
    """Deliver signals only after the block: it starts something and notes it down."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def temporary_file(name: str) -> Iterator[None]:
    """Remove a file at the end of the block and on a signal; it need not exist."""
    _temporary_files.add(name)
    try:
        yield
    finally:
        _remove(name)
        _temporary_files.discard(name)


def say_on_signal(text: bytes) -> None:
    """Write this to standard error on a signal: what brings a terminal back to its usual state."""
    global _last_words
    _last_words = text


def add_process(pid: int) -> None:
    """Kill a process on a signal."""
    _processes.add(pid)


def forget_process(pid: int) -> None:
    """Leave a process alone again: it has ended."""
    _processes.discard(pid)


def _handle(handler: object) -> None:
    for number in _SIGNALS:
        try:
            # A program that was started with nohup goes on when its terminal is gone.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, handler)  # type: ignore[arg-type]
        except ValueError:
            return  # not in the main thread: whoever embeds the command line has its own ways


def _clean_up() -> None:
    for pid in list(_processes):
        with suppress(OSError):
            os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    for name in list(_temporary_files):
        _remove(name)


def _remove(name: str) -> None:
    with suppress(OSError):
        os.unlink(name)


def _say(text: bytes) -> None:
    with suppress(OSError, ValueError):
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, text)
