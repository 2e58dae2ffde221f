"""Puts the comments that a rewritten text lost above the statements that they belong to.

An edit replaces an expression of several lines by one of its own, and the comments between those
lines have no place in it. They get a line of their own above the statement.
"""

from __future__ import annotations

import ast
import itertools
import re
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from trtmigrate.editing.comment_lines import lost_comments
from trtmigrate.editing.comments import is_directive
from trtmigrate.editing.statement_lines import (
    Comment,
    Lines,
    StatementLine,
    row_above,
    statement_lines,
)
from trtmigrate.syntax.line_changes import opcodes

_ALIKE = 0.3  # the share of tokens that makes a statement a likely successor
_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True)
class _Stretch:
    """A run of statements of both texts that correspond: equal ones, or changed ones."""

    changed: bool
    old: range
    new: range


@dataclass(frozen=True)
class _Lost:
    """A comment that has to be written again."""

    comment: Comment
    owner: int  # the number of the old statement that it belongs to
    stretch: _Stretch


@dataclass(frozen=True)
class _Note:
    """A text that goes above a row, or behind it."""

    row: int
    text: str
    behind: bool = False


def with_lost_comments(before: str, after: str, may_go: Collection[str] = ()) -> str:
    """Return `after` with the comments of `before` that it lacks.

    `may_go` holds the comments that are gone on purpose, each as often as it may go. The result has
    the statements of `after`; where that cannot be, it is `after`.
    """
    if not any(lost_comments(before, after)):
        return after
    old_text, new_text = _normal(before), _normal(after)
    old, new = statement_lines(old_text), statement_lines(new_text)
    if old is None or new is None or not old.statements or not new.statements:
        return after
    missing = _all(old) - _all(new) - Counter(text.strip() for text in may_go)
    rows = _ROW.findall(after)
    result = _with_rows(rows, _notes(_lost(old, new, missing), old, new, old_text, new_text))
    return result if _is_same(after, result) else after


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _notes(
    found: Iterable[_Lost], old: Lines, new: Lines, old_text: str, new_text: str
) -> Iterator[_Note]:
    """Yield where each comment is written."""
    old_rows, rows = old_text.split("\n"), new_text.split("\n")
    order = {comment.text: comment.row for comment in old.between}
    formerly = {comment.row: order.get(comment.text, -1) for comment in new.between}
    marked = set()  # the rows that end with a comment
    for lost in found:
        text = lost.comment.text
        target = _target(lost, old, new)
        if target is None:
            indent = _indent(old_rows[old.statements[lost.owner].first])
            yield _behind(lost, new, min(indent, _deepest(lost, new, rows), key=len), formerly)
            continue
        last = new.statements[target].last
        if is_directive(text) and "#" not in rows[last] and last not in marked:
            marked.add(last)
            yield _Note(last, "  " + text, behind=True)
        else:
            row = row_above(new.statements, target, rows)
            while formerly.get(row - 1, -1) > lost.comment.row:
                row -= 1
            yield _Note(row, _indent(rows[new.statements[target].first]) + text)


def _behind(lost: _Lost, new: Lines, indent: str, formerly: Mapping[int, int]) -> _Note:
    """Return the place below the statement that a comment without a statement stood below."""
    row = new.statements[lost.stretch.new.stop - 1].last + 1
    while formerly.get(row, lost.comment.row) < lost.comment.row:
        row += 1
    return _Note(row, indent + lost.comment.text)


def _deepest(lost: _Lost, new: Lines, rows: Sequence[str]) -> str:
    """Return the indentation of the block that goes on below a comment without a statement."""
    number = lost.stretch.new.stop
    above = new.statements[number - 1]
    opens = above.tokens[-1] == ":" and number < len(new.statements)
    return _indent(rows[new.statements[number].first if opens else above.first])


def _with_rows(rows: list[str], notes: Iterable[_Note]) -> str:
    """Return the text of some rows with the notes; the rows have their line ends."""
    ends = [row[len(row.rstrip("\r\n")) :] for row in rows]
    newline = next(filter(None, ends), "\n")
    above: dict[int, list[str]] = {}
    for note in notes:
        if note.behind:
            rows[note.row] = rows[note.row].rstrip("\r\n") + note.text + ends[note.row]
        else:
            above.setdefault(note.row, []).append(note.text + newline)
    for row in sorted(above, reverse=True):
        if row and not ends[row - 1]:
            rows[row - 1] += newline
        rows[row:row] = above[row]
    return "".join(rows)


def _all(lines: Lines) -> Counter[str]:
    """Count every comment."""
    own = itertools.chain.from_iterable(s.comments for s in lines.statements)
    return Counter(comment.text for comment in (*lines.between, *own))


# --- which comments, and whose ------------------------------------------------------------------


def _lost(old: Lines, new: Lines, missing: Counter[str]) -> Iterator[_Lost]:
    """Yield the lost comments in the order of the old text.

    Of equal comments, those missing from their own stretch are taken first.
    """
    left = Counter(missing)
    taken: list[_Lost] = []
    spare: list[_Lost] = []
    old_comments, new_comments = _by_owner(old), _by_owner(new)
    for stretch in _stretches(old.statements, new.statements):
        there = Counter(c.text for owner in stretch.new for c in new_comments.get(owner, ()))
        for owner in stretch.old:
            for comment in old_comments.get(owner, ()):
                lost = _Lost(comment, owner, stretch)
                if there[comment.text]:
                    there[comment.text] -= 1
                    spare.append(lost)
                elif left[comment.text]:
                    left[comment.text] -= 1
                    taken.append(lost)
    for lost in spare:
        if left[lost.comment.text]:
            left[lost.comment.text] -= 1
            taken.append(lost)
    yield from sorted(taken, key=lambda lost: lost.comment.row)


def _by_owner(lines: Lines) -> dict[int, list[Comment]]:
    """Return the comments of each statement by its number: a comment on a line of its own belongs
    to the next statement.
    """
    found: dict[int, list[Comment]] = {}
    number = 0
    for comment in lines.between:
        while number < len(lines.statements) - 1 and lines.statements[number].first < comment.row:
            number += 1
        found.setdefault(number, []).append(comment)
    for number, statement in enumerate(lines.statements):
        if statement.comments:
            found.setdefault(number, []).extend(statement.comments)
    return found


def _stretches(old: Sequence[StatementLine], new: Sequence[StatementLine]) -> Iterator[_Stretch]:
    """Yield the stretches of both texts in order; `equal` ends are cut off first, for speed."""
    was, now = [s.tokens for s in old], [s.tokens for s in new]
    start = 0
    while start < min(len(was), len(now)) and was[start] == now[start]:
        start += 1
    end = 0
    while end < min(len(was), len(now)) - start and was[-1 - end] == now[-1 - end]:
        end += 1
    yield from _equal(0, 0, start)
    middle = opcodes(was[start : len(was) - end], now[start : len(now) - end])
    for tag, i1, i2, j1, j2 in middle:
        if tag == "equal":
            yield from _equal(start + i1, start + j1, i2 - i1)
        else:
            yield _Stretch(True, range(start + i1, start + i2), range(start + j1, start + j2))
    yield from _equal(len(was) - end, len(now) - end, end)


def _equal(old: int, new: int, count: int) -> Iterator[_Stretch]:
    for n in range(count):
        yield _Stretch(False, range(old + n, old + n + 1), range(new + n, new + n + 1))


# --- where to -----------------------------------------------------------------------------------


def _target(lost: _Lost, old: Lines, new: Lines) -> int | None:
    """Return the number of the new statement that took the place of the comment's; None where
    none did.
    """
    if not lost.stretch.changed or not lost.stretch.new.stop:
        return lost.stretch.new.start
    owner = old.statements[lost.owner]
    near = owner.words_near(lost.comment.row)

    def score(number: int) -> tuple[int, float]:
        statement = new.statements[number]
        return len(near & {word for word, _ in statement.rows}), _likeness(owner, statement)

    best = max(lost.stretch.new, key=score, default=None)
    return lost.stretch.new[0] if best is not None and score(best)[1] < _ALIKE else best


def _likeness(one: StatementLine, other: StatementLine) -> float:
    common = Counter(one.tokens) & Counter(other.tokens)
    return 2 * common.total() / (len(one.tokens) + len(other.tokens))


def _indent(row: str) -> str:
    return row[: len(row) - len(row.lstrip())]


def _is_same(one: str, other: str) -> bool:
    """True if both texts are the same to Python."""
    return _dumped(one) == _dumped(other) is not None


def _dumped(text: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError, MemoryError):
        return None
