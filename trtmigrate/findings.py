"""What the tool found and what became of each file: plain, picklable data.

Everything that a person or a program is told (dry run, diff, JSON, SARIF, exit code) is made from
these.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Safety(enum.Enum):
    """How far an edit can be trusted; it belongs to the edit, not to the rule."""

    SAFE = "safe"  # the code shows everything that the edit depends on
    REVIEW = "review"  # right under an assumption that the message names
    MANUAL = "manual"  # no edit: a person has to decide


@dataclass(frozen=True, slots=True)
class Finding:
    """One use of an API that the target lacks (or one piece of advice), with its place in the
    original file.
    """

    code: str  # "TRT101"
    line: int  # 1-based
    column: int  # 1-based, in characters
    end_line: int
    end_column: int  # 1-based, exclusive
    member: (
        str  # "ICudaEngine.get_binding_shape", as in the api data; "" where no member is concerned
    )
    message: str
    safety: Safety
    applied: bool = False  # its edit is in the result (in a dry run: would be)
    advice: bool = False  # asks for nothing: does not count as left, nor for the exit code
    edited: bool = field(
        default=False, compare=False
    )  # the finding carries an edit, applied or not
    unit: int | None = field(
        default=None, compare=False
    )  # edits of the same number in a file are made together, or not at all
    cell: int | None = None  # of a notebook, from 1: the lines are those of its source
    file_line: int | None = None  # of a notebook: the line of the file that `line` stands on

    @property
    def place(self) -> str:
        """Where the finding starts: `12:5`, or `cell 3:2:5` in a notebook."""
        inside = f"{self.line}:{self.column}"
        return inside if self.cell is None else f"cell {self.cell}:{inside}"


class Status(enum.Enum):
    UNCHANGED = "unchanged"  # no finding
    MIGRATED = "migrated"  # changed, nothing left
    PARTIAL = "partial"  # something is left for a person
    SKIPPED = "skipped"  # asked to be left alone
    FAILED = "failed"  # could not be processed


@dataclass(frozen=True, slots=True)
class CellSource:
    """The source of a cell of a notebook, before and after."""

    number: int  # from 1; cells of text count, too
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.after != self.before


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file after the whole way; `before` and `after` are None where it could not be read."""

    path: str
    status: Status
    findings: tuple[Finding, ...] = ()
    error: str | None = None  # "PATH:LINE: reason", one line
    before: str | None = None
    after: str | None = None
    cells: tuple[CellSource, ...] = ()  # of a notebook: the cells with code

    @property
    def changed(self) -> bool:
        return self.after is not None and self.after != self.before

    @property
    def error_line(self) -> int | None:
        """The line that the error names, if it names one."""
        place = (self.error or "").removeprefix(f"{self.path}:").split(":")[0]
        return int(place) if place.isascii() and place.isdecimal() else None

    @property
    def left(self) -> tuple[Finding, ...]:
        """The findings that still ask a person for something."""
        return tuple(f for f in self.findings if not f.applied and not f.advice)


@dataclass(frozen=True)
class Report:
    """All files of one run."""

    target: str
    files: tuple[FileResult, ...]
