"""Draw passages of a source: its lines, the places underlined, and what comes in their place."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from trtmigrate.findings import Finding
from trtmigrate.report.lines import Line, plural
from trtmigrate.report.passages import Passage, covered
from trtmigrate.report.visible import visible

MOST_LINES = 12  # of a kind in a passage; more are for --diff
_TAB = 4  # columns


def draw(passage: Passage, style: str) -> Iterator[Line]:
    """Yield the lines of a passage, with marks of the style below the places of its findings."""
    margin = max((len(str(number)) for number, _ in passage.lines), default=1)
    blank = " " * margin
    for number, text in passage.lines[:MOST_LINES]:
        goes = number in passage.removed
        sign = (" - ", "red") if goes else (" | ", "dim")
        yield (f"{number:>{margin}}", "dim"), sign, (_shown(text), "")
        if marks := _marks(passage.findings, number, text):
            yield (blank, ""), (" | ", "dim"), (marks, style)
    yield from _rest(blank, len(passage.lines))
    for text in passage.added[:MOST_LINES]:
        yield (blank, ""), (" + ", "green"), (_shown(text), "green")
    yield from _rest(blank, len(passage.added))


def _rest(blank: str, number: int) -> Iterator[Line]:
    if number > MOST_LINES:
        yield (blank, ""), (f" | ... {plural(number - MOST_LINES, 'more line')}", "dim")


def _marks(findings: tuple[Finding, ...], number: int, text: str) -> str:
    """Return the marks below a line; "" where no finding is about it."""
    columns: set[int] = set()
    for finding in findings:
        place = covered(finding, number, text)
        columns.update(range(*(cell_len(_shown(text[:at])) for at in (place.start, place.stop))))
    return "".join("^" if at in columns else " " for at in range(max(columns, default=-1) + 1))


def _shown(text: str) -> str:
    """Return a line as a terminal shows it; what comes before a place has its own width."""
    return visible(text.expandtabs(_TAB))
