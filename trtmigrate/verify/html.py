"""The result of a verification as one self-contained page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from trtmigrate.verify.compare import ExecutionResult, Status, TensorResult
from trtmigrate.verify.difference import Difference
from trtmigrate.verify.failure import Failure
from trtmigrate.verify.report import not_covered, release_of, summary, where
from trtmigrate.verify.result import (
    SideResult,
    Verification,
    deciding,
    differences,
    overall,
    printed_differences,
)

CELL = 5  # pixels of a cell in the picture of an error

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; } h3 { font-size: 1rem; }
p, li { overflow-wrap: anywhere; } .wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; }
th, td { border-bottom: 1px solid #8884; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code, .shape { font-family: ui-monospace, monospace; font-size: .9em; }
.identical, .within-tolerance { color: #1a7f37; } .different { color: #cf222e; }
.not-covered, .not-verified, .not-for-this-release { color: #9a6700; }
.verdict { font-weight: 600; } pre { white-space: pre-wrap; }
svg { background: #8882; display: block; margin-top: .3rem; }
"""


BEGIN = "<!doctype html><html lang='en'><meta charset='utf-8'>"
MARK = "<meta name='generator' content='trtmigrate verify'>"


def is_report(path: Path) -> bool:
    """Return True if a file is a page that `render_html` made."""
    with path.open("rb") as file:
        return file.read(len(BEGIN) + len(MARK) + 1).decode("utf-8", "replace").endswith(MARK)


def render_html(results: Sequence[Verification], version: str) -> str:
    """Return a page with a row for each execution and tensor, and a picture of each error."""
    verdict = overall(results).value
    decided = deciding(results)
    parts = [
        BEGIN,
        MARK,
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>trtmigrate verify: {escape(verdict)}</title><style>{_STYLE}</style>",
        f"<h1>trtmigrate verify: <span class='{_class(verdict)}'>{escape(verdict)}</span></h1>",
        f"<p>{escape(decided.reason or summary(decided))}</p>",
        _releases(results) if len(results) > 1 else "",
        _side(decided.before),
        *(_release(result, len(results) > 1) for result in results),
        f"<p>trtmigrate {escape(version)}</p></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _releases(results: Sequence[Verification]) -> str:
    rows = "".join(
        f"<tr><th>{escape(release_of(result))}</th>"
        f"<td><span class='{_class(result.verdict.value)}'>{result.verdict.value}</span></td>"
        f"<td>{escape(summary(result))}</td></tr>"
        for result in results
    )
    head = "<tr><th>TensorRT</th><th>verdict</th><th></th></tr>"
    return _wide(f"<table>{head}{rows}</table>")


def _release(result: Verification, titled: bool) -> str:
    """Return the part of the page on AFTER on one release."""
    printed = printed_differences(result)
    parts = [
        f"<h2>AFTER on TensorRT {escape(release_of(result))}</h2>" if titled else "",
        _side(result.after),
        _list("Differences", differences(result)),
        _list("Notes", list(result.notes)),
        _list("Printed, with other text", [text for text, counts in printed if not counts]),
        _list("Not covered", not_covered(result)),
        _executions(result.comparison.executions),
    ]
    if result.comparison.digest:
        digest = escape(result.comparison.digest)
        parts.append(f"<p>Digest of everything compared: <code>{digest}</code></p>")
    return "\n".join(part for part in parts if part)


def _wide(table: str) -> str:
    """Return a table that scrolls by itself where the page is narrow."""
    return f"<div class='wide'>{table}</div>"


def _class(word: str) -> str:
    return "verdict " + word.replace(" ", "-")


def _side(side: SideResult | None) -> str:
    if side is None:
        return ""
    end = side.failure.summary if side.failure else "ended with exit code 0"
    text = f"<p><b>{side.side.name}</b> {escape(where(side))}; {escape(end)}</p>"
    return text + (_failure(side.failure) if side.failure else "")


def _failure(failure: Failure) -> str:
    """Return the program's own frames, what to do, and the end of its stderr."""
    lines = escape("\n".join(failure.lines))
    parts = [f"<pre>{lines}</pre>" if lines else "", _list("What to do", list(failure.advice))]
    if failure.stderr:
        parts.append(f"<h3>The end of its stderr</h3><pre>{escape(failure.stderr)}</pre>")
    return "".join(parts)


def _list(title: str, lines: list[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h3>{title}</h3><ul>{items}</ul>" if items else ""


def _executions(executions: tuple[ExecutionResult, ...]) -> str:
    if not executions:
        return ""
    head = "".join(
        f"<th>{title}</th>"
        for title in ("context", "execution", "tensor", "type", "shape", "bytes", "result")
    )
    rows = "".join(_execution(execution) for execution in executions)
    return "<h3>Executions</h3>" + _wide(f"<table><tr>{head}</tr>{rows}</table>")


def _execution(execution: ExecutionResult) -> str:
    numbers = f"<td class='number'>{execution.context}</td>"
    numbers += f"<td class='number'>{execution.index}</td>"
    apis = f"{execution.before_api or 'none'} / {execution.after_api or 'none'}"
    reasons = "".join(f"<br>{escape(reason)}" for reason in execution.reasons)
    rows = [
        f"<tr>{numbers}<td colspan='4'><code>{escape(apis)}</code></td>"
        f"<td>{_status(execution.status)}{reasons}</td></tr>"
    ]
    rows += [f"<tr>{numbers}{_tensor(tensor)}</tr>" for tensor in execution.tensors]
    return "".join(rows)


def _tensor(tensor: TensorResult) -> str:
    shape = "unknown" if tensor.shape is None else " × ".join(map(str, tensor.shape)) or "scalar"
    reason = f"<br>{escape(tensor.reason)}" if tensor.reason else ""
    picture = _picture(tensor.difference) if tensor.difference else ""
    return (
        f"<td>{tensor.mode} <code>{escape(tensor.name)}</code></td><td>{escape(tensor.dtype)}</td>"
        f"<td class='shape'>{shape}</td><td class='number'>{tensor.nbytes}</td>"
        f"<td>{_status(tensor.status)}{reason}{picture}</td>"
    )


def _status(status: Status) -> str:
    return f"<span class='{_class(status.value)}'>{status.value}</span>"


def _picture(difference: Difference) -> str:
    """The error over the tensor: the last dimension across, the others down, darker is larger."""
    rows = difference.picture
    width, height = len(rows[0]) * CELL, len(rows) * CELL
    cells = "".join(
        f"<rect x='{x * CELL}' y='{y * CELL}' width='{CELL}' height='{CELL}' "
        f"fill='#cf222e' fill-opacity='{value}'/>"
        for y, row in enumerate(rows)
        for x, value in enumerate(row)
        if value
    )
    return (
        f"<svg width='{width}' height='{height}' role='img' "
        f"aria-label='where the tensors differ'>{cells}</svg>"
    )
