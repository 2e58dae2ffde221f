"""Lines that lost their statement, and what becomes of the comments above and behind them.

LibCST would drop such a line with its comments. A mark stands in its place until the block around
it is complete: only then is known which statements follow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import libcst as cst

from trtmigrate.editing.comment_lines import comments
from trtmigrate.editing.comments import apart, as_first, goes_with, joined, speaks_of, texts, words
from trtmigrate.editing.statement_lines import statement_lines
from trtmigrate.syntax.tree import code

_GAP = cst.Expr(cst.Name("__trtmigrate_gap__"))
_SOURCE_GAP = cst.Expr(cst.Name("__trtmigrate_source_gap__"))  # of a list: a loop goes over it now

Block = cst.IndentedBlock | cst.Module
Lines = Sequence[cst.EmptyLine]


class Gaps:
    """The lines of a file that lost their statement, and the comments that went with them."""

    def __init__(self, carried: Collection[str] = ()) -> None:
        self.carried = frozenset(carried)  # the comments of statements that moved
        self.dropped: list[str] = []  # the comments that are gone on purpose
        self.words: dict[cst.CSTNode, set[str]] = {}  # of the statement that was in a gap

    def of_line(self, original: cst.SimpleStatementLine) -> cst.SimpleStatementLine:
        """Return a gap in the place of a line of small statements."""
        text = code(original.with_changes(leading_lines=(), trailing_whitespace=_END))
        gap = _SOURCE_GAP if any(map(_makes_list, original.body)) else _GAP
        behind = original.trailing_whitespace.comment
        lines = list(original.leading_lines)
        if behind is not None and not self._goes(behind.value, text):
            lines.append(cst.EmptyLine(comment=behind))
        return self._gap(gap, lines, text)

    def of_compound(self, original: cst.BaseCompoundStatement) -> cst.SimpleStatementLine:
        """Return a gap in the place of a compound statement."""
        bare = original.with_changes(leading_lines=())
        self.drop_inner(bare)
        return self._gap(_GAP, original.leading_lines, code(bare))

    def of_whole(
        self, original: cst.BaseCompoundStatement | cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        """Return a gap in the place of a statement that goes with all comments in and above it."""
        lines = original.leading_lines
        own = len(apart(lines))
        self.dropped += texts(lines[own:])
        return self._gap(_GAP, lines[:own], code(original.with_changes(leading_lines=())))

    def drop_inner(self, gone: cst.CSTNode) -> None:
        """Note which comments within a statement that is gone go with it."""
        self.dropped += _own_comments(code(gone))

    def drop_repeated(self, kept: cst.BaseSuite, gone: cst.BaseSuite) -> None:
        """Note that a block is gone that says the same as another."""
        there = [text for _, text in comments(code(kept))]
        self.dropped += [text for _, text in comments(code(gone)) if text in there]

    def closed(self, block: Block) -> Block:
        """Return the block without its gaps."""
        if not any(map(is_gap, block.body)):
            return block
        body: list[cst.BaseStatement] = []
        pending: list[cst.EmptyLine] = []
        gap: cst.CSTNode | None = None  # the line above
        for number, statement in enumerate(block.body):
            led: Lines = statement.leading_lines  # type: ignore[attr-defined]
            if is_gap(statement):
                gap = statement
                led = self._kept(led, block.body[number:])
                if not pending or any(line.comment for line in led):
                    pending += led
                continue
            moved = gap is not None and is_gap(gap, _SOURCE_GAP)
            led = joined(pending, led, comes_down=moved)
            if not body and _starts_below_nothing(block):
                led = as_first(led, block.body[0].leading_lines)  # type: ignore[attr-defined]
            body.append(statement.with_changes(leading_lines=led))
            pending, gap = [], None
        if not body and isinstance(block, cst.IndentedBlock):
            body.append(cst.SimpleStatementLine([cst.Pass()], leading_lines=pending))
            pending = []
        footer = [line for line in pending if line.comment is not None]
        return block.with_changes(body=body, footer=[*footer, *block.footer])

    def _gap(self, kind: cst.Expr, lines: Lines, text: str) -> cst.SimpleStatementLine:
        gap = cst.SimpleStatementLine([kind], leading_lines=lines)
        self.words[gap] = words(text)
        return gap

    def _goes(self, comment: str, text: str) -> bool:
        """True if a comment behind a statement goes with it; it may have moved with it, too."""
        if comment in self.carried:
            return True
        goes = goes_with(comment, words(text))
        if goes:
            self.dropped.append(comment)
        return goes

    def _kept(self, lines: Lines, below: Sequence[cst.CSTNode]) -> Lines:
        """Return the lines above a gap without the comments that go; `below` starts with it."""
        own = len(apart(lines))
        comment = texts(lines[own:])
        if comment and set(comment) <= self.carried:
            return lines[:own]
        gone, rest = self._of_paragraph(below)
        if is_gap(below[0], _SOURCE_GAP) or not speaks_of(comment, gone, rest):
            return lines
        self.dropped += comment
        return lines[:own]

    def _of_paragraph(self, below: Sequence[cst.CSTNode]) -> tuple[set[str], set[str]]:
        """Return the words of the statements that went and of those that stay, up to a blank line
        or to a comment.
        """
        gone: set[str] = set()
        rest: set[str] = set()
        for number, statement in enumerate(below):
            if number and statement.leading_lines:  # type: ignore[attr-defined]
                break
            if is_gap(statement):
                gone |= self.words.get(statement, set())
            else:
                rest |= _words_of(statement)
        return gone, rest


def is_gap(node: cst.CSTNode, *kinds: cst.Expr) -> bool:
    """True if a line lost its statement."""
    kinds = kinds or (_GAP, _SOURCE_GAP)
    return isinstance(node, cst.SimpleStatementLine) and node.body[0] in kinds


def _starts_below_nothing(block: Block) -> bool:
    """True if no blank line is needed above the first statement of a block."""
    if isinstance(block, cst.IndentedBlock):
        return True
    return not block.header or block.header[-1].comment is None


def empty_line() -> cst.SimpleStatementLine:
    """Return a gap that no comment belongs to."""
    return cst.SimpleStatementLine([_GAP])


_END = cst.TrailingWhitespace()


def _words_of(statement: cst.CSTNode) -> set[str]:
    """Return the words of a statement, or of the first line of a compound one."""
    if isinstance(statement, cst.BaseCompoundStatement):
        return words(code(statement.with_changes(leading_lines=())).partition("\n")[0])
    return words(code(statement))


def _makes_list(node: cst.BaseSmallStatement) -> bool:
    """True if a variable is set to a list that the statement spells out."""
    if not isinstance(node, cst.Assign):
        return False
    parts = [node.value]
    while isinstance(parts[-1], cst.BinaryOperation):
        parts[-1:] = [parts[-1].right, parts[-1].left]
    return isinstance(parts[-1], (cst.List, cst.ListComp))


def _own_comments(text: str) -> Iterator[str]:
    """Yield the comments of a text that share a word with the statement directly below them, or
    with the one that they stand in or behind.
    """
    lines = statement_lines(text)
    if lines is None:
        return
    alone = {comment.row: comment.text for comment in lines.between}
    for statement in lines.statements:
        own = words(" ".join(statement.tokens))
        yield from (c.text for c in statement.comments if goes_with(c.text, own))
        first = statement.first
        while first - 1 in alone:
            first -= 1
        above = [alone[row] for row in range(first, statement.first)]
        if speaks_of(above, own):
            yield from above
