"""Lays the changed statements out as their file is: width, breaks, columns of comments.

Looked at are only logical lines (a simple statement, or the header of a compound one) whose text
the edits changed; what changes is only white space, line breaks, and the parentheses and commas
that breaks bring along.
"""

from __future__ import annotations

import ast
import itertools
import re
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from trtmigrate.layout.file_style import style_of
from trtmigrate.layout.logical_lines import Logical, Piece, logical_lines
from trtmigrate.layout.wrapping import (
    COMMA,
    Style,
    Token,
    columns,
    delimiters,
    has_room_to_break,
    pairs,
    text_of,
    wrapped,
    wrapped_element,
)
from trtmigrate.syntax.line_changes import opcodes

JOINED = 100  # a statement of several lines is not put on one that is longer
_CLOSING = ")]}"
_BRACKETS = "([{" + _CLOSING
NEAR = 100  # logical lines: that far from its place, the former one of a new line is looked for
ALIKE = 0.6  # the share of tokens that makes a new statement the successor of an old one


def laid_out(before: str, after: str, style: Style) -> str:
    """`after` with the statements that `before` has not laid out in this style."""
    return after if before == after else _laid_out_as(_lines(before), before, after, style)


def laid_out_alike(before: str, after: str, width: int | None = None) -> tuple[str, Style]:
    """Return `after` with the statements that `before` has not laid out as `before` is, and how
    that is; `width` where it is known.
    """
    was = _lines(before)
    style = style_of(was or [], width)
    return _laid_out_as(was, before, after, style), style


def _lines(text: str) -> list[Logical] | None:
    return logical_lines(text.replace("\r\n", "\n"))


def _laid_out_as(was: Sequence[Logical] | None, before: str, after: str, style: Style) -> str:
    newline = "\r\n" if "\r\n" in after else "\n"
    old, new = (t.replace("\r\n", "\n") for t in (before, after))
    now = logical_lines(new)
    if was is None or now is None or "\r" in new or new.replace("\n", newline) != after:
        return after
    rows = new.split("\n")
    for line, former in reversed(_changed(was, now)):
        text = _laid_out(line, former, style)
        closes = text[-1].lstrip()[:1] in _CLOSING
        if former is not None and line.comment is not None and not closes:
            text[-1] = _comment_in_column(text[-1], line.comment, former, old.split("\n"))
        if text != list(line.rows) and _same(list(line.rows), text):
            rows[line.first : line.first + len(line.rows)] = text
    return newline.join(rows)


# --- which ------------------------------------------------------------------------------------


def _changed(
    was: Sequence[Logical], now: Sequence[Logical]
) -> list[tuple[Logical, Logical | None]]:
    """The lines that are new, each with the one it was before, where there is one."""
    known = {line.key for line in was}
    if all(line.key in known for line in now):
        return []
    found: list[tuple[Logical, Logical | None]] = []
    for tag, i1, i2, j1, j2 in opcodes([line.key for line in was], [line.key for line in now]):
        if tag in ("replace", "insert"):
            fresh = [(n, now[n]) for n in range(j1, j2) if now[n].key not in known]
            spread = (i2 - i1) / (j2 - j1)
            old = was[i1:i2]
            found += [(line, _former(line, _near(old, (n - j1) * spread))) for n, line in fresh]
    return found


def _near(lines: Sequence[Logical], place: float) -> Sequence[Logical]:
    """Return the lines that may have been one at this place: all, unless there are very many."""
    return lines[max(0, int(place) - NEAR) : int(place) + NEAR]


def _former(line: Logical, candidates: Sequence[Logical]) -> Logical | None:
    """The old statement that a new one was made of: it has the same comment, or is much alike."""
    own = Counter(piece.text for piece in line.pieces)

    def likeness(other: Logical) -> float:
        common = own & Counter(piece.text for piece in other.pieces)
        return 2 * common.total() / (len(line.pieces) + len(other.pieces))

    explained = [
        c for c in candidates if c.comment and line.comment and c.comment.text == line.comment.text
    ]
    best = max(explained or candidates, key=likeness, default=None)
    return best if best is not None and (explained or likeness(best) >= ALIKE) else None


# --- one statement ----------------------------------------------------------------------------


def _laid_out(line: Logical, former: Logical | None, style: Style) -> list[str]:
    """The physical lines of a statement; those that it has where there is nothing better."""
    rows = list(line.rows)
    if line.has_long_strings:
        return rows
    tokens = line.tokens()
    room = max([style.width, *(former.code_widths() if former is not None else ())])
    counts = style.comments and tokens[-1].text != ":" and has_room_to_break(tokens)
    if counts and line.comment is not None:
        blanks = line.ending.removesuffix(line.comment.text)
        tokens.append(Token(line.comment.text, blanks))
    if line.breaks:
        kept = _realigned(line, former)
        free = not line.inner_comments and not any(t.magic for t in tokens)
        if free and _wants_anew(tokens, line, former if kept else None, style):
            return _whole(line, tokens, style)
        rows = kept or rows
    comment_fits = bool(line.breaks) or not tokens[-1].is_comment or columns(rows[0]) <= room
    if comment_fits and all(width <= room for width in line.code_widths(rows=rows)):
        return rows
    parts = _long_rows_wrapped(line, rows, style, room) if line.breaks else None
    if parts is None and not line.inner_comments:
        parts = _whole(line, tokens, style)
    return parts or rows


def _whole(line: Logical, tokens: list[Token], style: Style) -> list[str]:
    """The statement laid out anew, on one line if it fits."""
    text = wrapped(_without_line_holders(line, tokens), line.indent, style)
    rest = "" if tokens[-1].is_comment else line.ending
    return [*text[:-1], text[-1] + rest]


def _without_line_holders(line: Logical, tokens: list[Token]) -> list[Token]:
    """The tokens without parentheses that only gave a name or a call lines of its own."""
    gone: dict[int, str] = {}  # the blanks before each
    for start, stop in pairs(tokens).items():
        own_line = {start + 1, stop} <= set(line.breaks) and tokens[start].text == "("
        if not own_line or not start or tokens[start - 1].ends_value:
            continue
        if not delimiters(tokens[start + 1 : stop])[0]:
            gone |= {start: tokens[start].gap, stop: ""}
    left = [
        replace(token, gap=gone[n - 1]) if n - 1 in gone and gone[n - 1] else token
        for n, token in enumerate(tokens)
        if n not in gone
    ]
    return left


def _wants_anew(tokens: list[Token], line: Logical, former: Logical | None, style: Style) -> bool:
    """True if the breaks of a statement are pointless: there is room on one line now, or they
    are of another statement.
    """
    width = min(style.width, JOINED)
    if columns(line.indent) + len(text_of(tokens)) > width:
        return former is None and not _is_tidy(line)
    return former is None or columns(former.indent) + len(text_of(former.tokens())) > width


def _is_tidy(line: Logical) -> bool:
    """True if all lines start below what follows their bracket, or stand between brackets that end
    and start lines.
    """
    starts = set(line.breaks)
    for position in starts:
        opening = line.opening(position)
        if opening is None:
            return False
        closes = pairs(line.tokens())[opening] in starts
        below = line.pieces[opening + 1].column == line.pieces[position].column
        if not (closes if opening + 1 in starts else below):
            return False
    return True


def _realigned(line: Logical, former: Logical | None) -> list[str] | None:
    """The lines with their breaks where they were, moved as the brackets have that they stand in;
    None where the breaks are not those of before.
    """
    if former is None or len(line.breaks) != len(former.breaks):
        return None
    rows = list(line.rows)
    moved: dict[int, int] = {}  # by row: how far its text moves
    before = 0
    for position, old in zip(line.breaks, former.breaks, strict=True):
        start, anchor = line.pieces[position], line.opening(position)
        was, old_anchor = former.pieces[old], former.opening(old)
        closes = start.text in _CLOSING
        if (anchor is None) != (old_anchor is None) or closes != (was.text in _CLOSING):
            return None
        column = was.column + len(line.indent) - len(former.indent)
        if anchor is not None and old_anchor is not None:
            hanging = position == anchor + 1
            if hanging != (old == old_anchor + 1):
                return None
            below = line.pieces[anchor + (not hanging)]
            was_below = former.pieces[old_anchor + (not hanging)]
            if not hanging and was.column == was_below.column:
                column = below.column + moved.get(below.row, 0)
            else:
                by = _start(line, below.row) + moved.get(below.row, 0)
                column = was.column + by - _start(former, was_below.row)
        moved[start.row] = by = column - start.column
        for row in range(before + 1, start.row - line.first + 1):
            rows[row] = _shifted(rows[row], by)
        before = start.row - line.first
    return rows


def _start(line: Logical, row: int) -> int:
    """The column that the text of a row starts in."""
    text = line.rows[row - line.first]
    return len(text) - len(text.lstrip())


def _shifted(row: str, by: int) -> str:
    text = row.lstrip()
    blanks = row[: len(row) - len(text)]
    if not text or (by < 0 and blanks[by:].strip(" ")):
        return row
    return (blanks + " " * by if by >= 0 else blanks[:by]) + text


def _long_rows_wrapped(line: Logical, rows: list[str], style: Style, room: int) -> list[str] | None:
    """Each physical line that is too long broken on its own, where it holds whole elements."""
    result: list[str] = []
    starts = [0, *line.breaks, len(line.pieces)]
    spans = {line.pieces[a].row - line.first: (a, b) for a, b in itertools.pairwise(starts)}
    widths = dict(zip(spans, line.code_widths(rows=rows), strict=True))
    tokens = line.tokens()
    for number, row in enumerate(rows):
        if widths.get(number, 0) <= room:
            result.append(row)
            continue
        a, b = spans[number]
        own = tokens[a:b]
        brackets = sum(t.text in _BRACKETS for t in own)
        if number == 0 or brackets != 2 * len(pairs(own)) or delimiters(own)[0] == COMMA:
            return None
        indent = row[: len(row) - len(row.lstrip())]
        text = wrapped_element(own, indent, style)
        end = line.pieces[b - 1].end + len(row) - len(line.rows[number])
        result += [*text[:-1], text[-1] + row[end:]]
    return result


# --- comments ---------------------------------------------------------------------------------


def _comment_in_column(last: str, comment: Piece, former: Logical, before: Sequence[str]) -> str:
    """The last line with its comment in the column that it shared with its neighbours'."""
    there = former.comment
    if there is None or not last.endswith(comment.text):
        return last
    neighbours = [n for n in (there.row - 1, there.row + 1) if 0 <= n < len(before)]
    if not any(_comment_column(before[n]) == there.column for n in neighbours):
        return last
    code = last[: -len(comment.text)].rstrip()
    least = min(2, there.column - former.pieces[-1].end)
    return code + " " * max(least, there.column - len(code)) + comment.text


def _comment_column(row: str) -> int | None:
    """Where the comment after the code of a line starts; good enough where it has no `#` else."""
    found = re.search(r"(?<=\S)\s+#", row)
    return found.end() - 1 if found else None


# --- nothing else is changed ------------------------------------------------------------------


def _same(rows: Sequence[str], others: Sequence[str]) -> bool:
    """True if both are the same to Python."""
    first, second = _dumped(rows), _dumped(others)
    return first is not None and first == second


def _dumped(rows: Sequence[str]) -> str | None:
    text = "\n".join(rows).lstrip()
    word = re.match(r"\w+|@", text)
    first = word[0] if word else ""
    if first == "@":
        text += "\ndef f(): pass"
    elif first in ("else", "elif", "except", "finally", "case"):
        opening = {"el": "if x: pass\n", "ca": "match x:\n "}.get(first[:2], "try: pass\n")
        text = opening + text
    for end in ("", "\n  pass", "\n  pass\nfinally: pass"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.dump(ast.parse(text + end))
        except (SyntaxError, ValueError):
            continue
    return None
