# The simulator is on the path of this process alone.
# mypy: disable-error-code="import-not-found"
"""Run the recorder on one simulated release: a fork for each run, of a process that imported all.

    PYTHON server.py          one request a line on stdin, one answer a line on stdout, both JSON

A request is {"arguments", "cwd", "stdout", "stderr", "timeout"}; an answer is the exit status of
the recorder, negative for a signal, null if it took too long.
"""

from __future__ import annotations

import atexit
import gc
import importlib.util
import json
import os
import runpy
import signal
import sys
import time
from pathlib import Path
from typing import Any

BROKEN = [path.stem for path in Path(__file__).with_name("broken").glob("[a-z]*.py")]
RECORDER = Path(__file__).resolve().parents[3] / "trtmigrate" / "verify" / "recorder"


def import_all() -> Any:
    """Import what programs import; return the function that starts the recorder."""
    for name in ("numpy", "cuda.cudart", "cuda.cuda", "pycuda.driver", "tensorrt"):
        importlib.import_module(name)
    if importlib.util.find_spec("broken"):
        for name in BROKEN:
            importlib.import_module(f"broken.{name}")
    started = runpy.run_path(str(RECORDER / "__main__.py"))
    started["load_package"]()
    return importlib.import_module(started["PACKAGE"] + ".start").main


def in_child(main: Any, request: dict[str, Any]) -> None:
    """Run the recorder as a process of its own would; never return."""
    for name, number in (("stdout", 1), ("stderr", 2)):
        file = os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, number)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", encoding="utf-8")
    os.chdir(request["cwd"])
    try:
        main(request["arguments"])
    except SystemExit:
        pass  # the recorder keeps its status, and leaves with it
    finally:
        atexit._run_exitfuncs()
        os._exit(9)  # the recorder has left before


def forked(main: Any, request: dict[str, Any]) -> int | None:
    """Return the exit status of one run."""
    child = os.fork()
    if child == 0:
        os.setsid()
        in_child(main, request)
    end = time.monotonic() + request["timeout"]
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def serve() -> None:
    """Answer requests until stdin ends."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.path.pop(0)  # the folder of this file
    main = import_all()
    gc.freeze()  # the forks share what is imported
    for line in sys.stdin:
        answer = forked(main, json.loads(line))
        channel.write(json.dumps(answer) + "\n")
        channel.flush()


if __name__ == "__main__":
    serve()
