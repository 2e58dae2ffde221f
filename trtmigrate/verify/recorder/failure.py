"""Write down how a program failed, in its own frames.

The frames of the recorder lie between those of the interpreter and the program, and between the
program and TensorRT. They say nothing to the person whose program failed, so they are left out.
"""

from __future__ import annotations

import linecache
import os
import types
from typing import Any

from .record import Record

HERE = os.path.dirname(os.path.abspath(__file__))


def hide_recorder(error: BaseException) -> None:
    """Take the recorder's frames out of the traceback of an error and of its causes."""
    for one, _ in chain_of(error):
        one.__traceback__ = without_recorder(one.__traceback__)


def record_failure(record: Record, error: BaseException) -> None:
    """Write an event with the error first and its causes after it, each with its frames."""
    errors = [
        {
            "type": type(one).__name__,
            "message": message_of(one),
            "relation": relation,
            "frames": frames_of(one),
        }
        for one, relation in chain_of(error)
    ]
    record.event("failure", errors=errors)


def chain_of(error: BaseException) -> list[tuple[BaseException, str]]:
    """Return an error and its causes, each with its relation to the error before it."""
    found = [(error, "")]
    seen = {id(error)}
    while True:
        last = found[-1][0]
        if last.__cause__ is not None:
            following, relation = last.__cause__, "caused by"
        elif last.__context__ is not None and not last.__suppress_context__:
            following, relation = last.__context__, "while handling"
        else:
            return found
        if id(following) in seen:
            return found
        seen.add(id(following))
        found.append((following, relation))


def message_of(error: BaseException) -> str:
    """Return the message of an error; an error may fail to give it."""
    try:
        return str(error)
    except Exception as problem:
        return f"(str() of it raises {type(problem).__name__})"


def frames_of(error: BaseException) -> list[dict[str, Any]]:
    """Return the frames of an error, innermost last, without those of the recorder."""
    found = []
    traceback = without_recorder(error.__traceback__)
    while traceback is not None:
        code, line = traceback.tb_frame.f_code, traceback.tb_lineno
        found.append(
            {
                "file": code.co_filename,
                "line": line,
                "function": code.co_name,
                "text": linecache.getline(code.co_filename, line).strip(),
            }
        )
        traceback = traceback.tb_next
    return found


def without_recorder(traceback: types.TracebackType | None) -> types.TracebackType | None:
    """Return a traceback without the frames of the recorder."""
    kept = []
    while traceback is not None:
        if not traceback.tb_frame.f_code.co_filename.startswith(HERE + os.sep):
            kept.append(traceback)
        traceback = traceback.tb_next
    result: types.TracebackType | None = None
    for one in reversed(kept):
        result = types.TracebackType(result, one.tb_frame, one.tb_lasti, one.tb_lineno)
    return result
