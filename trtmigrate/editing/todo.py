"""Comments at what is left for a person: `# TODO(trtmigrate): TRT207 get_shape is gone; ...`."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator

from trtmigrate.editing.statement_lines import row_above, statement_lines
from trtmigrate.findings import Finding

_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
MARK = "# TODO(trtmigrate):"


def with_todos(text: str, left: Iterable[Finding]) -> str:
    """The text with a comment above each statement that a finding, placed in this very text, is
    about.

    A comment that stands there already is not written again.
    """
    lines = _ROW.findall(text)
    read = statement_lines("\n".join(line.rstrip("\r\n") for line in lines))
    statements = read.statements if read is not None else ()
    starts = [statement.first + 1 for statement in statements]
    newline = next((end for end in map(_line_end, lines) if end), "\n")
    wanted: dict[int, dict[str, None]] = {}  # by row
    for finding in left:
        number = bisect.bisect_right(starts, finding.line) - 1
        if number >= 0:
            row = row_above(statements, number, lines)
            first = lines[statements[number].first]
            comment = first[: len(first) - len(first.lstrip())] + _comment(finding)
            wanted.setdefault(row, {})[comment] = None
    for row in sorted(wanted, reverse=True):
        there = set(_comments_above(lines, row + 1))
        lines[row:row] = [c + newline for c in wanted[row] if c.strip() not in there]
    return "".join(lines)


def _comment(finding: Finding) -> str:
    return f"{MARK} {finding.code} {finding.message}"


def _line_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _comments_above(lines: list[str], line: int) -> Iterator[str]:
    position = line - 2
    while position >= 0 and lines[position].lstrip().startswith("#"):
        yield lines[position].strip()
        position -= 1
