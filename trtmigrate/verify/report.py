"""The result of a verification as text and as JSON."""

from __future__ import annotations

import io
import json
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from trtmigrate.verify.compare import ExecutionResult, Status, Verdict
from trtmigrate.verify.verification import SideResult, Verification, differences

_COLORS = {
    Verdict.IDENTICAL: "bold green",
    Verdict.CLOSE: "bold green",
    Verdict.DIFFERENT: "bold red",
    Verdict.NOT_VERIFIED: "bold yellow",
}
SHOWN = 20  # differences and gaps listed in the text report


def render_text(result: Verification, *, color: bool, width: int = 100) -> str:
    """The report for a terminal."""
    console = Console(
        file=io.StringIO(), force_terminal=color, no_color=not color, width=width, highlight=False
    )
    for side in (result.before, result.after):
        if side is not None:
            console.print(f"{side.side.name:<7}{escape(where(side))}", soft_wrap=True)
    if result.before is not None and result.before.place.backend == "sim":
        why = result.before.place.why
        console.print(f"on the simulator, not on a GPU ({escape(why)})", soft_wrap=True)
    if result.comparison.executions:
        console.print(_table(result))
    _list(console, "note", list(result.notes))
    _list(console, "not covered", not_covered(result))
    _list(console, "different", differences(result.comparison))
    for side in (result.before, result.after):
        if side is not None and side.outcome.failure and side.outcome.stderr:
            console.print(f"the end of {side.side.name}'s stderr:")
            console.print(escape(side.outcome.stderr), soft_wrap=True)
    style = _COLORS[result.verdict]
    console.print(f"[{style}]{result.verdict.value}[/]: {escape(summary(result))}", soft_wrap=True)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def where(side: SideResult) -> str:
    """``main.py on TensorRT 8.6.0, NVIDIA H100, CUDA 12.0, 3.1 s``."""
    record, device = side.record, side.record.device
    parts = [f"TensorRT {record.tensorrt or side.place.tensorrt}"]
    if side.place.backend == "sim":
        parts[0] += " (simulated)"
    elif device:
        parts += [device["name"], f"CUDA {device['cuda_runtime'] or device['cuda_driver']}"]
    parts.append(f"{side.outcome.seconds:.1f} s")
    if record.recording_seconds is not None:
        parts.append(f"{record.recording_seconds:.2f} s of it for recording")
    return f"{side.side.script.name} on {', '.join(parts)}"


def summary(result: Verification) -> str:
    """What was compared, in one line."""
    comparison = result.comparison
    counts = (
        f"{len(comparison.executions)} executions, {len(comparison.compared)} tensors, "
        f"{sum(tensor.nbytes for tensor in comparison.compared)} bytes compared"
    )
    if result.verdict is Verdict.NOT_VERIFIED:
        return f"could not be verified: {result.reason}"
    if result.verdict is Verdict.DIFFERENT:
        return f"{len(differences(comparison))} differences; {counts}"
    gaps = len(not_covered(result))
    return counts + (f"; {gaps} not covered" if gaps else "")


def not_covered(result: Verification) -> list[str]:
    """Everything that is in neither verdict, with the reason."""
    found = list(result.comparison.not_covered)
    for execution in result.comparison.executions:
        found += [
            f"context {execution.context}, execution {execution.index}, "
            f"{tensor.mode} {tensor.name}: {tensor.reason}"
            for tensor in execution.tensors
            if tensor.status is Status.NOT_COVERED
        ]
    return found


def _table(result: Verification) -> Table:
    """One row for each context."""
    table = Table(box=None, pad_edge=False)
    for heading in ("context", "executions", "BEFORE", "AFTER", "tensors", "bytes", "verdict"):
        table.add_column(heading, justify="left" if heading.isupper() else "right")
    contexts: dict[int, list[ExecutionResult]] = {}
    for execution in result.comparison.executions:
        contexts.setdefault(execution.context, []).append(execution)
    for number, executions in contexts.items():
        tensors = [tensor for execution in executions for tensor in execution.tensors]
        statuses = {execution.status for execution in executions}
        worst = next(status for status in reversed(_BY_WEIGHT) if status in statuses)
        table.add_row(
            str(number),
            str(len(executions)),
            ", ".join(sorted({e.before_api for e in executions if e.before_api})),
            ", ".join(sorted({e.after_api for e in executions if e.after_api})),
            str(len(tensors)),
            str(sum(tensor.nbytes for tensor in tensors)),
            worst.value,
        )
    return table


_BY_WEIGHT = (Status.NOT_COVERED, Status.IDENTICAL, Status.CLOSE, Status.DIFFERENT)


def _list(console: Console, label: str, lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        console.print(f"{label}: {escape(line)}", soft_wrap=True)
    if len(lines) > SHOWN:
        console.print(f"{label}: and {len(lines) - SHOWN} more")


def render_json(result: Verification, version: str) -> str:
    """The report for programs."""
    return json.dumps(as_json(result, version), indent=2, allow_nan=False)


def as_json(result: Verification, version: str) -> dict[str, Any]:
    comparison, tolerance = result.comparison, result.options.tolerance
    return {
        "version": version,
        "verdict": result.verdict.value,
        "reason": result.reason,
        "backend": result.before.place.backend if result.before else None,
        "before": _side(result.before),
        "after": _side(result.after),
        "tolerance": {"atol": tolerance.atol, "rtol": tolerance.rtol},
        "engines": "rebuilt" if result.options.rebuild else "pinned",
        "executions": len(comparison.executions),
        "tensors": len(comparison.compared),
        "bytes": sum(tensor.nbytes for tensor in comparison.compared),
        "digest": comparison.digest,
        "differences": differences(comparison),
        "not_covered": not_covered(result),
        "notes": list(result.notes),
    }


def _side(side: SideResult | None) -> dict[str, Any] | None:
    if side is None:
        return None
    record, outcome = side.record, side.outcome
    return {
        "script": str(side.side.script),
        "python": side.side.python,
        "tensorrt": record.tensorrt or side.place.tensorrt,
        "device": record.device or None,
        "exit_code": outcome.exit_code,
        "timed_out": outcome.exit_code is None,
        "seconds": round(outcome.seconds, 3),
        "recording_seconds": record.recording_seconds,
        "stderr": outcome.stderr,
        "executions": len(record.executions),
        "engines_built": len(record.builds),
        "stand_ins": list(record.stand_ins),
    }
