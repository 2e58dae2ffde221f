"""Places in a file: lines, in a notebook also cells; and what changes at a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from trtmigrate.findings import Finding

NOWHERE = 0  # the line of what a program has and its file does not show


@dataclass(frozen=True)
class Place:
    """A line of a file, or of a cell of a notebook."""

    line: int  # from 1; in a notebook, of the source of the cell
    cell: int | None = None  # from 1
    file_line: int | None = None  # of a notebook: where the line stands in the file
    margin: int = 0  # the columns of the line before what the program has of it

    def __str__(self) -> str:
        """The place as it stands in an error: `7`, or `cell 2:7`."""
        return str(self.line) if self.cell is None else f"cell {self.cell}:{self.line}"

    @property
    def in_words(self) -> str:
        inside = f"line {self.line}"
        return inside if self.cell is None else f"{inside} of cell {self.cell}"


def placed(finding: Finding, start: Place, end: Place) -> Finding:
    """Return a finding with the places that it starts and ends at."""
    return replace(
        finding,
        line=start.line,
        column=finding.column + start.margin,
        end_line=end.line,
        end_column=finding.end_column + end.margin,
        cell=start.cell,
        file_line=start.file_line,
    )


@dataclass(frozen=True)
class Unread:
    """A line, or a part of it, that is no part of the program, such as a magic."""

    place: Place
    column: int  # that it starts in, from 1
    text: str


@dataclass(frozen=True)
class Change:
    """A new text for a part of a file."""

    start: int
    end: int
    text: str


def with_changes(text: str, changes: Iterable[Change]) -> str:
    """Return a text with changes, which do not overlap."""
    for change in sorted(changes, key=lambda one: one.start, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    return text
