"""The HTML report: one page with counts, findings and diffs."""

from __future__ import annotations

import html

from trtmigrate.findings import FileResult, Finding, Report
from trtmigrate.report.diff import unified_diff
from trtmigrate.report.summary import is_interesting, state, summarize
from trtmigrate.report.visible import visible

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem;
  border-bottom: 1px solid #8884; }
pre { overflow-x: auto; padding: .6rem; border: 1px solid #8884;
  font: 13px/1.4 ui-monospace, monospace; }
code { font-family: ui-monospace, monospace; }
.fixed, .fixable, .add { color: #1a7f37; } .left, .held { color: #b35900; }
.failed, .del { color: #cf222e; } .advice, .hunk { color: #0969da; }
"""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # nothing is loaded, no script runs


def render_html(report: Report, *, version: str, written: bool) -> str:
    """Return the whole page, which loads nothing from elsewhere."""
    counts = summarize(report)
    numbers = {
        "files": counts.files,
        "changed" if written else "would change": counts.changed,
        "rewritten" if written else "can be rewritten": counts.applied,
        "left for a person": counts.left,
        "errors": counts.errors,
    }
    head = "".join(f"<th>{escape(name)}</th>" for name in numbers)
    row = "".join(f"<td>{number}</td>" for number in numbers.values())
    files = "\n".join(_file(file, written) for file in report.files if is_interesting(file))
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width">
<title>trtmigrate</title>
<style>{_STYLE}</style>
<h1>trtmigrate</h1>
<p>Version {escape(version)}, target TensorRT {escape(report.target)}</p>
<table><tr>{head}</tr><tr>{row}</tr></table>
{files or "<p>Nothing to report.</p>"}
</html>
"""


def _file(file: FileResult, written: bool) -> str:
    parts = [f"<h2><code>{escape(file.path)}</code></h2>", f"<p>{file.status.value}</p>"]
    if file.error is not None:
        parts.append(f'<p class="failed">{escape(file.error)}</p>')
    if file.findings:
        rows = "".join(_row(finding, written) for finding in file.findings)
        head = "<tr><th>Place</th><th>Code</th><th>Member</th><th>What</th><th></th></tr>"
        parts.append(f"<table>{head}{rows}</table>")
    if diff := unified_diff(file):
        lines = "\n".join(_diff_line(line.rstrip("\r")) for line in diff.split("\n")[:-1])
        parts.append(f"<details open><summary>Diff</summary><pre>{lines}</pre></details>")
    return "\n".join(parts)


def _row(finding: Finding, written: bool) -> str:
    word = state(finding, written=written)
    cells = (
        finding.place,
        f"<code>{escape(finding.code)}</code>",
        f"<code>{escape(finding.member)}</code>",
        escape(finding.message),
        f'<span class="{word.split()[0]}">{word}, {finding.safety.value}</span>',
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _diff_line(line: str) -> str:
    if line.startswith(("--- ", "+++ ")):
        return f"<b>{escape(line)}</b>"
    kind = {"+": "add", "-": "del", "@": "hunk"}.get(line[:1])
    return f'<span class="{kind}">{escape(line)}</span>' if kind else escape(line)


def escape(text: str) -> str:
    """Return the text as HTML, with control characters shown as escapes."""
    return html.escape(visible(text, keep="\t"))
