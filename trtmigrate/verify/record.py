"""Read what the recorder wrote down of one side.

The record is ``record.jsonl`` with one event a line, and raw little-endian bytes in ``tensors/``.
Nothing of it is ever unpickled or executed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Tensor:
    """One input (before) or output (after) of one execution."""

    name: str
    mode: str  # "input" or "output"
    dtype: str  # NumPy's name where it has the type, else "bfloat16", "float8", ...
    shape: tuple[int, ...] | None
    location: str  # "device" or "host"
    nbytes: int = 0
    sha256: str | None = None
    data: Path | None = None  # the bytes, where they were few enough to be kept
    stats: dict[str, float] = field(default_factory=dict)  # of what was not kept whole
    not_covered: str | None = None  # why there is no digest


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of (a part of) an output to the host by the program itself."""

    tensor: str
    offset: int  # bytes
    nbytes: int
    early: bool  # nothing made sure that the execution had finished


@dataclass(slots=True)
class Execution:
    """One execution of one context."""

    number: int
    context: int
    api: str  # "execute_async_v2", ..., or "cudaGraphLaunch"
    profile: int
    result: bool | None
    tensors: dict[str, Tensor]
    copies: list[Copy] = field(default_factory=list)


@dataclass(frozen=True)
class Build:
    """One call that built an engine, or got a pinned one."""

    number: int
    api: str
    sha256: str | None  # None: the build failed
    pinned: bool
    compatible: bool  # built so that another major release can open it
    missing: bool  # there was neither a builder nor an engine to give
    network: dict[str, Any] | None


@dataclass(frozen=True)
class Frame:
    """One line that a program was in when it failed."""

    file: str
    line: int
    function: str
    text: str


@dataclass(frozen=True)
class Error:
    """One exception of a program that failed, or one of its causes."""

    type: str
    message: str
    relation: str  # to the error before it: "caused by", "while handling"; empty for the first
    frames: tuple[Frame, ...]  # innermost last


@dataclass
class Record:
    """Everything that one side wrote down."""

    tensorrt: str | None = None
    stand_ins: tuple[str, ...] = ()  # build-side names that were stood in for
    missing: list[tuple[str, str]] = field(default_factory=list)  # that had a stand-in: what, which
    device: dict[str, Any] = field(default_factory=dict)
    builds: list[Build] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)
    not_covered: list[str] = field(default_factory=list)
    errors: list[Error] = field(default_factory=list)  # the error of the program, then its causes
    recording_seconds: float | None = None
    ended: bool = False

    def by_context(self) -> list[list[Execution]]:
        """Return the executions of each context that ran, contexts in order of creation."""
        numbers = sorted({execution.context for execution in self.executions})
        return [[e for e in self.executions if e.context == number] for number in numbers]


def read_record(folder: Path) -> Record:
    """Return the record in a folder; an empty record if the program never came so far.

    A last line that was cut off, because the program was killed, is left out.
    """
    record = Record()
    executions: dict[int, Execution] = {}
    for event in _events(folder / "record.jsonl"):
        if event["event"] == "execution":
            execution = executions[event["number"]] = _execution(event, folder)
            record.executions.append(execution)
        elif event["event"] == "reads":
            if event["execution"] in executions:
                executions[event["execution"]].copies = [_copy(copy) for copy in event["copies"]]
        else:
            _add(record, event)
    return record


def _events(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield json.loads(line)


def _add(record: Record, event: dict[str, Any]) -> None:
    kind = event["event"]
    if kind == "tensorrt":
        record.tensorrt = event["version"]
        record.stand_ins = tuple(event["stand_ins"])
    elif kind == "device":
        record.device = {key: value for key, value in event.items() if key != "event"}
    elif kind == "build":
        record.builds.append(_build(event))
    elif kind == "stand_in":
        content = f" ({event['content']})" if "content" in event else ""
        record.missing.append((event["what"], event["name"] + content))
    elif kind == "not_covered":
        record.not_covered.append(f"{event['what']}: {event['reason']}")
    elif kind == "failure":
        record.errors = [_error(error) for error in event["errors"]]
    elif kind == "end":
        record.ended = True
        record.recording_seconds = event["recording_seconds"]


def _build(event: dict[str, Any]) -> Build:
    return Build(
        event["number"],
        event["api"],
        event["sha256"],
        event["pinned"],
        event.get("compatible", False),
        event.get("missing", False),
        event["network"],
    )


def _execution(event: dict[str, Any], folder: Path) -> Execution:
    tensors = [_tensor(tensor, folder) for tensor in event["tensors"]]
    return Execution(
        event["number"],
        event["context"],
        event["api"],
        event["profile"],
        event["result"],
        {tensor.name: tensor for tensor in tensors},
    )


def _copy(event: dict[str, Any]) -> Copy:
    return Copy(event["tensor"], event["offset"], event["nbytes"], event["state"] == "early")


def _error(event: dict[str, Any]) -> Error:
    frames = tuple(Frame(f["file"], f["line"], f["function"], f["text"]) for f in event["frames"])
    return Error(event["type"], event["message"], event["relation"], frames)


def _tensor(event: dict[str, Any], folder: Path) -> Tensor:
    shape, data = event["shape"], event.get("data")
    return Tensor(
        name=event["name"],
        mode=event["mode"],
        dtype=event["dtype"],
        shape=tuple(shape) if shape is not None else None,
        location=event["location"],
        nbytes=event.get("nbytes", 0),
        sha256=event.get("sha256"),
        data=folder / data if data else None,
        stats=event.get("stats", {}),
        not_covered=event.get("not_covered"),
    )
