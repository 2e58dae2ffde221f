"""What an editor is told of one document: its findings, and the edits by group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from trtmigrate.engine import migrate_text
from trtmigrate.findings import FileResult, Finding, Status
from trtmigrate.limits import TooSlow, time_limit
from trtmigrate.options import Options
from trtmigrate.sources.gate import Interest, interest
from trtmigrate.syntax.line_changes import opcodes

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True)
class Replacement:
    """Lines, from 0, of which `stop` is the first that stays, and the text in their place."""

    start: int
    stop: int
    text: str


@dataclass(frozen=True)
class Fix:
    """Edits that are made together, and the findings that they deal with."""

    unit: int
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        first, others = self.findings[0], len(self.findings) - 1
        title = f"{first.code}: {first.message}"
        return f"{title} (with {others} more)" if others else title


def look_at(text: str, path: Path, options: Options) -> FileResult:
    """Return the result of a document; one without findings if it is of no interest, or takes more
    time than the options allow.
    """
    data = text.encode("utf-8", "surrogatepass")
    nothing = FileResult(str(path), Status.UNCHANGED, before=text, after=text)
    if not options.lets_through(data) and interest(data, options.target) is Interest.NONE:
        return nothing
    try:
        with time_limit(options.file_timeout):
            return migrate_text(text, str(path), options.for_file(path))
    except TooSlow:
        return nothing


def fixes(result: FileResult) -> list[Fix]:
    """Return the groups of edits of a document, by their first place."""
    by_unit: dict[int, list[Finding]] = {}
    for finding in result.findings:
        if finding.applied and finding.unit is not None:
            by_unit.setdefault(finding.unit, []).append(finding)
    return [Fix(unit, tuple(findings)) for unit, findings in by_unit.items()]


def fixed(text: str, path: Path, options: Options, unit: int) -> str:
    """Return a document with the edits of one group."""
    result = look_at(text, path, replace(options, units=frozenset({unit})))
    return text if result.after is None else result.after


def lines_of(text: str) -> list[str]:
    """Return the lines of a document as editors count them: a form feed ends none."""
    return _LINE.findall(text)


def replacements(before: str, after: str) -> Iterator[Replacement]:
    """Yield what has to be replaced in a document to make another one of it."""
    old, new = lines_of(before), lines_of(after)
    for tag, start, stop, first, last in opcodes(old, new):
        if tag != "equal":
            yield Replacement(start, stop, "".join(new[first:last]))
