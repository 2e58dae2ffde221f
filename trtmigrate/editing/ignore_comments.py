"""Comments that accept what is left for a person: `# trtmigrate: ignore[TRT207]`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from trtmigrate.editing.statement_lines import statement_lines
from trtmigrate.findings import Finding
from trtmigrate.sources.suppress import suppressions

_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_LINE_END = re.compile(r"[\r\n]*$")
_Place = tuple[int, str]  # the line and the code of a finding; rows are counted from 0


def with_ignores(text: str, left: Iterable[Finding]) -> str:
    """Return the text with a comment behind each statement that a finding, placed in this very
    text, is about; of a compound statement, behind its header.
    """
    source = _ROW.findall(text)
    ends = _last_rows(source)
    places = {(finding.line, finding.code) for finding in left}
    rows = {place: ends.get(place[0] - 1, place[0] - 1) for place in places}
    # A clause such as `except` is no statement: there a comment speaks for its own line alone.
    clauses = _uncovered(text, rows)
    rows = {place: row for place, row in rows.items() if place not in clauses}
    for place in clauses:
        more = {**rows, place: place[0] - 1}
        is_continued = source[place[0] - 1].rstrip().endswith("\\")
        if not is_continued and not _uncovered(text, more):  # otherwise it is inside a string
            rows = more
    return _with_comments(text, rows)


def _uncovered(text: str, rows: Mapping[_Place, int]) -> list[_Place]:
    """Return the places that comments on these rows do not speak for."""
    now = suppressions(_with_comments(text, rows))
    return [place for place in rows if not now.covers(*place)]


def _last_rows(source: list[str]) -> dict[int, int]:
    """Return the last row of the statement line that each row belongs to, from 0."""
    read = statement_lines("\n".join(row.rstrip("\r\n") for row in source))
    lines = read.statements if read is not None else ()
    return {row: line.last for line in lines for row in range(line.first, line.last + 1)}


def _with_comments(text: str, rows: Mapping[_Place, int]) -> str:
    codes: dict[int, set[str]] = defaultdict(set)
    for (_, code), row in rows.items():
        codes[row].add(code)
    return "".join(
        _with_comment(row, codes[number]) if number in codes else row
        for number, row in enumerate(_ROW.findall(text))
    )


def _with_comment(row: str, codes: Iterable[str]) -> str:
    end = _LINE_END.search(row)
    assert end is not None  # it matches the empty end, too
    return (
        f"{row[: end.start()].rstrip()}  # trtmigrate: ignore[{', '.join(sorted(codes))}]{end[0]}"
    )
