"""Comments that a migration took away although the code that they speak of is still there.

A comment may go with code that goes: it stands in it, behind it or right above it, and shares a
word with it that nothing in its place has. Tasks, sections, code that is switched off and comments
of more than three lines stay. All comments of a branch may go with it, if it goes as a whole.
"""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LONGEST = 3  # lines of a comment that may go
_WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*")
_DIRECTIVE = re.compile(r"#\s*(noqa|type:|pylint:|pragma:|fmt:|isort:|nosec|ruff:)", re.IGNORECASE)
_MORE_THAN_A_WORD = re.compile(r"\b(todo|fixme|xxx|hack|note)\b|([-=*#~_])\2\2", re.IGNORECASE)
_LAYOUT = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


@dataclass(frozen=True)
class Comment:
    text: str
    row: int
    column: int
    statement: int | None  # that it stands in or behind; None on a line of its own


@dataclass(frozen=True)
class Statement:
    first: int  # its rows
    last: int
    column: int
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    statements: list[Statement]
    comments: list[Comment]

    @classmethod
    def of(cls, text: str) -> Text:
        statements: list[Statement] = []
        comments: list[Comment] = []
        parts: list[tokenize.TokenInfo] = []
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        for token in tokenize.generate_tokens(io.StringIO(lines).readline):
            if token.type == tokenize.COMMENT:
                statement = len(statements) if parts else None
                comments.append(Comment(token.string.strip(), *token.start, statement))
            elif token.type == tokenize.NEWLINE:
                statements.append(_statement(parts))
                parts = []
            elif token.type not in _LAYOUT:
                parts.append(token)
        return cls(statements, comments)

    def count(self) -> Counter[str]:
        return Counter(comment.text for comment in self.comments)


def _statement(parts: Sequence[tokenize.TokenInfo]) -> Statement:
    (first, column), (last, _) = parts[0].start, parts[-1].end
    return Statement(first, last, column, tuple(part.string for part in parts))


def wrongly_lost(before: str, after: str) -> Iterator[tuple[str, int]]:
    """Yield each comment that is lost more often than it may go, and how often too often."""
    old, new = Text.of(before), Text.of(after)
    lost = old.count() - new.count()
    if not lost:
        return
    in_place = _in_place_of_each(old.statements, new.statements)
    may_go = Counter(c.text for c in old.comments if _may_go(c, old, new, in_place))
    yield from (lost - may_go).items()


def _in_place_of_each(
    old: Sequence[Statement], new: Sequence[Statement]
) -> dict[int, Sequence[Statement]]:
    """Return what stands where the statements of the old text that are gone stood."""
    tokens = [[statement.tokens for statement in statements] for statements in (old, new)]
    found = difflib.SequenceMatcher(None, *tokens, autojunk=False).get_opcodes()
    pieces = [(range(i1, i2), new[j1:j2]) for tag, i1, i2, j1, j2 in found if tag != "equal"]
    return {n: piece for numbers, piece in pieces for n in numbers}


def _may_go(
    comment: Comment, old: Text, new: Text, in_place: dict[int, Sequence[Statement]]
) -> bool:
    if comment.statement is not None:
        said, owners = [comment.text], [comment.statement]
    else:
        said, owners = _paragraph(comment, old)
    gone = [n for n in owners if n in in_place]
    if _goes_with_its_branch(comment, old, in_place):
        return True
    if not owners or owners[0] not in in_place:
        return False
    if comment.statement is not None and _DIRECTIVE.match(comment.text):
        return True
    kept = new.count()
    if all(kept[text] for text in said) and _is_repeated(old.statements[owners[0]], new):
        return True
    if len(said) > _LONGEST or any(map(_says_more, said)):
        return False
    there = {word for n in gone for s in in_place[n] for word in _words(" ".join(s.tokens))}
    of_gone = {word for n in gone for word in _words(" ".join(old.statements[n].tokens))}
    return bool(_words(" ".join(said)) & of_gone - there)


def _goes_with_its_branch(
    comment: Comment, text: Text, in_place: dict[int, Sequence[Statement]]
) -> bool:
    """True if nothing of a branch round the comment, and nothing made of it, is in the result."""
    for number, head in enumerate(text.statements):
        if head.tokens[-1] != ":" or head.first > comment.row or number not in in_place:
            continue
        body = list(_block(number, text))
        end = body[-1] + 1 if body else number + 1
        within = comment.row <= text.statements[end - 1].last or (
            comment.column > head.column
            and (end == len(text.statements) or comment.row < text.statements[end].first)
        )
        if within and not any(n not in in_place or _is_followed(n, text, in_place) for n in body):
            return True
    return False


def _block(number: int, text: Text) -> Iterator[int]:
    """Yield the statements in the block of this head."""
    for inner in range(number + 1, len(text.statements)):
        if text.statements[inner].column <= text.statements[number].column:
            return
        yield inner


def _is_followed(number: int, text: Text, in_place: dict[int, Sequence[Statement]]) -> bool:
    """True if a statement of the result is more like this one than like others that are gone."""
    together = [n for n, found in in_place.items() if found is in_place[number]]
    for new in in_place[number]:
        alike = {n: _likeness(text.statements[n], new) for n in together}
        if alike[number] > 0.5 and alike[number] == max(alike.values()):
            return True
    return False


def _likeness(one: Statement, other: Statement) -> float:
    return difflib.SequenceMatcher(None, one.tokens, other.tokens, autojunk=False).ratio()


def _paragraph(comment: Comment, text: Text) -> tuple[list[str], list[int]]:
    """Return the lines of the comment, and the statements right below it up to a blank line or
    the next comment; all statements in the first one count as well.
    """
    alone = {c.row: c.text for c in text.comments if c.statement is None}
    first = last = comment.row
    while first - 1 in alone:
        first -= 1
    while last + 1 in alone:
        last += 1
    owners, row = [], last + 1
    for number, statement in enumerate(text.statements):
        inner = owners and statement.column > text.statements[owners[0]].column
        if statement.first == row or (inner and owners[-1] == number - 1):
            owners.append(number)
            row = statement.last + 1
    return [alone[n] for n in range(first, last + 1)], owners


def _is_repeated(statement: Statement, text: Text) -> bool:
    return any(statement.tokens == other.tokens for other in text.statements)


def _says_more(comment: str) -> bool:
    if _MORE_THAN_A_WORD.search(comment):
        return True
    text = comment.lstrip("#! ")
    try:
        ast.parse(text + " pass" if text.endswith(":") else text)
    except (SyntaxError, ValueError):
        return False
    return re.search(r"\w\(|[^=]=[^=]|^(if|for|while|import|return) ", text) is not None


def _words(text: str) -> set[str]:
    found = (word.lower() for word in _WORD.findall(text))
    return {word.removesuffix("s") for word in found if len(word) >= 4}
