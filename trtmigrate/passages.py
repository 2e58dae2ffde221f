"""A file that holds several programs, such as a document: its result from those of the programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from trtmigrate.findings import CellSource, FileResult, Finding, Status
from trtmigrate.options import Options
from trtmigrate.sources.documents import same_but_docstrings
from trtmigrate.sources.places import NOWHERE, Change, with_changes
from trtmigrate.sources.program import Contents, docstrings_of

_UNITS = 1_000_000  # more than a program has groups of edits; numbers of the next program follow


def in_document(options: Options) -> Options:
    """Return the options for code that is written to be read: no comments of ours in it."""
    return replace(options, todo=False, add_ignores=False)


def with_units_of(number: int, options: Options) -> Options:
    """Return the options of one of several programs: the groups of edits of a file that are wanted
    are numbered program by program.
    """
    if options.units is None or not number:
        return options
    first = number * _UNITS
    wanted = frozenset(u - first for u in options.units if first <= u < first + _UNITS)
    return replace(options, units=wanted)


def joined(contents: Contents, path: str, results: Sequence[FileResult]) -> FileResult:
    """Return the result of a file from those of its programs, in order. Raises SourceError."""
    for result in results:
        if result.status is Status.FAILED:
            return replace(result, before=contents.text)
    text = contents.text
    if contents.skipped or any(result.status is Status.SKIPPED for result in results):
        return FileResult(path, Status.SKIPPED, before=text, after=text)
    changes: list[Change] = []
    cells: list[CellSource] = []
    findings: list[Finding] = []
    pairs = zip(contents.programs, results, strict=True)
    for number, (program, result) in enumerate(pairs, contents.first):
        code = program.code if result.after is None else result.after
        if code != program.code:
            changes += program.changes(code)
        cells += program.cells_with(code)
        shown = [finding for finding in result.findings if finding.line != NOWHERE]
        findings += _numbered(shown, number)
    after = with_changes(text, changes)
    status = status_of(findings, changed=after != text)
    return FileResult(path, status, in_order(findings), None, text, after, tuple(cells))


def status_of(findings: Iterable[Finding], *, changed: bool) -> Status:
    """Return the status of a text with these findings."""
    if any(not finding.applied and not finding.advice for finding in findings):
        return Status.PARTIAL
    return Status.MIGRATED if changed else Status.UNCHANGED


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of their places in the file."""
    return tuple(sorted(findings, key=lambda f: (f.cell or 0, f.line, f.column)))


def with_docstrings(result: FileResult, migrated: Callable[[Contents], FileResult]) -> FileResult:
    """Return the result of a Python file with that of its docstrings. Raises SourceError."""
    before, after = result.before or "", result.after or ""
    told = migrated(docstrings_of(before))
    done = told if after == before else migrated(docstrings_of(after))
    for one in (told, done):
        if one.status is Status.FAILED:
            return replace(one, before=before)
        if one.status is Status.SKIPPED:
            return result
    new = done.after or ""
    if not same_but_docstrings(after, new):  # quotes or a backslash, which mean more in a docstring
        told, new = _not_made(told), after
    findings = in_order((*result.findings, *told.findings))
    status = status_of(findings, changed=new != before)
    return replace(result, status=status, findings=findings, after=new)


def _not_made(result: FileResult) -> FileResult:
    findings = tuple(replace(finding, applied=False) for finding in result.findings)
    return replace(result, status=Status.PARTIAL, findings=findings)


def _numbered(findings: Iterable[Finding], number: int) -> list[Finding]:
    """Return findings with the numbers that their groups have among those of all programs."""
    return [
        f if f.unit is None or not number else replace(f, unit=f.unit + number * _UNITS)
        for f in findings
    ]
