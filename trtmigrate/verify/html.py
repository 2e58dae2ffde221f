"""The result of a verification as one self-contained page."""

from __future__ import annotations

from html import escape

from trtmigrate.verify.compare import ExecutionResult, Status, TensorResult
from trtmigrate.verify.difference import Difference
from trtmigrate.verify.report import not_covered, summary, where
from trtmigrate.verify.verification import Verification

CELL = 5  # pixels of a cell in the picture of an error

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; }
th, td { border-bottom: 1px solid #8884; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code, .shape { font-family: ui-monospace, monospace; font-size: .9em; }
.identical, .within-tolerance { color: #1a7f37; } .different { color: #cf222e; }
.not-covered, .not-verified { color: #9a6700; }
.verdict { font-weight: 600; } pre { white-space: pre-wrap; }
svg { background: #8882; display: block; margin-top: .3rem; }
"""


def render_html(result: Verification, version: str) -> str:
    """A page with a row for each execution and tensor, and a picture of each error."""
    verdict = result.verdict.value
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'>",
        f"<title>trtmigrate verify: {escape(verdict)}</title><style>{_STYLE}</style>",
        f"<h1>trtmigrate verify: <span class='{_class(verdict)}'>{escape(verdict)}</span></h1>",
        f"<p>{escape(summary(result))}</p>",
        _sides(result),
        _list("Notes", list(result.notes)),
        _list("Not covered", not_covered(result)),
        _executions(result.comparison.executions),
        f"<p>Digest of everything compared: <code>{escape(result.comparison.digest)}</code><br>"
        f"trtmigrate {escape(version)}</p></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _class(word: str) -> str:
    return "verdict " + word.replace(" ", "-")


def _sides(result: Verification) -> str:
    rows = []
    for side in (result.before, result.after):
        if side is None:
            continue
        end = side.outcome.failure or "ended with exit code 0"
        rows.append(f"<tr><th>{side.side.name}</th><td>{escape(where(side))}; {escape(end)}")
        if side.outcome.failure and side.outcome.stderr:
            rows.append(f"<pre>{escape(side.outcome.stderr)}</pre>")
        rows.append("</td></tr>")
    return f"<table>{''.join(rows)}</table>" if rows else ""


def _list(title: str, lines: list[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{title}</h2><ul>{items}</ul>" if items else ""


def _executions(executions: tuple[ExecutionResult, ...]) -> str:
    if not executions:
        return ""
    head = "".join(
        f"<th>{title}</th>"
        for title in ("context", "execution", "tensor", "type", "shape", "bytes", "result")
    )
    rows = "".join(_execution(execution) for execution in executions)
    return f"<h2>Executions</h2><table><tr>{head}</tr>{rows}</table>"


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
