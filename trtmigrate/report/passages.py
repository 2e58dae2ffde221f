"""The passages of a file that findings are about: lines as they were, and what becomes of them.

The edits of a file are known only together, as the text before and after. So the lines are
compared, and a finding belongs to the change that touches its lines.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from trtmigrate.findings import FileResult, Finding
from trtmigrate.syntax.line_changes import opcodes

_NEWLINE = re.compile(r"\r\n|\r|\n")  # as the parser counts lines; a form feed ends none
_LONG = 1000  # columns
_ALIKE = 0.5  # from here on, a new line is a version of the old line in its place


@dataclass(frozen=True)
class Passage:
    """Findings about the same lines; `added` comes in place of the lines in `removed`."""

    findings: tuple[Finding, ...]
    lines: tuple[tuple[int, str], ...]  # of the findings, and those that go: number, text
    removed: range = range(0)  # numbers of lines
    added: tuple[str, ...] = ()


def covered(finding: Finding, number: int, text: str) -> range:
    """Return the characters, from 0, that a finding covers in the line of this number and text."""
    if not finding.line <= number <= finding.end_line:
        return range(0)
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if number == finding.line:
        start = finding.column - 1
    if number == finding.end_line:
        end = finding.end_column - 1
    return range(min(start, len(text)), min(end, len(text)))


@dataclass(frozen=True)
class _Change:
    """The lines before[old.start:old.stop] become after[new.start:new.stop]."""

    old: range
    new: range


class _Places:
    """Finds the changes that a finding is about, by their lines."""

    def __init__(self, changes: Sequence[_Change]) -> None:
        self._starts = [change.old.start for change in changes]
        self._stops = [change.old.stop for change in changes]

    def touched_by(self, finding: Finding) -> range:
        """Return the numbers of the changes on a line of the finding, or between two of them."""
        first, last = finding.line - 1, finding.end_line - 1
        return range(bisect_right(self._stops, first), bisect_right(self._starts, last))


def passages(file: FileResult) -> list[Passage]:
    """Return the passages of a file, in the order of its lines; in a notebook, cell by cell.

    An applied finding shares its passage with all others of the same change. Any other finding has
    a passage of its own, which changes nothing.
    """
    by_cell: dict[int | None, list[Finding]] = {}
    for finding in file.findings:
        by_cell.setdefault(finding.cell, []).append(finding)
    sources = {cell.number: (cell.before, cell.after) for cell in file.cells}
    found = []
    for cell, findings in by_cell.items():
        before, after = sources.get(cell or 0, (file.before or "", file.after or ""))
        found += _passages(findings, _lines(before), _lines(after))
    return found


def _passages(
    findings: Sequence[Finding], before: Sequence[str], after: Sequence[str]
) -> list[Passage]:
    applied = [finding for finding in findings if finding.applied]
    changes = _joined(_changes(before, after), applied)
    found_at = _Places(changes)
    members: dict[_Change, list[Finding]] = {}
    found = []
    for finding in findings:
        touched = found_at.touched_by(finding)
        if finding.applied and touched:
            members.setdefault(changes[touched[0]], []).append(finding)
        else:
            found.append(Passage((finding,), _shown(before, [finding])))
    for change, together in members.items():
        removed = range(change.old.start + 1, change.old.stop + 1)
        added = tuple(after[change.new.start : change.new.stop])
        found.append(Passage(tuple(together), _shown(before, together, removed), removed, added))
    return sorted(found, key=lambda p: (p.findings[0].line, p.findings[0].column))


def _lines(text: str) -> list[str]:
    return _NEWLINE.split(text) if text else []


def _shown(
    lines: Sequence[str], findings: Sequence[Finding], removed: range = range(0)
) -> tuple[tuple[int, str], ...]:
    """Return the lines that findings are about and those that go, each once, where they exist."""
    numbers = {n for f in findings for n in range(f.line, f.end_line + 1)} | set(removed)
    return tuple((n, lines[n - 1]) for n in sorted(numbers) if 0 < n <= len(lines))


def _changes(before: Sequence[str], after: Sequence[str]) -> list[_Change]:
    """Return the changes, line by line where each line has a new version in its place."""
    found = []
    for kind, a, b, c, d in opcodes(before, after):
        if kind == "replace" and b - a == d - c and all(map(_is_alike, before[a:b], after[c:d])):
            found += [
                _Change(range(a + n, a + n + 1), range(c + n, c + n + 1)) for n in range(b - a)
            ]
        elif kind != "equal":
            found.append(_Change(range(a, b), range(c, d)))
    return found


def _is_alike(old: str, new: str) -> bool:
    if max(len(old), len(new)) > _LONG:
        return old[: _LONG // 2] == new[: _LONG // 2]  # to compare more takes too long
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _joined(changes: Sequence[_Change], findings: Sequence[Finding]) -> list[_Change]:
    """Return the changes; those that the same finding touches are one, with what lies between."""
    places = _Places(changes)
    with_former = {n for f in findings for n in places.touched_by(f)[1:]}
    found: list[_Change] = []
    for number, change in enumerate(changes):
        if number in with_former:
            last = found[-1]
            found[-1] = _Change(
                range(last.old.start, change.old.stop), range(last.new.start, change.new.stop)
            )
        else:
            found.append(change)
    return found
