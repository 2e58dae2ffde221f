"""Which statements a comment speaks of, and what becomes of it when they go.

A comment above a statement speaks of it and of those that follow, up to a blank line or to another
comment. It goes when all of them go, and stays in doubt: losing it is worse than one too many.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import libcst as cst
import libcst.matchers as m

from trtmigrate.syntax.tree import Tree, children

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
    above: Sequence[cst.EmptyLine], lines: Sequence[cst.EmptyLine]
) -> Sequence[cst.EmptyLine]:
    """The lines above a statement with those of one that stood there before it.

    One blank line is enough where there were two with a statement between, and a comment that
    comes down goes right above the statement.
    """
    if not above or not lines or lines[0].comment is not None:
        return [*above, *lines]
    if above[-1].comment is None:
        return [*above, *lines[1:]]
    if any(line.comment for line in lines) or any(map(_stands_alone, above)):
        return [*above, *lines]
    others = apart(above)
    return [*(others or lines), *above[len(others) :]]


def as_first(
    lines: Sequence[cst.EmptyLine], former: Sequence[cst.EmptyLine]
) -> Sequence[cst.EmptyLine]:
    """The lines above a statement that is the first of its block now: without blank ones on top,
    unless the `former` first one had such too.
    """
    if former and former[0].comment is None:
        return lines
    return list(itertools.dropwhile(lambda line: line.comment is None, lines))


def of_others(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The lines above statements that went, without the comments that spoke of them alone."""
    own = len(apart(lines))
    return [*lines[:own], *_standing_alone(lines[own:])]


def without_note_below(lines: Sequence[cst.EmptyLine]) -> Sequence[cst.EmptyLine]:
    """The lines above a statement without a comment that ends the lines of the one before."""
    blank = next((i for i, line in enumerate(lines) if line.comment is None), 0)
    return [*_standing_alone(lines[:blank]), *lines[blank:]]


def _standing_alone(comment: Sequence[cst.EmptyLine]) -> Sequence[cst.EmptyLine]:
    """A comment if it is more than a word on one statement, else nothing. Never a part of it."""
    return comment if any(map(_stands_alone, comment)) else ()


def _stands_alone(line: cst.EmptyLine) -> bool:
    """Whether a comment is more than a word on the statement beside it: the head of a section, a
    task, code that is switched off.
    """
    text = "" if line.comment is None else line.comment.value.lstrip("#! ")
    return _NOTED.search(text) is not None or _is_code(text)


def _is_code(text: str) -> bool:
    """Whether a line is a statement, or the head of one, and no word of prose that could be one."""
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
    return () if _standing_alone(comment) else [one.deep_clone() for one in comment]


def keep_inner_comments(original: cst.CSTNode, result: object) -> object:
    """Put the comments that stood inside a rewritten statement, and that its new form lost, on
    lines of their own above it.
    """
    inner = [text for part in _find_header(original) for text in _find_comments(part)]
    if not inner:
        return result
    lines: list[Any] = [result]
    if isinstance(result, cst.FlattenSentinel):
        lines = list(result.nodes)
    first = lines[0] if lines else None
    if not isinstance(first, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
        return result
    lost = Counter(inner)
    lost.subtract(text for line in lines for text in _find_comments(line))
    added = [cst.EmptyLine(comment=cst.Comment(text)) for text in inner if lost[text] > 0]
    led = [*first.leading_lines, *added]
    new = first.with_changes(leading_lines=led)
    return cst.FlattenSentinel([new, *lines[1:]]) if lines[1:] else new


def _find_header(statement: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield what a statement evaluates itself: its blocks have statements of their own."""
    if isinstance(statement, cst.SimpleStatementLine):
        yield from statement.body
        return
    for child in children(statement):
        if not isinstance(child, (cst.BaseSuite, cst.If, cst.Else, cst.ExceptHandler, cst.Finally)):
            yield child


def _find_comments(node: object) -> list[str]:
    if not isinstance(node, cst.CSTNode):
        return []
    return [found.value for found in m.findall(node, m.Comment()) if isinstance(found, cst.Comment)]
