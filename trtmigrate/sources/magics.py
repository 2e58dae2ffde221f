"""What IPython reads in a cell and Python does not: magics, shell lines, questions for help.

A cell is split into pieces of Python and pieces for IPython. A piece for IPython can be given a
stand-in, a call with as many lines.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

# Magics whose cell is Python that runs with the names of the notebook.
_OF_PYTHON = frozenset(
    "capture debug heat lprun memit mprun prun pyinstrument scalene snakeviz time timeit "
    "wandb".split()
)
# Magics whose cell runs elsewhere, or is no code: it sees no name of the notebook.
_ELSEWHERE = frozenset(
    "! HTML SVG bash bigquery cmd file html javascript js latex markdown perl pypy python python2 "
    "python3 ruby script sh shell svg sx system writefile".split()
)
_CELL_MAGIC = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*%%(!|\w*)")
_LINE_END = re.compile(r"\r\n|\r|\n|\Z")
# A line for IPython, with the lines that it goes on in: `%time`, `!ls`, `?name`, `,f a b`, `/f a`.
_FOR_IPYTHON = re.compile(r"[ \t\f]*[%!?,;/](?:[^\\\r\n]|\\(?:\r\n|\r|\n)?)*")
# `names = !ls`: only the part behind the sign is IPython's.
_ASSIGNED = re.compile(
    r"[ \t]*[*\w](?:[\w., \t*]|\[[^\]\r\n]*\])*=[ \t]*(?=!|%[^\W\d])(?P<rest>"
    r"(?:[^\\\r\n]|\\(?:\r\n|\r|\n)?)*)"
)
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\r\n]*)
    |(?P<text>\"""(?:[^\\]|\\.)*?\"""|'''(?:[^\\]|\\.)*?'''
        |"(?:[^"\\\r\n]|\\(?:\r\n|.))*"|'(?:[^'\\\r\n]|\\(?:\r\n|.))*')
    |(?P<continued>\\(?:\r\n|\r|\n))
    |(?P<end>\r\n|\r|\n)
    |(?P<opening>[(\[{])
    |(?P<closing>[)\]}])
    |(?P<blank>[ \t\f]+)
    |(?P<code>[^\s\#"'\\()\[\]{}]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_SIGNS = frozenset("%!?,;/")


@dataclass(frozen=True)
class Magic:
    """A piece of a cell that is for IPython, without the end of its last line."""

    text: str

    @property
    def newlines(self) -> list[str]:
        return [found[0] for found in _LINE_END.finditer(self.text) if found[0]]


Piece = str | Magic


@dataclass(frozen=True)
class SplitCell:
    """The source of a cell: head, then the pieces."""

    head: str  # the line of a magic that is about the cell, and all above it
    pieces: tuple[Piece, ...]
    outside: str = ""  # the rest of a cell that is no part of the program


def split_cell(source: str) -> SplitCell:
    """Return the pieces of a cell. What is neither Python nor for IPython is taken for Python."""
    magic = _CELL_MAGIC.match(source)
    if magic is None:
        return SplitCell("", tuple(_pieces(source)))
    if magic[1] in _OF_PYTHON:
        end = _LINE_END.search(source, magic.end())
        assert end is not None
        return SplitCell(source[: end.end()], tuple(_pieces(source[end.end() :])))
    if magic[1] in _ELSEWHERE:
        return SplitCell("", (), source)
    return SplitCell("", (Magic(source),))


def parse_cell(code: str) -> ast.Module:
    """Return the tree of a cell. Raises what `ast.parse` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def _pieces(source: str) -> Iterator[Piece]:
    """Yield the pieces of a text in order."""
    if _SIGNS.isdisjoint(source) or _is_python(source):
        if source:
            yield source
        return
    start = at = 0
    while at < len(source):
        assigned = _ASSIGNED.match(source, at)
        found = assigned or _FOR_IPYTHON.match(source, at)
        if found is not None:
            begin = _text_start(source, at) if assigned is None else found.start("rest")
            magic_end = found.end()
        else:
            magic_end, is_question = _statement_end(source, at)
            begin = _text_start(source, at)
            if not is_question:
                at = _over_line_end(source, magic_end)
                continue
        if source[start:begin]:
            yield source[start:begin]
        yield Magic(source[begin:magic_end])
        start = magic_end
        at = _over_line_end(source, magic_end)
    if source[start:]:
        yield source[start:]


def _statement_end(source: str, at: int) -> tuple[int, bool]:
    """Return where the statement that starts here ends, and whether it ends with `?`."""
    depth = 0
    last = ""
    for token in _TOKEN.finditer(source, at):
        kind = token.lastgroup
        if kind == "end" and depth <= 0:
            return token.start(), last.endswith("?")
        if kind in ("opening", "closing"):
            depth += 1 if kind == "opening" else -1
        if kind not in ("comment", "blank", "continued", "end"):
            last = token[0] if kind == "code" else ""
    return len(source), depth <= 0 and last.endswith("?")


def _text_start(source: str, at: int) -> int:
    """Return where the line that starts here has its first character that is not blank."""
    while at < len(source) and source[at] in " \t\f":
        at += 1
    return at


def _over_line_end(source: str, at: int) -> int:
    found = _LINE_END.match(source, at)
    return found.end() if found is not None else at


def _is_python(source: str) -> bool:
    try:
        parse_cell(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
