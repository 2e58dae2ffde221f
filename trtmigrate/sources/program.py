"""The Python programs in a file, and the way back from a rewritten program to the text of the file.

A Python file is its program. The program of a notebook is made of the code of its cells. A document
holds blocks of code, which make one or more programs. The engine knows a file only by `Contents`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from trtmigrate.findings import CellSource
from trtmigrate.sources.documents import read_docstrings, read_document
from trtmigrate.sources.encoding import SourceError, decode
from trtmigrate.sources.gate import searchable
from trtmigrate.sources.kinds import is_document, is_notebook
from trtmigrate.sources.notebook import program_of_notebook
from trtmigrate.sources.places import Change, Place, Unread


class Program(Protocol):
    """A program, and the file that it stands in."""

    @property
    def code(self) -> str:
        """The program as one module."""

    def place(self, line: int, code: str | None = None) -> Place:
        """Return the place in the file of a line of the program, or of the program with other
        `code`.
        """

    def changes(self, code: str) -> Iterable[Change]:
        """Return what another program changes in the text of the file. Raises SourceError where
        that cannot be told.
        """

    def cells_with(self, code: str) -> tuple[CellSource, ...]:
        """Return the cells of the file, as they are and with another program; none if the file has
        no cells.
        """


@dataclass(frozen=True)
class Module:
    """A Python file."""

    code: str

    def place(self, line: int, code: str | None = None) -> Place:
        return Place(line)

    def changes(self, code: str) -> Iterable[Change]:
        return (Change(0, len(self.code), code),)

    def cells_with(self, code: str) -> tuple[CellSource, ...]:
        return ()


@dataclass(frozen=True)
class Contents:
    """The text of a file, and what it holds."""

    text: str
    programs: tuple[Program, ...]
    unread: tuple[Unread, ...] = ()  # texts that are no part of a program and may hold code
    is_document: bool = False  # its programs are there to be read
    skipped: bool = False  # asks to be left alone
    first: int = 0  # the number of the first program among those of the file


def contents_of(text: str, path: str) -> Contents:
    """Return what a file holds, by the suffix of its path. Raises SourceError for a notebook that
    cannot be read.
    """
    if is_notebook(path):
        book = program_of_notebook(text)
        return Contents(text, (book,), book.unread)
    if is_document(path):
        parts = read_document(text, path)
        return Contents(text, *(parts or ((), ())), is_document=True, skipped=parts is None)
    return Contents(text, (Module(text),))


def docstrings_of(text: str) -> Contents:
    """Return what the docstrings of a Python file hold; the file itself is its first program."""
    return Contents(text, *read_docstrings(text), is_document=True, first=1)


def code_of(contents: Contents) -> str:
    """Return the code of all programs of a file."""
    return "\n".join(program.code for program in contents.programs)


def python_of(data: bytes, path: str) -> bytes:
    """Return the Python source in the bytes of a file; of a notebook that cannot be read, all its
    text.
    """
    if not is_notebook(path) and not is_document(path):
        return data
    try:
        return code_of(contents_of(decode(data).text, path)).encode()
    except SourceError:
        return searchable(data, path)
