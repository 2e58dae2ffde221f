"""The Python program in a file, and the way back from a rewritten program to the text of the file.

A Python file is its program. The program of a notebook is made of the code of its cells. The engine
knows a file only by this interface.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from trtmigrate.findings import CellChange
from trtmigrate.sources.kinds import is_notebook
from trtmigrate.sources.notebook import Notebook
from trtmigrate.sources.places import Place, Unread


class Program(Protocol):
    """A program, and the file that it stands in."""

    @property
    def code(self) -> str:
        """The program as one module."""

    @property
    def unread(self) -> tuple[Unread, ...]:
        """The texts of the file that are no part of the program and may hold code."""

    def place(self, line: int) -> Place:
        """Return the place in the file of a line of the program."""

    def file_text(self, code: str) -> str:
        """Return the text of the file with another program. Raises SourceError where that cannot
        be made.
        """

    def changed_cells(self, code: str) -> tuple[CellChange, ...]:
        """Return the cells that another program changes; none if the file has no cells."""


@dataclass(frozen=True)
class Module:
    """A Python file."""

    code: str
    unread: tuple[Unread, ...] = ()

    def place(self, line: int) -> Place:
        return Place(line)

    def file_text(self, code: str) -> str:
        return code

    def changed_cells(self, code: str) -> tuple[CellChange, ...]:
        return ()


def program_of(text: str, path: str) -> Program:
    """Return the program of a file, by the suffix of its path. Raises SourceError for a notebook
    that cannot be read.
    """
    return Notebook.read(text) if is_notebook(path) else Module(text)
