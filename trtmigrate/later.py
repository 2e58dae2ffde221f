"""Tell what only a later run over a text finds: further edits, and uses that edits brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from trtmigrate.findings import Finding

# Codes of findings on objects that are only known from what is done with them.
_GUESSING = "TRT00"


def with_later(
    told: list[Finding], found: Sequence[Finding], before: str, now: str
) -> list[Finding]:
    """Return the findings of a text with the edits that a run over `now`, which came of it, makes
    beyond them, each at the line of `before` that it comes from.
    """
    made = [finding for finding in found if finding.applied]
    if not made:
        return told
    lines = before.splitlines()
    changes = SequenceMatcher(None, lines, now.splitlines(), autojunk=False).get_opcodes()
    known = {(finding.line, finding.code, finding.message) for finding in told}
    later = []
    for finding in made:
        line = _line_before(finding.line - 1, changes, len(lines))
        if (line + 1, finding.code, finding.message) not in known:
            later.append(_at(finding, line, lines))
    return sorted((*told, *later), key=lambda f: (f.line, f.column, f.code))


def with_remaining(
    told: list[Finding], left: Sequence[Finding], before: str, now: str
) -> list[Finding]:
    """Return the findings of a text with what is left for a person in `now`, the result, and in
    more places than the findings tell: an edit has brought it, or has uncovered it.
    """
    known = Counter((f.code, f.message) for f in told if is_left(f))
    more = Counter(f.code for f in left)
    more.subtract(f.code for f in told if is_left(f))
    lines = before.splitlines()
    changes = None
    found = []
    for finding in left:
        if known[finding.code, finding.message]:
            known[finding.code, finding.message] -= 1
        elif more[finding.code] > 0 and not finding.code.startswith(_GUESSING):
            more[finding.code] -= 1
            if changes is None:
                matcher = SequenceMatcher(None, lines, now.splitlines(), autojunk=False)
                changes = matcher.get_opcodes()
            found.append(_at(finding, _line_before(finding.line - 1, changes, len(lines)), lines))
    if not found:
        return told
    return sorted((*told, *found), key=lambda f: (f.line, f.column, f.code))


def is_left(finding: Finding) -> bool:
    """True if a finding is left for a person."""
    return not finding.applied and not finding.advice


def _line_before(line: int, changes: Sequence[tuple[str, int, int, int, int]], lines: int) -> int:
    """Return the line, from 0, that a line of the changed text comes from."""
    for _, start, stop, now, end in changes:
        if now <= line < end:
            return max(0, min(start + line - now, stop - 1))
    return lines - 1


def _at(finding: Finding, line: int, lines: Sequence[str]) -> Finding:
    """Return a finding that speaks of a whole line."""
    text = lines[line] if line < len(lines) else ""
    column = len(text) - len(text.lstrip()) + 1
    return replace(
        finding,
        line=line + 1,
        column=column,
        end_line=line + 1,
        end_column=max(column, len(text.rstrip()) + 1),
    )
