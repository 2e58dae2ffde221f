"""The HTML report: files and counts first, then each place with its lines before and after."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from trtmigrate.findings import FileResult, Finding, Report, Safety
from trtmigrate.report.diff import unified_diff
from trtmigrate.report.page import COMMON, render_page
from trtmigrate.report.passages import Passage, covered, passages
from trtmigrate.report.summary import CLASSES, class_of, is_interesting, state, summarize

FAILED = "failed"
_DIFF = {"+": "added", "-": "removed", "@": "hunk"}


@dataclass(frozen=True)
class _Finding:
    code: str
    title: str  # of the rule
    place: str
    kind: str
    state: str
    member: str
    message: str


@dataclass(frozen=True)
class _Row:
    """A line as it was; `parts` are texts, each with whether a finding is about it."""

    number: int
    parts: tuple[tuple[str, bool], ...]
    changed: bool


@dataclass(frozen=True)
class _Place:
    id: str
    kind: str
    findings: tuple[_Finding, ...]
    before: tuple[_Row, ...]
    after: tuple[str, ...]

    @property
    def changes(self) -> bool:
        return bool(self.after) or any(row.changed for row in self.before)


@dataclass(frozen=True)
class _File:
    id: str
    path: str
    error: str | None
    kinds: Counter[str]
    places: tuple[_Place, ...]
    diff: tuple[tuple[str, str], ...]  # lines, each with its kind


def render_html(
    report: Report, *, version: str, written: bool, titles: dict[str, str] | None = None
) -> str:
    """Return the whole page, which loads nothing from elsewhere. `titles` are those of the rules,
    by code.
    """
    told = [file for file in report.files if is_interesting(file)]
    told.sort(key=lambda file: (file.error is None, -len(file.left)))
    titles = titles or {}
    files = [_file(file, number, written, titles) for number, file in enumerate(told, 1)]
    findings = [finding for file in told for finding in file.findings]
    codes = Counter(finding.code for finding in findings)
    kinds = sum((file.kinds for file in files), Counter[str]())
    return render_page(
        COMMON,
        "report",
        version=version,
        target=report.target,
        written=written,
        rewritten="rewritten" if written else "would be rewritten",
        changed="changed" if written else "would change",
        counts=summarize(report),
        reviews=sum(f.applied and f.safety is Safety.REVIEW for f in findings),
        kinds=[(kind, kinds[kind]) for kind in (FAILED, *CLASSES) if kinds[kind]],
        codes=[(code, titles.get(code, ""), codes[code]) for code in sorted(codes)],
        files=files,
    )


def _file(file: FileResult, number: int, written: bool, titles: dict[str, str]) -> _File:
    name = f"file-{number}"
    kinds = Counter(map(class_of, file.findings))
    if file.error is not None:
        kinds[FAILED] += 1
    places = [_place(passage, name, written, titles) for passage in passages(file)]
    places.sort(key=lambda place: CLASSES.index(place.kind))
    lines = (line.rstrip("\r") for line in unified_diff(file).split("\n")[:-1])
    diff = tuple((_kind_in_diff(line), line) for line in lines)
    return _File(name, file.path, file.error, kinds, tuple(places), diff)


def _kind_in_diff(line: str) -> str:
    return "quiet" if line.startswith(("--- ", "+++ ")) else _DIFF.get(line[:1], "")


def _place(passage: Passage, file: str, written: bool, titles: dict[str, str]) -> _Place:
    first = passage.findings[0]
    return _Place(
        id=re.sub(r"\W", "-", f"{file}-{first.place}-{first.code}"),
        kind=min(map(class_of, passage.findings), key=CLASSES.index),
        findings=tuple(_finding(finding, written, titles) for finding in passage.findings),
        before=tuple(
            _Row(number, tuple(_parts(passage.findings, number, text)), number in passage.removed)
            for number, text in passage.lines
        ),
        after=passage.added,
    )


def _finding(finding: Finding, written: bool, titles: dict[str, str]) -> _Finding:
    kind = class_of(finding)
    word = state(finding, written=written)
    return _Finding(
        code=finding.code,
        title=titles.get(finding.code, ""),
        place=finding.place,
        kind=kind,
        state=f"{word}, to be reviewed" if kind == "review" else word,
        member=finding.member,
        message=finding.message,
    )


def _parts(findings: Iterable[Finding], number: int, text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a line, each with whether a finding is about it."""
    start = 0
    for span in sorted((covered(f, number, text) for f in findings), key=lambda s: s.start):
        if span.stop > max(span.start, start):
            yield text[start : span.start], False
            yield text[max(span.start, start) : span.stop], True
            start = span.stop
    yield text[start:], False
