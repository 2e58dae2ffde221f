"""Start the command line: signals first, then everything that takes time to import."""

from __future__ import annotations

import os

try:
    from trtmigrate.interrupt import exit_on_signals
except KeyboardInterrupt:  # from here on, a signal is no traceback any more
    os._exit(130)


def main() -> None:
    """The console script."""
    exit_on_signals()
    from trtmigrate.cli import main as run  # only now

    run()


if __name__ == "__main__":
    main()
