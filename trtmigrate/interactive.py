"""Ask about the edits of each file, one group after the other, and write those that are wanted.

What is applied is written at once: whenever the run ends, also by Ctrl-C, nothing of it is lost.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click

from trtmigrate.batch import Outcome, migrate_alone, untouched, write
from trtmigrate.findings import CellSource, FileResult, Finding, Status
from trtmigrate.report.color import wants_color
from trtmigrate.report.diff import add_colors, unified_diff
from trtmigrate.report.text import View, render_file
from trtmigrate.report.visible import visible_lines
from trtmigrate.sources.encoding import decode, encode

YES, SKIP, ALL, QUIT = "y", "n", "a", "q"
HELP = f"""{YES}  apply this edit, with all that have to be made with it
{SKIP}  skip it
{ALL}  apply it, and all others of the same rules without asking
{QUIT}  quit: what was applied stays, everything else is left as it is
"""
FOLLOWS = "what follows from these edits"


@dataclass(frozen=True)
class _Step:
    """Edits that are made together or not at all."""

    unit: int
    findings: tuple[Finding, ...]

    @property
    def codes(self) -> set[str]:
        return {finding.code for finding in self.findings}


def asked_about(
    outcomes: Iterable[Outcome], tell: Callable[[FileResult], None], color: str
) -> Iterator[FileResult]:
    """Ask about the edits of each file, and yield its result with those that were applied.

    `tell` gets the findings of each file that no question is about.
    """
    interview = _Interview(wants_color(sys.stdout, color))
    for outcome in outcomes:
        result = interview.go_through(outcome)
        unasked = tuple(finding for finding in result.findings if finding.unit is None)
        tell(replace(result, findings=unasked))
        yield result


class _Interview:
    """The questions of one run, and the answers that hold for all of it."""

    def __init__(self, color: bool) -> None:
        self._color = color
        self._agreed: set[str] = set()  # codes of rules that need no question
        self._ended = False

    def go_through(self, outcome: Outcome) -> FileResult:
        """Ask about the edits of a file and write those that are wanted; return its result."""
        steps = _steps(outcome.result)
        if self._ended or not steps or not outcome.result.changed:
            return untouched(outcome.result)
        file = _File(outcome)
        for number, step in enumerate(steps, 1):
            after = file.with_unit(step.unit)
            if after.after == file.result.after or after.error is not None:
                continue  # it does not go with what was skipped; the report says why
            place = f"{number} of {len(steps)}"
            if step.codes <= self._agreed or self._wants(file, after, step, place):
                file.apply(after, step.unit)
            if self._ended or file.result.error is not None:
                return file.result
        if file.units >= {step.unit for step in steps}:
            self._conclude(file, outcome.result)
        return file.result

    def _wants(self, file: _File, after: FileResult, step: _Step, place: str) -> bool:
        told = replace(after, findings=step.findings)
        codes = ", ".join(sorted(step.codes))
        _show("\n" + render_file(told, View(written=False, concise=True, color=self._color)))
        self._show_diff(file, after)
        answer = self._answer(f"{place}: apply {codes}? [{YES},{SKIP},{ALL},{QUIT},?]")
        if answer == ALL:
            self._agreed |= step.codes
        return answer in (YES, ALL)

    def _conclude(self, file: _File, whole: FileResult) -> None:
        """Ask about the edits that only a further look at the result has found."""
        if whole.after != file.result.after:
            self._show_diff(file, whole)
            if self._answer(f"apply {FOLLOWS}? [{YES},{SKIP},{QUIT},?]") in (YES, ALL):
                file.apply(whole)

    def _show_diff(self, file: _File, after: FileResult) -> None:
        text = visible_lines(unified_diff(_between(file.result, after)))
        _show(add_colors(text) if self._color else text)

    def _answer(self, question: str) -> str:
        while True:
            given = _ask(question)
            answer = QUIT if given is None else given.strip().lower()[:1]
            if answer in (YES, SKIP, ALL, QUIT):
                self._ended = self._ended or answer == QUIT
                return answer
            _show(HELP)


class _File:
    """A file on its way: what was applied is in it."""

    def __init__(self, outcome: Outcome) -> None:
        assert outcome.data is not None and outcome.options is not None
        self._path = Path(outcome.result.path)
        self._before = outcome.data
        self._options = outcome.options
        self._now = outcome.data  # on disk
        self.units: frozenset[int] = frozenset()
        self.result = self._migrated(self.units)

    def with_unit(self, unit: int) -> FileResult:
        """Return the file with one more group of edits."""
        return self._migrated(self.units | {unit})

    def apply(self, after: FileResult, *units: int) -> None:
        """Write a result; if that fails, the file is as it was, and its result says so."""
        error = write(Outcome(after, self._now)).result.error
        if error is not None or after.after is None:
            self.result = replace(self.result, status=Status.FAILED, error=error)
            return
        self.result = after
        self.units |= set(units)
        self._now = encode(after.after, decode(self._now))

    def _migrated(self, units: frozenset[int]) -> FileResult:
        return migrate_alone(self._before, self._path, replace(self._options, units=units))


def _steps(file: FileResult) -> list[_Step]:
    """Return the groups of edits of a file, in the order of their first places."""
    by_unit: dict[int, list[Finding]] = {}
    for finding in file.findings:
        if finding.unit is not None and finding.applied:
            by_unit.setdefault(finding.unit, []).append(finding)
    return [_Step(unit, tuple(findings)) for unit, findings in by_unit.items()]


def _between(now: FileResult, after: FileResult) -> FileResult:
    """Return what another result changes in the file as it is now."""
    cells = tuple(
        CellSource(new.number, old.after, new.after)
        for old, new in zip(now.cells, after.cells, strict=True)
    )
    return replace(after, before=now.after, cells=cells)


def _show(text: str) -> None:
    click.echo(text, nl=False, color=True)


def _ask(question: str) -> str | None:
    """Return what is answered; None where nobody answers any more."""
    try:
        answer: str = click.prompt(question, default="?", show_default=False)
    except click.Abort:
        return None
    return answer
