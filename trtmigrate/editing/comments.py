"""Which statements a comment speaks of, and what becomes of it when they go.

A comment above a statement speaks of it and of those that follow, up to a blank line or to another
comment. It goes with a statement that it shares a word with, unless it is as well about those that
stay, or has more than three lines. A comment behind a statement goes if it shares a word with it.
All other comments stay: losing a comment is worse than one too many.
"""

from __future__ import annotations

import ast
import itertools
import keyword
import re
from collections.abc import Collection, Iterable, Sequence

import libcst as cst

from trtmigrate.syntax.tree import Tree

_WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*")
_COMMON = frozenset([*map(str.lower, keyword.kwlist), "self", "this", "that", "here", "then"])
_DIRECTIVE = re.compile(
    r"#\s*(noqa|type:|pyright:|mypy:|pylint:|pragma:|fmt:|yapf:|isort:|nosec|noinspection"
    r"|ruff:|flake8:|trtmigrate:)",
    re.IGNORECASE,
)
_LONGEST = 3  # lines; a longer comment explains more than a statement
_NOTED = re.compile(r"\b(todo|fixme|xxx|hack|note|noqa|type:)|([-=*#~_])\2\2", re.IGNORECASE)


def split_leading(
    lines: Sequence[cst.EmptyLine],
) -> tuple[Sequence[cst.EmptyLine], Sequence[cst.EmptyLine]]:
    """What stands above a statement, and its own comment: what is put before goes between them."""
    others = apart(lines)
    return others, lines[len(others) :]


def apart(lines: Sequence[cst.EmptyLine]) -> Sequence[cst.EmptyLine]:
    """The lines above a statement that do not belong to it: up to the last blank one."""
    blank = [i for i, line in enumerate(lines) if line.comment is None]
    return lines[: blank[-1] + 1] if blank else ()


def joined(
    above: Sequence[cst.EmptyLine], lines: Sequence[cst.EmptyLine], *, comes_down: bool
) -> Sequence[cst.EmptyLine]:
    """Return the lines above a statement with those of a statement that stood there before it.

    The blank lines on one side are enough where there were some on both with a statement between.
    A comment that `comes_down` goes right above the statement.
    """
    if not above or not lines or lines[0].comment is not None:
        return [*above, *lines]
    if above[-1].comment is None:
        both = min(_blank_lines(reversed(above)), _blank_lines(lines))
        return [*above, *lines[both:]]
    if (
        not comes_down
        or any(line.comment for line in lines)
        or any(map(_stands_alone, texts(above)))
    ):
        return [*above, *lines]
    others = apart(above)
    return [*(others or lines), *above[len(others) :]]


def _blank_lines(lines: Iterable[cst.EmptyLine]) -> int:
    """Return how many lines are blank before the first comment."""
    return sum(1 for _ in itertools.takewhile(lambda line: line.comment is None, lines))


def as_first(
    lines: Sequence[cst.EmptyLine], former: Sequence[cst.EmptyLine]
) -> Sequence[cst.EmptyLine]:
    """The lines above a statement that is the first of its block now: without blank ones on top,
    unless the `former` first one had such too.
    """
    if former and former[0].comment is None:
        return lines
    return list(itertools.dropwhile(lambda line: line.comment is None, lines))


def words(text: str) -> set[str]:
    """Return the words of four letters or more, in the singular; names are taken apart."""
    found = (word.lower() for word in _WORD.findall(text))
    return {_singular(word) for word in found if len(word) >= 4} - _COMMON


def _singular(word: str) -> str:
    if len(word) == 4:
        return word
    return word[:-2] if word.endswith(("ches", "shes", "sses", "xes")) else word.removesuffix("s")


def speaks_of(comment: Sequence[str], gone: set[str], rest: Collection[str] = ()) -> bool:
    """True if the lines of a comment are about what is gone, by its words, and not about the `rest`
    as well.
    """
    if len(comment) > _LONGEST:
        return False
    said = words(" ".join(comment))
    alone = said & gone - set(rest)
    return bool(alone) and not said & set(rest) - gone and not any(map(_stands_alone, comment))


def goes_with(comment: str, gone: set[str]) -> bool:
    """True if a comment behind a statement that is gone, by its words, has nothing to say without
    it.
    """
    if is_directive(comment):
        return True
    return bool(words(comment) & gone) and _NOTED.search(comment) is None


def is_directive(comment: str) -> bool:
    """True if a comment tells a tool about the line that it stands behind."""
    return _DIRECTIVE.match(comment) is not None


def _stands_alone(comment: str) -> bool:
    """True if a comment is more than a word on the statement beside it: the head of a section, a
    task, code that is switched off.
    """
    text = comment.lstrip("#! ")
    return _NOTED.search(text) is not None or _is_code(text)


def texts(lines: Sequence[cst.EmptyLine]) -> list[str]:
    return [line.comment.value for line in lines if line.comment is not None]


def _is_code(text: str) -> bool:
    """True if a line is a statement, or the head of one, and no word of prose that could be one."""
    try:
        parsed = ast.parse(text + " pass" if text.endswith(":") else text).body
    except (SyntaxError, ValueError):
        return False
    return not all(map(_is_prose, parsed))


def _is_prose(statement: ast.stmt) -> bool:
    """Words that Python would take for a statement: `inputs`, `width, height`, `batch: fixed`."""
    if isinstance(statement, ast.AnnAssign):
        return statement.value is None
    words = (ast.Name, ast.Constant, ast.Tuple)
    return isinstance(statement, ast.Expr) and isinstance(statement.value, words)


def moved_line(tree: Tree, statement: cst.CSTNode, new: cst.BaseStatement) -> cst.BaseStatement:
    """Return a line that takes the place of a statement elsewhere, with the comments of its own."""
    line = tree.parent(statement)
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return new
    behind = line.trailing_whitespace.deep_clone()
    return new.with_changes(leading_lines=own_comment(tree, statement), trailing_whitespace=behind)


def own_comment(tree: Tree, statement: cst.CSTNode) -> Sequence[cst.EmptyLine]:
    """The comment above a small statement that speaks of it alone, and moves where it moves."""
    line = tree.parent(statement)
    block = tree.parent(line) if line is not None else None
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return ()
    body: Sequence[cst.CSTNode] = block.body  # type: ignore[union-attr]
    below = body[body.index(line) + 1 :]
    if below and not below[0].leading_lines:  # type: ignore[attr-defined]
        return ()
    comment = line.leading_lines[len(apart(line.leading_lines)) :]
    return () if any(map(_stands_alone, texts(comment))) else [one.deep_clone() for one in comment]
