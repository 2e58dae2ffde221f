"""Explain why a side failed: the program's own lines, the causes, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trtmigrate import api
from trtmigrate.verify.record import Error, Frame, Record
from trtmigrate.verify.run import Outcome, Side

SHOWN = 4  # frames of each error


@dataclass(frozen=True)
class Failure:
    """Why one side failed."""

    summary: str  # one line
    lines: tuple[str, ...]  # the program's own frames, innermost first, and the causes
    advice: tuple[str, ...]  # what to do
    stderr: str  # its end, without the traceback that `lines` tells


def explain(side: Side, copy: Path, outcome: Outcome, record: Record) -> Failure | None:
    """Return why a side failed; None if it did not. `copy` is the folder that it ran in."""
    if outcome.failure is None:
        return None
    summary = outcome.failure
    # A run that was killed failed by that, whatever was recorded before.
    errors = record.errors if (outcome.exit_code or 0) > 0 else []
    if errors and errors[0].type != "SystemExit":
        summary += f" ({_title(errors[0])})"
    lines = tuple(_lines(errors, copy))
    stderr = outcome.stderr
    if errors:
        stderr = stderr.partition("Traceback (most recent call last):\n")[0].strip()
        stderr = stderr.removesuffix(_title(errors[0])).strip()  # it is alone without own frames
    return Failure(summary, lines, tuple(_advice(side, outcome, errors)), stderr)


def _lines(errors: list[Error], copy: Path) -> Iterator[str]:
    for error in errors:
        relation = f"{error.relation} " if error.relation else ""
        yield f"{relation}{_title(error)}"
        own = [frame for frame in error.frames if Path(frame.file).is_relative_to(copy)]
        for frame in list(reversed(own or error.frames))[:SHOWN]:
            yield f"    {_place(frame, copy)}: {frame.text}"


def _place(frame: Frame, copy: Path) -> str:
    path = Path(frame.file)
    name = path.relative_to(copy) if path.is_relative_to(copy) else path
    function = "" if frame.function == "<module>" else f" in {frame.function}"
    return f"{name}:{frame.line}{function}"


def _title(error: Error) -> str:
    first = (error.message.splitlines() or [""])[0]
    return f"{error.type}: {first}" if first else error.type


# --- what to do -------------------------------------------------------------------------------


def _advice(side: Side, outcome: Outcome, errors: list[Error]) -> Iterator[str]:
    if outcome.excess:
        yield "let it print less or execute less often, or allow more with --record-limit MIB"
    elif outcome.exit_code is None:
        yield "give it more time with --timeout SECONDS; it reads an empty stdin"
    if outcome.exit_code == 2 and "usage:" in outcome.stderr:
        yield "give the program its arguments after --: trtmigrate verify BEFORE AFTER -- ARGS"
    for error in errors:
        advice = _advice_on(side, error)
        if advice:
            yield advice


def _advice_on(side: Side, error: Error) -> str | None:
    message = error.message
    if "without a description" in message:
        return (
            "describe the plan on a machine with TensorRT (trtmigrate verify --describe PLAN) and "
            "put PLAN.io.json beside the plan, or give its inputs and outputs with --engine "
            "(--engine guess takes them from the code)"
        )
    if message.startswith("sim: ") and message.endswith("is not covered"):
        return "the simulator does not cover this: verify on a GPU with --backend gpu"
    if error.type == "MemoryMisuse":
        return (
            f"{side.name} uses memory that is not its own, which a GPU may not notice: check the "
            "address and the number of bytes at the lines above"
        )
    if error.type in ("ModuleNotFoundError", "ImportError"):
        found = re.search(r"No module named '([\w.]+)'", message)
        if found:
            name = found[1].partition(".")[0]
            if name == "torch":  # a stand-in has no memory that TensorRT could use
                return (
                    f"{side.python} has no module torch: install it, or name another interpreter; "
                    "for the simulator a build without CUDA is enough"
                )
            return (
                f"{side.python} has no module {name}: install it, name another interpreter, or let "
                "it be a stand-in with --stub-missing"
            )
    if error.type == "FileNotFoundError":
        return (
            f"only {side.folder} was copied: with --root DIR the program finds what lies around "
            "it, and files that it is told of go after --. --engine stands in for a plan or an "
            "ONNX file, --stub-missing for images and other data"
        )
    if error.type == "EOFError":
        return "the program reads stdin, which is empty: give it its input as an argument or a file"
    return None


# --- releases ---------------------------------------------------------------------------------

_NO_ATTRIBUTE = (
    re.compile(r"'(?:[\w.]+\.)?(\w+)' object has no attribute '(\w+)'"),
    re.compile(r"type object '(?:[\w.]+\.)?(\w+)' has no attribute '(\w+)'"),
    re.compile(r"module '(tensorrt)(?:\.\w+)*' has no attribute '(\w+)'"),
)


def reason_not_for(record: Record, release: str, target: str) -> str | None:
    """Return why a program that failed on `release` is only meant for newer releases.

    None if it failed for another reason.
    """
    error = record.errors[0] if record.errors else None
    old, new = api.Release.parse(release), api.Release.parse(target)
    if error is None or old >= new:
        return None
    if "implicit batch dimension" in error.message and old.major < 10 <= new.major:
        return (
            "AFTER creates a network without EXPLICIT_BATCH, which TensorRT 10 does not need: "
            f"TensorRT {release} makes a network with implicit batch dimension of it"
        )
    member = _newer_member(error, old, new)
    return f"AFTER uses {member}, which TensorRT {release} does not have yet" if member else None


def _newer_member(error: Error, old: api.Release, new: api.Release) -> str | None:
    """Return the member that was not found and that `new` has and `old` lacks."""
    if error.type != "AttributeError":
        return None
    for pattern in _NO_ATTRIBUTE:
        found = pattern.search(error.message)
        if found:
            owner = "" if found[1] == "tensorrt" else found[1]
            missing = not api.exists(owner, found[2], old) and api.exists(owner, found[2], new)
            return f"{owner or 'tensorrt'}.{found[2]}" if missing else None
    return None
