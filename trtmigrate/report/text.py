"""The report for people: findings by file, then counts, what needs attention, what is next."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from trtmigrate.findings import FileResult, Finding, Report, Safety, Status
from trtmigrate.report.diff import colored, unified_diff
from trtmigrate.report.summary import Summary, state, summarize

_STYLES = {
    "fixed": "green",
    "fixable": "green",
    "held back": "yellow",
    "left": "yellow",
    "advice": "cyan",
}


def render_text(
    report: Report,
    *,
    written: bool,
    diff: bool = False,
    verbosity: int = 0,
    color: bool = False,
) -> str:
    """The report. With `verbosity` below 0 only the diffs are left, above 0 every file is named."""
    parts: list[str] = []
    for file in report.files:
        if verbosity > 0 or (verbosity == 0 and file.findings):
            parts.append(to_text(_file(file, written), color=color))
        if diff:
            # Not through rich: it would drop carriage returns and expand tabs.
            text = unified_diff(file)
            parts.append(colored(text) if color else text)
        if verbosity >= 0 and file.findings:
            parts.append("\n")
    if verbosity >= 0:
        parts.append(to_text(_summary(report, written), color=color))
    return "".join(parts)


def to_text(lines: Sequence[Text], *, color: bool) -> str:
    """Lines as terminal output, unwrapped; without `color` they are plain."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        force_terminal=color,
        color_system="standard" if color else None,
        legacy_windows=False,
        no_color=not color,
        highlight=False,
        emoji=False,
        soft_wrap=True,
        _environ={},  # the caller has decided about colour already
    )
    for line in lines:
        console.print(line, crop=False, overflow="ignore")
    return stream.getvalue()


def _file(file: FileResult, written: bool) -> list[Text]:
    lines = [_finding(file.path, finding, written) for finding in file.findings]
    return lines or [Text.assemble((file.path, "bold"), f" {file.status.value}")]


def _finding(path: str, finding: Finding, written: bool) -> Text:
    word = state(finding, written=written)
    if finding.applied and finding.safety is Safety.REVIEW:
        word += ", review"
    style = _STYLES[state(finding, written=written)]
    return Text.assemble(
        (path, "bold"),
        f":{finding.line}:{finding.column} ",
        (finding.code, style),
        f" {' '.join(finding.message.split())} ",
        (f"[{word}]", style),
    )


def _summary(report: Report, written: bool) -> list[Text]:
    lines = [Text(_counts(summarize(report), written), style="bold")]
    lines += _attention(report)
    lines += [Text.assemble(("next: ", "cyan"), hint) for hint in _hints(report, written)]
    return lines


def _hints(report: Report, written: bool) -> Iterator[str]:
    """What to run next."""
    changed = any(file.changed for file in report.files)
    if changed and not written:
        yield "--diff shows the edits, --write applies them"
    if changed and written:
        yield "trtmigrate verify BEFORE AFTER runs a program as it was and as it is, and compares"
    left = [finding.code for file in report.files for finding in file.left]
    if left:
        yield f"trtmigrate explain {Counter(left).most_common(1)[0][0]} says what to do by hand"


def _counts(counts: Summary, written: bool) -> str:
    parts = [
        f"{_plural(counts.changed, 'file')} of {counts.files} "
        + ("changed" if written else "would change"),
        f"{_plural(counts.applied, 'use')} " + ("rewritten" if written else "can be rewritten"),
        f"{counts.left} left for a person",
    ]
    if counts.errors:
        parts.append(_plural(counts.errors, "error"))
    return ", ".join(parts)


def _attention(report: Report) -> list[Text]:
    """What a person has to look at, the most frequent first."""
    left = Counter((f.code, f.member) for file in report.files for f in file.left)
    review = Counter(
        (f.code, f.member)
        for file in report.files
        if file.status is not Status.FAILED
        for f in file.findings
        if f.applied and f.safety is Safety.REVIEW
    )
    return [
        Text.assemble(f"  {number:>4} x ", (code, "yellow"), f" {member} {what}".replace("  ", " "))
        for table, what in ((left, "to be done by hand"), (review, "rewritten, to be reviewed"))
        for (code, member), number in sorted(table.items(), key=lambda item: (-item[1], item[0]))
    ]


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
