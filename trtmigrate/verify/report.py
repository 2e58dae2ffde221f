"""The result of a verification as text and as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from trtmigrate.verify.compare import ExecutionResult, Status, Verdict
from trtmigrate.verify.failure import Failure
from trtmigrate.verify.result import (
    SideResult,
    Verification,
    deciding,
    differences,
    overall,
    printed_differences,
)
from trtmigrate.verify.stdout import Outcome

_COLORS = {
    Verdict.IDENTICAL: "bold green",
    Verdict.CLOSE: "bold green",
    Verdict.DIFFERENT: "bold red",
    Verdict.NOT_VERIFIED: "bold yellow",
    Verdict.NOT_FOR_RELEASE: "yellow",
}
SHOWN = 20  # differences and gaps listed in the text report


def render_text(results: Sequence[Verification], *, color: bool, width: int = 100) -> str:
    """Return the report for a terminal: BEFORE, then AFTER on each release, then the verdict."""
    console = Console(
        file=io.StringIO(), force_terminal=color, no_color=not color, width=width, highlight=False
    )
    before = results[0].before
    if before is not None:
        console.print(f"BEFORE {escape(where(before))}", soft_wrap=True)
        if before.place.backend == "sim":
            why = escape(before.place.why)
            console.print(f"on the simulator, not on a GPU ({why})", soft_wrap=True)
        if before.failure:
            _print_failure(console, before, before.failure)
    for result in results:
        if result.after is not None:
            console.print(f"AFTER  {escape(where(result.after))}", soft_wrap=True)
        _print_comparison(console, result)
        if len(results) > 1 and result.after is not None:
            _print_verdict(console, result.verdict, summary(result), release_of(result))
    _print_verdict(console, overall(results), _together(results))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _print_verdict(console: Console, verdict: Verdict, text: str, on: str = "") -> None:
    place = f" on TensorRT {on}" if on else ""
    console.print(
        f"[{_COLORS[verdict]}]{verdict.value}[/]{escape(place)}: {escape(text)}", soft_wrap=True
    )


def _print_comparison(console: Console, result: Verification) -> None:
    if result.comparison.executions:
        console.print(_table(result))
    _print_list(console, "note", list(result.notes))
    _print_list(console, "not covered", not_covered(result))
    printed = printed_differences(result)
    _print_list(console, "printed", [text for text, counts in printed if not counts])
    _print_list(console, "different", differences(result))
    if result.after is not None and result.after.failure:
        _print_failure(console, result.after, result.after.failure)


def _print_failure(console: Console, side: SideResult, failure: Failure) -> None:
    """Print the program's own frames first, then what to do, then the end of its stderr."""
    console.print(f"{side.side.name} {escape(failure.summary)}", soft_wrap=True)
    for line in failure.lines:
        console.print("    " + escape(line), soft_wrap=True)
    for line in failure.advice:
        console.print(f"what to do: {escape(line)}", soft_wrap=True)
    if failure.stderr:
        console.print(f"the end of {side.side.name}'s stderr:")
        console.print(escape(failure.stderr), soft_wrap=True)


def where(side: SideResult) -> str:
    """Return ``main.py on TensorRT 8.6.0, NVIDIA H100, CUDA 12.0, 3.1 s``."""
    record, device = side.record, side.record.device
    parts = [f"TensorRT {side.release}"]
    if side.place.backend == "sim":
        parts[0] += " (simulated)"
    elif device:
        parts += [device["name"], f"CUDA {device['cuda_runtime'] or device['cuda_driver']}"]
    parts.append(f"{side.outcome.seconds:.1f} s")
    if record.recording_seconds is not None:
        parts.append(f"{record.recording_seconds:.2f} s of it for recording")
    return f"{side.side.script.name} on {', '.join(parts)}"


def release_of(result: Verification) -> str:
    """Return the release that AFTER ran on."""
    return result.after.release if result.after is not None else "?"


def _together(results: Sequence[Verification]) -> str:
    """Return the summary of all releases in one line."""
    if len(results) == 1:
        return summary(results[0])
    decided = deciding(results)
    if decided.after is None:
        return decided.reason
    same = [release_of(one) for one in results if one.verdict is decided.verdict]
    text = f"on TensorRT {' and '.join(same)}"
    if decided.verdict in (Verdict.IDENTICAL, Verdict.CLOSE):
        others = [release_of(one) for one in results if one.verdict is Verdict.NOT_FOR_RELEASE]
        return text + (f"; AFTER is not meant for {' and '.join(others)}" if others else "")
    return f"{text}: {decided.reason}"


def summary(result: Verification) -> str:
    """Return what was compared, in one line."""
    comparison = result.comparison
    counts = (
        f"{len(comparison.executions)} executions, {len(comparison.compared)} tensors, "
        f"{sum(tensor.nbytes for tensor in comparison.compared)} bytes compared"
    )
    if result.verdict is Verdict.NOT_FOR_RELEASE:
        return result.reason
    if result.verdict is Verdict.NOT_VERIFIED:
        return result.reason
    if result.verdict is Verdict.DIFFERENT:
        return f"{len(differences(result))} differences; {counts}; {printed(result)}"
    gaps = len(not_covered(result))
    return f"{counts}; {printed(result)}" + (f"; {gaps} not covered" if gaps else "")


def printed(result: Verification) -> str:
    """Return the verdict on stdout in a few words."""
    stdout = result.stdout
    if stdout.outcome is Outcome.NOT_COMPARED:
        return "stdout not compared"
    lines = f"{stdout.lines} lines of stdout"
    if stdout.outcome is Outcome.SAME:
        return f"{lines} the same"
    return f"{len(stdout.differences)} of {lines} differ" + (
        " in their text" if stdout.outcome is Outcome.OTHER_TEXT else ""
    )


def not_covered(result: Verification) -> list[str]:
    """Return everything that the verdict does not cover, with the reason."""
    found = list(result.comparison.not_covered)
    for execution in result.comparison.executions:
        found += [
            f"context {execution.context}, execution {execution.index}, "
            f"{tensor.mode} {tensor.name}: {tensor.reason}"
            for tensor in execution.tensors
            if tensor.status is Status.NOT_COVERED
        ]
    if result.stdout.reason and result.options.stdout != "off":
        found.append(f"stdout: {result.stdout.reason}")
    return found


def _table(result: Verification) -> Table:
    """Return a table with one row for each context."""
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


def _print_list(console: Console, label: str, lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        console.print(f"{label}: {escape(line)}", soft_wrap=True)
    if len(lines) > SHOWN:
        console.print(f"{label}: and {len(lines) - SHOWN} more")


def render_json(results: Sequence[Verification], version: str) -> str:
    """Return the report for programs."""
    return json.dumps(as_json(results, version), indent=2, allow_nan=False)


def as_json(results: Sequence[Verification], version: str) -> dict[str, Any]:
    """Return the report as data: the release that decides, and all of them in "releases"."""
    decided = deciding(results)
    tolerance = decided.options.tolerance
    return {
        "version": version,
        **_comparison(decided),
        "verdict": overall(results).value,
        "backend": decided.before.place.backend if decided.before else None,
        "before": _side(decided.before),
        "tolerance": {"atol": tolerance.atol, "rtol": tolerance.rtol},
        "engines": "rebuilt" if decided.options.rebuild else "pinned",
        "releases": [_comparison(result) for result in results],
    }


def _comparison(result: Verification) -> dict[str, Any]:
    comparison, stdout = result.comparison, result.stdout
    return {
        "verdict": result.verdict.value,
        "reason": result.reason,
        "after": _side(result.after),
        "executions": len(comparison.executions),
        "tensors": len(comparison.compared),
        "bytes": sum(tensor.nbytes for tensor in comparison.compared),
        "digest": comparison.digest,
        "side_digests": dict(zip(("before", "after"), comparison.side_digests, strict=True)),
        "differences": differences(result),
        "stdout": {
            "mode": result.options.stdout,
            "verdict": stdout.outcome.value,
            "lines": stdout.lines,
            "differences": [text for text, _ in printed_differences(result)],
        },
        "not_covered": not_covered(result),
        "notes": list(result.notes),
    }


def _side(side: SideResult | None) -> dict[str, Any] | None:
    if side is None:
        return None
    record, outcome, failure = side.record, side.outcome, side.failure
    return {
        "script": str(side.side.script),
        "python": side.side.python,
        "tensorrt": side.release,
        "device": record.device or None,
        "exit_code": outcome.exit_code,
        "timed_out": outcome.exit_code is None and not outcome.excess,
        "failure": [*failure.lines] if failure else None,
        "advice": [*failure.advice] if failure else [],
        "seconds": round(outcome.seconds, 3),
        "recording_seconds": record.recording_seconds,
        "stderr": outcome.stderr,
        "executions": len(record.executions),
        "engines_built": len(record.builds),
        "stand_ins": list(record.stand_ins),
    }
