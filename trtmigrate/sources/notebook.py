"""A Jupyter notebook as one Python program: its cells in order."""

from __future__ import annotations

from trtmigrate.sources.cells import Cell, CellProgram
from trtmigrate.sources.notebook_file import read_notebook


def program_of_notebook(text: str) -> CellProgram:
    """Return the program of a notebook. Raises SourceError for a text that is none, and for a cell
    that is no Python.
    """
    file = read_notebook(text)
    cells = [Cell.of(cell) for cell in file.cells if _is_python(cell.language or file.language)]
    inside = tuple(cell for cell in cells if not cell.split.outside)
    book = CellProgram(text, inside, tuple(cell for cell in cells if cell.split.outside))
    book.check()
    return book


def _is_python(language: str | None) -> bool:
    return language is None or language.startswith(("python", "ipython"))
