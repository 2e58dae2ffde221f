"""The report for people: the findings of each file, then counts, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from trtmigrate.findings import FileResult, Finding, Report, Safety, Status
from trtmigrate.report.diff import add_colors, unified_diff
from trtmigrate.report.lines import Line, plural, to_text
from trtmigrate.report.next_steps import Asked, next_steps
from trtmigrate.report.summary import CLASSES, Summary, class_of, state, summarize
from trtmigrate.report.visible import visible_lines

_STYLES = {
    "left": "bold red",
    "held back": "magenta",
    "review": "yellow",
    "safe": "green",
    "advice": "cyan",
}
_NAMES = {"left": "left for a person", "review": "to be reviewed"}  # of classes, in counts


@dataclass(frozen=True)
class View:
    """How the report is shown."""

    written: bool  # the edits are in the files
    diff: bool = False
    verbosity: int = 0  # below 0 only the diffs are left, above 0 every file is named
    color: bool = False
    terminal: bool = False  # it is read on a terminal
    concise: bool = False  # a line for each finding
    statistics: bool = False  # counts instead of findings
    asked: Asked = field(default_factory=Asked)


def render_text(report: Report, view: View) -> str:
    """Return the whole report."""
    return "".join(render_file(file, view) for file in report.files) + render_end(report, view)


def render_file(file: FileResult, view: View) -> str:
    """Return what the report says of one file, "" for nothing."""
    parts: list[str] = []
    tells = view.verbosity >= 0 and file.findings and not view.statistics
    if tells or view.verbosity > 0:
        parts.append(to_text(_file(file, view) if tells else _named(file), color=view.color))
    if view.diff:
        text = unified_diff(file)
        if view.terminal or view.color:  # for a program, it stays as it is
            text = visible_lines(text)
        parts.append(add_colors(text) if view.color else text)
        if tells and text:
            parts.append("\n")
    return "".join(parts)


def render_end(report: Report, view: View) -> str:
    """Return the counts, what needs attention and what is next; nothing in a quiet report."""
    if view.verbosity < 0:
        return ""
    lines: list[Line] = []
    if view.statistics:
        lines += _statistics(report)
    lines.append(((_counts(summarize(report), view.written), "bold"),))
    if not view.statistics:
        lines += _attention(report, view.written)
    steps = next_steps(report, view.asked, written=view.written)
    lines += [(("next: ", "cyan"), (step, "")) for step in steps]
    return to_text(lines, color=view.color)


def _named(file: FileResult) -> Iterator[Line]:
    yield (file.path, "bold"), (f" {file.status.value}", "")


def _file(file: FileResult, view: View) -> Iterator[Line]:
    """Yield the findings of a file: what is left for a person first, advice last."""
    if view.concise:
        yield from (_finding(file.path, finding, view.written) for finding in file.findings)
        return
    # Lazily: files without findings load neither the terminal's widths nor a comparison of texts.
    from trtmigrate.report.excerpts import draw
    from trtmigrate.report.passages import passages

    yield (file.path, "bold"), (f": {_classes(file)}", "")
    for found in sorted(passages(file), key=lambda p: min(map(_rank, p.findings))):
        kind = CLASSES[min(map(_rank, found.findings))]
        is_done = view.written and kind == "safe"  # of no more interest
        if not is_done:
            yield ()
        yield from (_finding(file.path, finding, view.written) for finding in found.findings)
        if not is_done:
            yield from draw(found, _STYLES[kind])
    yield ()


def _rank(finding: Finding) -> int:
    return CLASSES.index(class_of(finding))


def _classes(file: FileResult) -> str:
    counts = Counter(map(class_of, file.findings))
    return ", ".join(f"{counts[name]} {_NAMES.get(name, name)}" for name in CLASSES if counts[name])


def _finding(path: str, finding: Finding, written: bool) -> Line:
    word = state(finding, written=written)
    if finding.applied and finding.safety is Safety.REVIEW:
        word += ", review"
    style = _STYLES[class_of(finding)]
    return (
        (path, "bold"),
        (f":{finding.place} ", ""),
        (finding.code, style),
        (f" {' '.join(finding.message.split())} ", ""),
        (f"[{word}]", style),
    )


def _counts(counts: Summary, written: bool) -> str:
    done, were = ("changed", "") if written else ("would change", "would be ")
    parts = [
        f"{plural(counts.changed, 'file')} of {counts.files} {done}",
        f"{plural(counts.applied, 'use')} {were}rewritten",
        f"{counts.left} left for a person",
    ]
    if counts.errors:
        parts.append(plural(counts.errors, "error"))
    return ", ".join(parts)


def _attention(report: Report, written: bool) -> Iterator[Line]:
    """Yield what a person has to look at, the most frequent first."""
    left = Counter((f.code, f.member) for file in report.files for f in file.left)
    review = Counter(
        (f.code, f.member)
        for file in report.files
        if file.status is not Status.FAILED
        for f in file.findings
        if f.applied and f.safety is Safety.REVIEW
    )
    were = "" if written else "would be "
    tables = (
        (left, "bold red", "to be done by hand"),
        (review, "yellow", f"{were}rewritten, to be reviewed"),
    )
    for table, style, what in tables:
        for (code, member), number in sorted(table.items(), key=lambda item: (-item[1], item[0])):
            text = f" {member} {what}".replace("  ", " ")
            yield (f"  {number:>4} x ", ""), (code, style), (text, "")


def _statistics(report: Report) -> Iterator[Line]:
    """Yield a line for each code: how many uses, of each class, the most frequent first."""
    table: dict[str, Counter[str]] = {}
    for file in report.files:
        for finding in file.findings:
            table.setdefault(finding.code, Counter())[class_of(finding)] += 1
    for code, counts in sorted(table.items(), key=lambda item: (-item[1].total(), item[0])):
        parts: list[tuple[str, str]] = [(f"{counts.total():>6}  ", ""), (code, "bold")]
        for number, name in enumerate(name for name in CLASSES if counts[name]):
            parts += [(", " if number else "  ", ""), (f"{counts[name]} {name}", _STYLES[name])]
        yield tuple(parts)
