"""The report for people: findings by file, then counts, what needs attention, what is next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from trtmigrate.findings import FileResult, Finding, Report, Safety, Status
from trtmigrate.report.diff import add_colors, unified_diff
from trtmigrate.report.summary import Summary, state, summarize
from trtmigrate.report.visible import visible, visible_lines

Line = tuple[tuple[str, str], ...]  # texts, each with its style
_CODES = {"bold": 1, "green": 32, "yellow": 33, "cyan": 36}  # of a terminal (SGR)
_STYLES = {
    "fixed": "green",
    "fixable": "green",
    "held back": "yellow",
    "left": "yellow",
    "advice": "cyan",
}


@dataclass(frozen=True)
class View:
    """How the report is shown."""

    written: bool  # the edits are in the files
    diff: bool = False
    verbosity: int = 0  # below 0 only the diffs are left, above 0 every file is named
    color: bool = False
    terminal: bool = False  # it is read on a terminal


def render_text(report: Report, view: View) -> str:
    """Return the whole report."""
    return "".join(render_file(file, view) for file in report.files) + render_end(report, view)


def render_file(file: FileResult, view: View) -> str:
    """Return what the report says of one file, "" for nothing."""
    parts: list[str] = []
    if view.verbosity > 0 or (view.verbosity == 0 and file.findings):
        parts.append(to_text(_file(file, view.written), color=view.color))
    if view.diff:
        text = unified_diff(file)
        if view.terminal:  # in a pipe, a diff is for a program, which takes it as it is
            text = visible_lines(text)
        parts.append(add_colors(text) if view.color else text)
    if view.verbosity >= 0 and file.findings:
        parts.append("\n")
    return "".join(parts)


def render_end(report: Report, view: View) -> str:
    """Return the counts, what needs attention and what is next; nothing in a quiet report."""
    if view.verbosity < 0:
        return ""
    return to_text(_summary(report, view.written), color=view.color)


def to_text(lines: Iterable[Line], *, color: bool) -> str:
    """Return lines as terminal output, unwrapped; without `color` they are plain."""
    return "".join("".join(_add_style(*part, color) for part in line) + "\n" for line in lines)


def _add_style(text: str, style: str, color: bool) -> str:
    text = visible(text)
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if color and style and text else text


def _file(file: FileResult, written: bool) -> list[Line]:
    lines = [_finding(file.path, finding, written) for finding in file.findings]
    return lines or [((file.path, "bold"), (f" {file.status.value}", ""))]


def _finding(path: str, finding: Finding, written: bool) -> Line:
    word = state(finding, written=written)
    if finding.applied and finding.safety is Safety.REVIEW:
        word += ", review"
    style = _STYLES[state(finding, written=written)]
    return (
        (path, "bold"),
        (f":{finding.place} ", ""),
        (finding.code, style),
        (f" {' '.join(finding.message.split())} ", ""),
        (f"[{word}]", style),
    )


def _summary(report: Report, written: bool) -> list[Line]:
    lines: list[Line] = [((_counts(summarize(report), written), "bold"),)]
    lines += _attention(report)
    lines += [(("next: ", "cyan"), (hint, "")) for hint in _hints(report, written)]
    return lines


def _hints(report: Report, written: bool) -> Iterator[str]:
    """Yield what to run next."""
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


def _attention(report: Report) -> list[Line]:
    """Return what a person has to look at, the most frequent first."""
    left = Counter((f.code, f.member) for file in report.files for f in file.left)
    review = Counter(
        (f.code, f.member)
        for file in report.files
        if file.status is not Status.FAILED
        for f in file.findings
        if f.applied and f.safety is Safety.REVIEW
    )
    return [
        (
            (f"  {number:>4} x ", ""),
            (code, "yellow"),
            (f" {member} {what}".replace("  ", " "), ""),
        )
        for table, what in ((left, "to be done by hand"), (review, "rewritten, to be reviewed"))
        for (code, member), number in sorted(table.items(), key=lambda item: (-item[1], item[0]))
    ]


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
