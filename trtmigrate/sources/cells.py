"""A text that holds the cells of a program: one Python program of the cells in order.

A notebook has cells, and so has a document with blocks of code.

In the program, a statement marks the start of each cell. Edits cannot move code over a statement,
so the marks say which cell each line belongs to. Each piece for IPython is a call of an unknown
function, with the names of the program that the piece mentions, because IPython may use them.
"""

from __future__ import annotations

import ast
import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from trtmigrate.findings import CellSource
from trtmigrate.sources.encoding import SourceError
from trtmigrate.sources.magics import Magic, SplitCell, parse_cell, split_cell
from trtmigrate.sources.places import NOWHERE, Change, Place, Unread

_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
_NEWLINE = re.compile(r"\r\n|\r|\n")


class CellText(Protocol):
    """The source of a cell, and where it stands in the text of the file."""

    @property
    def number(self) -> int:
        """The number of the cell, from 1."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def source(self) -> str:
        """The code of the cell, without what the file puts around its lines."""

    def shown(self, source: str) -> str:
        """Return a source of the cell as people see it, with what stands before all lines."""

    def with_source(self, after: str, text: str) -> str:
        """Return what another source is in the file `text`, between `start` and `end`."""

    def place(self, line: int, file_lines: Sequence[int]) -> Place:
        """Return the place of a line of the source; `file_lines` holds where each line of the file
        but the first starts.
        """


@dataclass(frozen=True)
class Cell:
    """A cell whose code is part of the program."""

    file: CellText
    split: SplitCell

    @classmethod
    def of(cls, file: CellText) -> Cell:
        return cls(file, split_cell(file.source))

    @property
    def first_line(self) -> int:
        """The line of the cell, from 1, that the first piece starts on."""
        return len(_NEWLINE.findall(self.split.head)) + 1

    @cached_property
    def tree(self) -> ast.Module:
        """The code with a stand-in for each piece for IPython. Raises what `ast.parse` raises."""
        pieces = self.split.pieces
        return parse_cell("".join(p if isinstance(p, str) else _stand_in(p) for p in pieces))


@dataclass(frozen=True)
class CellProgram:
    """The text of a file and the cells that make the program."""

    text: str
    cells: tuple[Cell, ...]
    outside: tuple[Cell, ...] = ()  # cells of magics that are no part of the program
    numbered: bool = True  # its places and diffs name cells; otherwise lines of the file
    head: str = ""  # the imports that the program needs and the cells leave out

    @cached_property
    def code(self) -> str:
        newline = self._newline
        bodies = map(self._body, self.cells)
        return self.head.replace("\n", newline) + "".join(
            f"{self._mark(number)}{newline}{body}{newline}" for number, body in enumerate(bodies)
        )

    @cached_property
    def unread(self) -> tuple[Unread, ...]:
        found: list[Unread] = []
        for cell in self.outside:
            found += self._lines(cell, "", cell.file.source)
        for cell in self.cells:
            before = cell.split.head
            found += self._lines(cell, "", before)
            for piece in cell.split.pieces:
                if isinstance(piece, Magic):
                    found += self._lines(cell, before, piece.text)
                before += piece.text if isinstance(piece, Magic) else piece
        return tuple(found)

    def place(self, line: int, code: str | None = None) -> Place:
        starts = self._starts(self.code if code is None else code)
        number = bisect.bisect_right(starts, line) - 1
        if number < 0:
            return Place(NOWHERE)
        cell = self.cells[number]
        return self._place(cell, max(1, line - starts[number]) + cell.first_line - 1)

    def changes(self, code: str) -> Iterator[Change]:
        for cell, source in self._changed(code):
            new = cell.file.with_source(source, self.text)
            yield Change(cell.file.start, cell.file.end, new)

    def cells_with(self, code: str) -> tuple[CellSource, ...]:
        if not self.numbered:
            return ()
        after = {cell.file.number: cell.file.shown(source) for cell, source in self._changed(code)}
        files = sorted((cell.file for cell in (*self.cells, *self.outside)), key=_number)
        shown = ((cell.number, cell.shown(cell.source)) for cell in files)
        return tuple(CellSource(number, was, after.get(number, was)) for number, was in shown)

    # --- the program --------------------------------------------------------------------------

    @cached_property
    def _prefix(self) -> str:
        """The beginning of the names that are added, which no name of the notebook has."""
        prefix = "__notebook_"
        while any(prefix in cell.file.source for cell in self.cells):
            prefix += "_"
        return prefix

    @cached_property
    def _newline(self) -> str:
        ends = {end for cell in self.cells for end in _NEWLINE.findall(cell.file.source)}
        return "\r\n" if ends == {"\r\n"} else "\n"

    @cached_property
    def _magics(self) -> dict[int, Magic]:
        """The pieces for IPython by their numbers."""
        found = (p for cell in self.cells for p in cell.split.pieces if isinstance(p, Magic))
        return dict(enumerate(found))

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names that the program binds."""
        return frozenset(name for cell in self.cells for name in _bound_names(cell.tree))

    def _starts(self, code: str) -> list[int]:
        """Return the line of the mark of each cell in a program."""
        marks = list(self._marks.finditer(code))
        lines = [found.end() for found in _NEWLINE.finditer(code)]
        return [bisect.bisect_right(lines, mark.start()) + 1 for mark in marks]

    @cached_property
    def _marks(self) -> re.Pattern[str]:
        return re.compile(rf'^"{self._prefix}cell_(\d+)"(?:\r\n|\r|\n|\Z)', re.MULTILINE)

    @cached_property
    def _numbers(self) -> dict[int, int]:
        """The number of the first piece for IPython of each cell, by the number of the cell."""
        numbers, number = {}, 0
        for cell in self.cells:
            numbers[cell.file.number] = number
            number += sum(isinstance(piece, Magic) for piece in cell.split.pieces)
        return numbers

    def _mark(self, number: int) -> str:
        return f'"{self._prefix}cell_{number}"'

    def _body(self, cell: Cell) -> str:
        """Return the code of a cell, with a stand-in for each piece for IPython."""
        names = self._names
        number = self._numbers[cell.file.number]
        body = ""
        for piece in cell.split.pieces:
            if isinstance(piece, Magic):
                read = [name for name in dict.fromkeys(_NAME.findall(piece.text)) if name in names]
                body += f"{self._prefix}magic_{number}({', '.join(read)}{''.join(piece.newlines)})"
                number += 1
            else:
                body += piece
        return body

    def check(self) -> None:
        """Raise SourceError if the code of a cell is no Python."""
        for cell in self.cells:
            try:
                cell.file.source.encode()
                cell.tree  # noqa: B018  # parses the code
            except SyntaxError as error:
                place = self._place(cell, (error.lineno or 1) + cell.first_line - 1)
                raise SourceError(str(error.msg), str(place)) from None
            except UnicodeEncodeError:
                raise SourceError(
                    "holds half of a surrogate pair, which is no text", f"cell {cell.file.number}"
                ) from None
            except (RecursionError, MemoryError, ValueError) as error:
                reason = str(error) or "nested too deeply to be parsed"
                raise SourceError(reason, f"cell {cell.file.number}") from None

    # --- and back -----------------------------------------------------------------------------

    def _changed(self, code: str) -> Iterator[tuple[Cell, str]]:
        """Yield each cell that a rewritten program changes, with its new source."""
        before, *parts = self._marks.split(code)
        numbers, bodies = parts[::2], parts[1::2]
        added = self._added(before)
        if added is None or numbers != [str(number) for number in range(len(self.cells))]:
            raise SourceError(
                "the result does not show where the cells start; nothing was changed. This is a "
                "bug of trtmigrate, please report it with the file"
            )
        for cell, body in zip(self.cells, bodies, strict=True):
            if added or body.strip() != self._body(cell).strip():
                yield cell, self._source(cell, added + body)
            added = ""

    def _added(self, head: str) -> str | None:
        """Return what the head of a rewritten program has more than before, which belongs to the
        first cell; None for code that cannot be there.
        """
        if not self.head:
            return None if head else ""
        had = self.head.splitlines()
        return "".join(row for row in head.splitlines(keepends=True) if row.rstrip() not in had)

    def _source(self, cell: Cell, body: str) -> str:
        """Return the source of a cell with a new body, which ends as the source did."""
        before = cell.file.source
        end = before[len(before.rstrip("\r\n")) :]
        stand_in = re.compile(rf"{self._prefix}magic_(\d+)\([^()]*\)")
        shown = stand_in.sub(lambda found: self._magics[int(found[1])].text, body)
        if not self._body(cell).startswith(("\r", "\n")):
            shown = shown.lstrip("\r\n")  # blank lines between the mark and an import
        head = cell.split.head
        if head and body and not head.endswith(("\r", "\n")):
            head += self._newline
        return head + shown.rstrip("\r\n") + end

    # --- places -------------------------------------------------------------------------------

    def _place(self, cell: Cell, line: int) -> Place:
        return cell.file.place(line, self._file_lines)

    @cached_property
    def _file_lines(self) -> list[int]:
        """Where each line of the file but the first starts."""
        return [found.end() for found in re.finditer("\n", self.text)]

    def _lines(self, cell: Cell, before: str, text: str) -> Iterator[Unread]:
        """Yield each line of a text in a cell; `before` is what stands in the cell before it."""
        above = _NEWLINE.split(before)
        for number, line in enumerate(_NEWLINE.split(text)):
            column = 1 if number else len(above[-1]) + 1
            if line:
                yield Unread(self._place(cell, len(above) + number), column, line)


def _number(cell: CellText) -> int:
    return cell.number


def _stand_in(magic: Magic) -> str:
    return f"magic({''.join(magic.newlines)})"


def _bound_names(tree: ast.Module) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
