"""The Python program in a file, and the way back from a rewritten program to the text of the file.

A Python file is its program. The program of a notebook is made of the code of its cells. The engine
knows a file only by this interface.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from trtmigrate.findings import CellSource
from trtmigrate.sources.encoding import SourceError, decode
from trtmigrate.sources.gate import searchable
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

    def place(self, line: int, code: str | None = None) -> Place:
        """Return the place in the file of a line of the program, or of the program with other
        `code`.
        """

    def file_text(self, code: str) -> str:
        """Return the text of the file with another program. Raises SourceError where that cannot
        be made.
        """

    def cells_with(self, code: str) -> tuple[CellSource, ...]:
        """Return the cells of the file, as they are and with another program; none if the file has
        no cells.
        """


@dataclass(frozen=True)
class Module:
    """A Python file."""

    code: str
    unread: tuple[Unread, ...] = ()

    def place(self, line: int, code: str | None = None) -> Place:
        return Place(line)

    def file_text(self, code: str) -> str:
        return code

    def cells_with(self, code: str) -> tuple[CellSource, ...]:
        return ()


def program_of(text: str, path: str) -> Program:
    """Return the program of a file, by the suffix of its path. Raises SourceError for a notebook
    that cannot be read.
    """
    return Notebook.read(text) if is_notebook(path) else Module(text)


def python_of(data: bytes, path: str) -> bytes:
    """Return the Python source in the bytes of a file; of a notebook that cannot be read, all its
    text.
    """
    if not is_notebook(path):
        return data
    try:
        return Notebook.read(decode(data).text).code.encode()
    except SourceError:
        return searchable(data, path)
