"""End the process without taking down the objects that are still alive.

Engines and contexts that a script leaves in its globals would go after the CUDA context, which
pycuda has destroyed by then. TensorRT 8.6.0 reports errors there or dies of signal 11, depending on
the order (seen on an H100). The program's own work is done by then.
"""

from __future__ import annotations

import os
import sys


class Ending:
    """The exit status, and the end of the process."""

    def __init__(self) -> None:
        self.status = 0

    def after(self, error: BaseException) -> None:
        """Set the exit status that the interpreter gives to a program which ended with `error`."""
        self.status = 1
        if isinstance(error, SystemExit) and (error.code is None or isinstance(error.code, int)):
            self.status = int(error.code or 0) & 0xFF

    def leave(self) -> None:
        """Write out the standard streams and end the process."""
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(self.status)
