"""The logical lines of a file: what Python reads as one line, with the place of each token."""

from __future__ import annotations

import io
import itertools
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from trtmigrate.layout.wrapping import Token, columns

_SKIPPED = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
_F_STARTS = ("FSTRING_START", "TSTRING_START")
_F_ENDS = ("FSTRING_END", "TSTRING_END")


class Piece(NamedTuple):
    """A token and its place: rows of the file from 0, columns in characters from 0."""

    text: str
    row: int
    column: int
    end_row: int
    end: int


@dataclass(frozen=True)
class Logical:
    """A simple statement (or several, with semicolons), or the header of a compound one."""

    rows: tuple[str, ...]  # its physical lines, without their ends
    first: int  # the row of the first
    pieces: tuple[Piece, ...]  # without the comments
    comments: tuple[Piece, ...]

    @property
    def indent(self) -> str:
        return self.rows[0][: self.pieces[0].column]

    @cached_property
    def key(self) -> str:
        """The text, indentation apart."""
        return "\n".join(row.strip() for row in self.rows)

    @property
    def comment(self) -> Piece | None:
        """The comment after the last token."""
        return next((c for c in self.comments if c.row == self.pieces[-1].end_row), None)

    @property
    def ending(self) -> str:
        """The comment after the last token, with the blanks before it."""
        return self.rows[-1][self.pieces[-1].end :].rstrip()

    @property
    def inner_comments(self) -> bool:
        return len(self.comments) > (self.comment is not None)

    @property
    def has_long_strings(self) -> bool:
        """True if a token goes over several lines."""
        return any(piece.row != piece.end_row for piece in self.pieces)

    @cached_property
    def breaks(self) -> list[int]:
        """The positions of the tokens that start a line, but for the first."""
        pieces = self.pieces
        return [n for n in range(1, len(pieces)) if pieces[n].row > pieces[n - 1].end_row]

    def opening(self, position: int) -> int | None:
        """The position of the innermost bracket that is open before a token."""
        depth = 0
        for n in range(position - 1, -1, -1):
            text = self.pieces[n].text
            depth += text in (")", "]", "}")
            if text in ("(", "[", "{"):
                if not depth:
                    return n
                depth -= 1
        return None

    def code_widths(
        self, long_text: int | None = None, rows: Sequence[str] | None = None
    ) -> Iterator[int]:
        """The columns that the code takes on each physical line; with `long_text`, of those
        without a string that is as long. `rows`: the same lines with other indentation.
        """
        starts = [0, *self.breaks, len(self.pieces)]
        for a, b in itertools.pairwise(starts):
            pieces = self.pieces[a:b]
            texts = (p for p in pieces if p.text[-1] in "\"'")
            if long_text is not None and any(len(p.text) >= long_text for p in texts):
                continue
            number = pieces[-1].end_row - self.first
            row = self.rows[number] if rows is None else rows[number]
            yield columns(row[: pieces[-1].end + len(row) - len(self.rows[number])])

    def tokens(self) -> list[Token]:
        """The tokens as they stand on one line."""
        found: list[Token] = []
        for n, piece in enumerate(self.pieces):
            before = self.pieces[n - 1] if n else None
            after = self.pieces[n + 1] if n + 1 < len(self.pieces) else None
            gap = ""
            if before is not None and before.end_row == piece.row:
                gap = self.rows[piece.row - self.first][before.end : piece.column]
            elif before is not None:
                gap = _gap(before.text, piece.text)
            ends_line = after is not None and after.row > piece.row
            ends = after is not None and after.text in (")", "]", "}")
            found.append(Token(piece.text, gap, piece.text == "," and ends and ends_line))
        return found


def _gap(before: str, after: str) -> str:
    """What stands between two tokens, the second of which started a line."""
    if before in ("(", "[", "{", ".") or after in (")", "]", "}", ".", ",", ":"):
        return ""
    return " "


def logical_lines(text: str) -> list[Logical] | None:
    """All of them; None for a text that this Python cannot read. Lines have to end with \\n."""
    rows = text.split("\n")
    found: list[Logical] = []
    pieces: list[Piece] = []
    comments: list[Piece] = []
    try:
        for kind, piece in _pieces(text):
            if kind == tokenize.COMMENT:
                comments.append(piece)
            elif kind == tokenize.NEWLINE:
                first = pieces[0].row
                own = tuple(c for c in comments if c.row >= first)
                last = pieces[-1].end_row
                found.append(Logical(tuple(rows[first : last + 1]), first, tuple(pieces), own))
                pieces, comments = [], []
            elif kind not in _SKIPPED:
                pieces.append(piece)
    except (tokenize.TokenError, SyntaxError, IndexError):
        return None
    return found


def _pieces(text: str) -> Iterator[tuple[int, Piece]]:
    """The tokens, a formatted string as one."""
    start: tuple[int, int] | None = None
    depth = 0
    lines = text.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        if name in _F_STARTS:
            start = token.start if not depth else start
            depth += 1
        if not depth:
            (row, column), (end_row, end) = token.start, token.end
            yield token.type, Piece(token.string, row - 1, column, end_row - 1, end)
        if name in _F_ENDS:
            depth -= 1
            if not depth and start is not None:
                (row, column), (end_row, end) = start, token.end
                own = lines[row - 1 : end_row]
                own[-1] = own[-1][:end]
                string = "\n".join(own)[column:]
                yield tokenize.STRING, Piece(string, row - 1, column, end_row - 1, end)
