# The simulator is on the path of this process alone.
# mypy: disable-error-code="import-not-found"
"""Runs programs on one simulated release: a fork for each, of a process that has all imports.

    PYTHON server.py          one request a line on stdin, one answer a line on stdout, both JSON

A request is {"path", "timeout"}; the program runs in its own folder. An answer holds "stdout",
the end of "stderr", the "exit" status (null: timed out) and the "executions": for each context
that ran, in order of its first execution, the digests of what each execution read and wrote.

An execution is recorded when the simulated device performs it, which is when the program waits for
it, so the record changes nothing in the order of things.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import itertools
import json
import os
import select
import signal
import sys
import tempfile
import traceback
import types
import weakref
from pathlib import Path
from typing import Any

LONGEST = 20_000  # characters of each stream that are kept


def import_all() -> Any:
    """Import what programs import; returns the simulator's class of one execution."""
    import cuda.cudart  # noqa: F401
    import numpy  # noqa: F401
    import pycuda.driver  # noqa: F401
    import tensorrt  # noqa: F401
    from trtsim.execution import Execution

    little_torch().install()
    return Execution


def little_torch() -> Any:
    """Load the stand-in for torch, which lies beside this file."""
    path = Path(__file__).with_name("little_torch.py")
    spec = importlib.util.spec_from_file_location("little_torch", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["little_torch"] = module
    spec.loader.exec_module(module)
    return module


def record_executions(execution_type: Any) -> dict[int, list[Any]]:
    """Let every execution write down its tensors, by context."""
    contexts: dict[int, list[Any]] = {}
    numbers: Any = weakref.WeakKeyDictionary()  # a context that stays alive keeps its profile
    count = itertools.count()
    compute, write = execution_type.compute, execution_type.write

    def computed(self: Any) -> Any:
        self.seen = {
            spec.name: described(self, spec, self.shapes[spec.name])
            for spec in self.data.inputs
            if spec.name not in self.values
        }
        return compute(self)

    def written(self: Any, found: Any) -> None:
        write(self, found)
        if self.context not in numbers:
            numbers[self.context] = next(count)
        outputs = {
            named(spec, place): described(self, spec, found[spec.name].shape)
            for place, spec in enumerate(self.data.outputs)
        }
        entry = {**getattr(self, "seen", {}), **outputs}
        contexts.setdefault(numbers[self.context], []).append(entry)

    execution_type.compute, execution_type.write = computed, written
    return contexts


def named(spec: Any, place: int) -> str:
    """The name of an output; the place of one that nobody named: its name counts the layers."""
    unnamed = spec.name.startswith("(Unnamed Layer")
    return f"output {place}" if unnamed else str(spec.name)


def described(execution: Any, spec: Any, shape: Any) -> list[Any]:
    data = execution._bytes(spec, tuple(shape)).tobytes()
    return [list(shape), hashlib.sha256(data).hexdigest()[:16]]


def run_program(path: Path, contexts: dict[int, list[Any]]) -> int:
    """Run a program as the main module of this process; returns the exit status."""
    main = types.ModuleType("__main__")
    main.__file__ = str(path)
    sys.modules["__main__"] = main
    sys.argv = [str(path)]
    sys.path.insert(0, str(path.parent))
    os.chdir(path.parent)
    try:
        exec(compile(path.read_bytes(), str(path), "exec", dont_inherit=True), main.__dict__)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def in_child(path: Path, answer: int, execution_type: Any) -> None:
    """Run the program and write its executions to the descriptor; never returns."""
    contexts = record_executions(execution_type)
    status = run_program(path, contexts)
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    line = json.dumps({"exit": status, "executions": list(contexts.values())})
    with os.fdopen(answer, "w") as file:
        file.write(line)
    os._exit(0)


def forked(path: Path, timeout: float, execution_type: Any) -> dict[str, Any]:
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.close(reading)
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            sys.stdout = os.fdopen(os.dup(1), "w", encoding="utf-8")
            sys.stderr = os.fdopen(os.dup(2), "w", encoding="utf-8")
            in_child(path, writing, execution_type)
        os.close(writing)
        text = received(reading, timeout)
        if text is None:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        answer = json.loads(text) if text else {"exit": None, "executions": []}
        answer["stdout"] = content(out)
        answer["stderr"] = content(err)[-2000:]
        return answer


def received(descriptor: int, timeout: float) -> str | None:
    """All that the child writes; None where it takes too long."""
    parts: list[bytes] = []
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        while True:
            ready, _, _ = select.select([file], [], [], timeout)
            if not ready:
                return None
            part = file.read(1 << 16)
            if not part:
                return b"".join(parts).decode()
            parts.append(part)


def content(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode("utf-8", "replace")[:LONGEST])


def serve() -> None:
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.path.pop(0)  # the folder of this file
    execution_type = import_all()
    for line in sys.stdin:
        request = json.loads(line)
        answer = forked(Path(request["path"]), request["timeout"], execution_type)
        channel.write(json.dumps(answer) + "\n")
        channel.flush()


if __name__ == "__main__":
    serve()
