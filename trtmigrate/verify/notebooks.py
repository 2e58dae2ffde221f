"""A notebook as a script, so that a program can be recorded that is one.

The cells run in order. Lines for IPython do not run, but for the statements of `%time` and
`%timeit`, which run once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from trtmigrate.sources.cells import Cell, CellProgram
from trtmigrate.sources.encoding import SourceError, decode
from trtmigrate.sources.kinds import is_notebook
from trtmigrate.sources.magics import Magic
from trtmigrate.sources.notebook import program_of_notebook
from trtmigrate.verify.run import VerifyError

_TIMED = re.compile(r"%time(?:it)?(?:[ \t]+-\w+(?:[ \t]+\d+)?)*[ \t]+(?=[^-\s])")
_DISPLAY = "display = print  # as IPython has it\n"


def as_script(path: Path) -> Path:
    """Return the script to run: the path of a script, or of a new script beside a notebook.

    Raises VerifyError if the notebook cannot be read, or needs IPython for a value.
    """
    if not is_notebook(path.name):
        return path
    script = path.with_name(f"{path.name}.py")
    script.write_text(_script(_read(path)), encoding="utf-8", newline="")
    return script


def left_out(path: Path) -> list[str]:
    """Return a note on the lines of a notebook that do not run, or nothing."""
    if not is_notebook(path.name):
        return []
    book = _read(path)
    texts = [piece.text for cell in book.cells for piece in _magics(cell)]
    lines = [text.strip().splitlines()[0] for text in texts if _TIMED.match(text) is None]
    if not lines:
        return []
    shown = ", ".join(f"`{line}`" for line in lines[:3]) + (", ..." if len(lines) > 3 else "")
    return [f"{path.name}: lines for IPython were not run: {shown}"]


def _read(path: Path) -> CellProgram:
    try:
        return program_of_notebook(decode(path.read_bytes()).text)
    except SourceError as error:
        raise VerifyError(error.at(path.name)) from None
    except OSError as error:
        raise VerifyError(f"{path.name}: {error.strerror}") from None


def _script(book: CellProgram) -> str:
    cells = "".join(f"# cell {cell.file.number}\n{_code(cell)}\n" for cell in book.cells)
    return (_DISPLAY if "display(" in cells else "") + cells


def _code(cell: Cell) -> str:
    """Return the code of a cell as a script can run it."""
    code = ""
    for piece in cell.split.pieces:
        if not isinstance(piece, Magic):
            code += piece
        elif timed := _TIMED.match(piece.text):
            code += piece.text[timed.end() :]
        elif code.rstrip(" \t").endswith("="):
            raise VerifyError(
                f"cell {cell.file.number}: the value of `{piece.text}` comes from IPython, and "
                "verify runs a notebook without it: assign the value in Python"
            )
        else:
            code += f"pass  # {' '.join(piece.text.split())}" + "".join(piece.newlines)
    return code


def _magics(cell: Cell) -> Iterator[Magic]:
    yield from (piece for piece in cell.split.pieces if isinstance(piece, Magic))
