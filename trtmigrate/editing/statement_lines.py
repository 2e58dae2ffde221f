"""The lines that Python reads as one, with the comments in, behind and above each."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SKIPPED = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Comment:
    """A comment with its `#`, and the row that it stands on, from 0."""

    text: str
    row: int
    alone: bool  # on a line of its own, outside of brackets


@dataclass(frozen=True)
class StatementLine:
    """A simple statement (or several, with semicolons), or the header of a compound one."""

    first: int  # its rows, from 0
    last: int
    tokens: tuple[str, ...]  # without comments
    rows: tuple[tuple[str, int], ...]  # each word, and the row it stands on
    comments: tuple[Comment, ...]  # in it and behind it

    def words_near(self, row: int) -> set[str]:
        """Return the words on a row of the statement, or of the nearest row below that has any."""
        below = [number for _, number in self.rows if number >= row]
        here = min(below, default=row)
        return {word for word, number in self.rows if number == here}


@dataclass(frozen=True)
class Lines:
    """All statement lines of a text, and the comments between them."""

    statements: tuple[StatementLine, ...]
    between: tuple[Comment, ...]


def statement_lines(text: str) -> Lines | None:
    """Return the statement lines of a text whose lines end with `\\n`; None where Python cannot
    read it.
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (SyntaxError, tokenize.TokenError):
        return None
    statements: list[StatementLine] = []
    between: list[Comment] = []
    parts: list[tokenize.TokenInfo] = []
    comments: list[Comment] = []
    for token in tokens:
        if token.type == tokenize.COMMENT:
            comment = Comment(token.string.strip(), token.start[0] - 1, not parts)
            (comments if parts else between).append(comment)
        elif token.type == tokenize.NEWLINE:
            statements.append(_statement(parts, comments))
            parts, comments = [], []
        elif token.type not in _SKIPPED:
            parts.append(token)
    return Lines(tuple(statements), tuple(between))


def row_above(statements: Sequence[StatementLine], number: int, rows: Sequence[str]) -> int:
    """Return the row that a comment above a statement takes: above its decorators, and above a
    backslash that stands alone before it.
    """
    while number and statements[number - 1].tokens[0] == "@":
        number -= 1
    row = statements[number].first
    least = statements[number - 1].last + 1 if number else 0
    while row > least and rows[row - 1].strip() == "\\":
        row -= 1
    return row


def _statement(parts: list[tokenize.TokenInfo], comments: list[Comment]) -> StatementLine:
    first, last = parts[0].start[0] - 1, parts[-1].end[0] - 1
    words = tuple(_words(parts))
    return StatementLine(first, last, tuple(p.string for p in parts), words, tuple(comments))


def _words(parts: list[tokenize.TokenInfo]) -> Iterator[tuple[str, int]]:
    for part in parts:
        for word in _WORD.findall(part.string):
            yield word, part.start[0] - 1
