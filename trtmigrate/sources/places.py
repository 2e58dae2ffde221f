"""Places in a file: lines, in a notebook also cells."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trtmigrate.findings import Finding


@dataclass(frozen=True)
class Place:
    """A line of a file, or of a cell of a notebook."""

    line: int  # from 1; in a notebook, of the source of the cell
    cell: int | None = None  # from 1
    file_line: int | None = None  # of a notebook: where the line stands in the file

    def __str__(self) -> str:
        """The place as it stands in an error: `7`, or `cell 2:7`."""
        return str(self.line) if self.cell is None else f"cell {self.cell}:{self.line}"

    @property
    def in_words(self) -> str:
        inside = f"line {self.line}"
        return inside if self.cell is None else f"{inside} of cell {self.cell}"


def placed(finding: Finding, start: Place, end: Place) -> Finding:
    """Return a finding with the lines that it starts and ends on."""
    return replace(
        finding,
        line=start.line,
        end_line=end.line,
        cell=start.cell,
        file_line=start.file_line,
    )


@dataclass(frozen=True)
class Unread:
    """A line, or a part of it, that is no part of the program, such as a magic."""

    place: Place
    column: int  # that it starts in, from 1
    text: str
