"""Makes the chosen edits in one pass over the tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

import libcst as cst

from trtmigrate.editing.branches import became_equal, body_of, outlives, rest_of, was_emptied
from trtmigrate.editing.comment_lines import comments
from trtmigrate.editing.comments import split_leading, texts
from trtmigrate.editing.edit import Edit, Statement
from trtmigrate.editing.gaps import Gaps, empty_line
from trtmigrate.syntax.templates import fitted, parentheses_go
from trtmigrate.syntax.tree import Tree, code


class Applier(cst.CSTTransformer):
    """Replaces nodes, and inserts and removes statements, wherever the edits say so."""

    def __init__(self, edits: Iterable[Edit], tree: Tree) -> None:
        super().__init__()
        self.replace: dict[cst.CSTNode, cst.CSTNode] = {}
        self.before: dict[cst.CSTNode, list[Statement]] = {}
        self.after: dict[cst.CSTNode, list[Statement]] = {}
        self.prepend: dict[cst.CSTNode, list[Statement]] = {}
        self.remove: set[cst.CSTNode] = set()
        self.with_comments: set[cst.CSTNode] = set()
        for edit in edits:
            for node, new in edit.replace.items():
                self.replace.setdefault(
                    node, new
                )  # outer edits come first and take inner ones along
            for table, more in (
                (self.before, edit.before),
                (self.after, edit.after),
                (self.prepend, edit.prepend),
            ):
                for node, added in more.items():
                    there = table.setdefault(node, [])
                    # what several edits need, such as a config, they share; it is put in once
                    there.extend(s for s in added if not any(s is t for t in there))
            self.remove.update(edit.remove)
            self.with_comments.update(edit.with_comments)
        self.gaps = Gaps(set(_comments_of(self.before, self.after, self.prepend)))
        self.parents: list[cst.CSTNode] = []
        self.active: set[cst.CSTNode] = set()
        self.copying = 0  # > 0 within new code: an original node may stand in it several times
        self.on_the_way = self._on_the_way(tree)

    def _on_the_way(self, tree: Tree) -> set[cst.CSTNode]:
        """Return the nodes with an edit and all nodes around them; the others stay as they are."""
        edited = {*self.replace, *self.before, *self.after, *self.prepend, *self.remove}
        found: set[cst.CSTNode] = set()
        for node in edited:
            here: cst.CSTNode | None = node
            while here is not None and here not in found:
                found.add(here)
                here = tree.parent(here)
        return found

    @property
    def dropped(self) -> list[str]:
        """The comments that went with statements that the edits removed."""
        whole = (text for part in self.with_comments for _, text in comments(code(part)))
        return [*self.gaps.dropped, *whole]

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.parents.append(node)
        if not self.copying and node not in self.on_the_way:
            return False
        return node in self.active or node not in self.replace

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> object:  # type: ignore[override]
        self.parents.pop()
        if not self.copying and original_node not in self.on_the_way:
            return updated_node
        node: cst.CSTNode = updated_node
        if original_node in self.replace and original_node not in self.active:
            node = self._replaced(original_node)
        if isinstance(original_node, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
            return self._simple(original_node, node)
        if was_emptied(original_node, node) and not self._outlives(original_node):
            assert isinstance(original_node, (cst.If, cst.Else, cst.For))
            assert isinstance(node, (cst.If, cst.Else, cst.For))
            return self._emptied(original_node, node)
        if became_equal(original_node, node):
            return self._without_test(original_node, node)
        if isinstance(original_node, cst.BaseCompoundStatement):
            return self._compound(original_node, node)
        if original_node in self.prepend and isinstance(node, cst.IndentedBlock):
            added = [_line(s) for s in self._visited(self.prepend[original_node])]
            node = node.with_changes(body=[*added, *node.body])
        if isinstance(node, (cst.IndentedBlock, cst.Module)):
            node = self.gaps.closed(node)
        return node

    def _replaced(self, original: cst.CSTNode) -> cst.CSTNode:
        self.active.add(original)
        self.copying += 1
        new = self.replace[original].visit(self)
        self.copying -= 1
        self.active.discard(original)
        assert isinstance(new, cst.CSTNode)
        if isinstance(new, cst.BaseExpression):
            own = original if isinstance(original, cst.BaseExpression) else new
            if own.lpar and not new.lpar and not parentheses_go(own, new, self.parents[-1]):
                new = new.with_changes(lpar=own.lpar, rpar=own.rpar)
            elif self.parents:
                new = fitted(new, self.parents[-1], original)
        if isinstance(original, cst.BaseSmallStatement) and isinstance(new, cst.BaseSmallStatement):
            new = new.with_changes(semicolon=original.semicolon)
        return new

    def _visited(self, added: Sequence[Statement]) -> list[Statement]:
        """Inserted statements contain original nodes, which have edits of their own."""
        blocks = (p for p in reversed(self.parents) if isinstance(p, cst.IndentedBlock))
        unit = next((block.indent for block in blocks), None)  # None: the file's own
        result: list[Statement] = []
        for statement in added:
            self.copying += 1
            new = statement.visit(self)
            self.copying -= 1
            parts: list[object] = list(new) if isinstance(new, cst.FlattenSentinel) else [new]
            if isinstance(new, cst.Else):  # what an `elif` that became a statement came down to
                parts = list(new.body.body)
            result += [
                p for p in parts if isinstance(p, (cst.BaseStatement, cst.BaseSmallStatement))
            ]
        return result if unit is None else [_indented(statement, unit) for statement in result]

    def _outlives(self, original: cst.CSTNode) -> bool:
        scopes = [p for p in self.parents if isinstance(p, (cst.FunctionDef, cst.Module))]
        return isinstance(original, cst.For) and outlives(original, scopes[-1])

    def _emptied(
        self, original: cst.If | cst.Else | cst.For, node: cst.If | cst.Else | cst.For
    ) -> object:
        """A block that the edits emptied goes with its head; what stood around it stays."""
        rest = rest_of(node)
        if rest is not None:
            return self._compound(original, rest) if isinstance(original, cst.If) else rest
        if original in self.before or original in self.after:
            return self._compound(original, empty_line())
        return self._removed(original)

    def _removed(self, original: cst.CSTNode) -> object:
        if isinstance(original, cst.BaseCompoundStatement) and self._is_statement(original):
            if original in self.with_comments:
                return self.gaps.of_whole(original)
            return self.gaps.of_compound(original)
        self.gaps.drop_inner(original)
        return cst.RemoveFromParent()

    def _without_test(self, original: cst.CSTNode, node: cst.CSTNode) -> object:
        """What both branches of an `if`, or a `try` and its fallback do."""
        if isinstance(node, cst.IfExp):
            return fitted(node.body, self.parents[-1], original)
        assert isinstance(node, (cst.If, cst.Try))
        other = node.handlers[0] if isinstance(node, cst.Try) else node.orelse
        self.gaps.drop_repeated(node.body, other.body)  # type: ignore[union-attr]
        if not self._is_statement(original):
            return cst.Else(body=node.body, leading_lines=node.leading_lines)
        lines = body_of(node.body)
        led = (*node.leading_lines, *lines[0].leading_lines)  # type: ignore[attr-defined]
        return self._compound(original, _led(lines[0], led), *lines[1:])

    def _is_statement(self, original: cst.CSTNode) -> bool:
        """True if it is no `elif` and no `else`."""
        inner = isinstance(self.parents[-1] if self.parents else None, cst.If)
        return not inner and not isinstance(original, cst.Else)

    def _compound(self, original: cst.CSTNode, node: cst.CSTNode, *more: cst.CSTNode) -> object:
        before = [_line(s) for s in self._visited(self.before.get(original, ()))]
        after = [_line(s) for s in self._visited(self.after.get(original, ()))]
        if original in self.remove:
            if not before and not after:
                return self._removed(original)
            instead = [*before, *after]
            led = node.leading_lines  # type: ignore[attr-defined]
            instead[0] = _below(instead[0], led)
            return cst.FlattenSentinel(instead)
        if not before and not after and not more:
            return node
        if before:
            blank, kept = split_leading(node.leading_lines)  # type: ignore[attr-defined]
            before[0] = _below(before[0], blank)
            node = node.with_changes(leading_lines=kept)
        return cst.FlattenSentinel([*before, node, *more, *after])

    def _simple(self, original: cst.CSTNode, node: cst.CSTNode) -> object:
        """A line (or one-line suite) of small statements, taken apart where something is put
        between.
        """
        smalls: Sequence[cst.BaseSmallStatement] = original.body  # type: ignore[attr-defined]
        pointless = {
            small
            for small, updated in zip(smalls, node.body, strict=True)  # type: ignore[attr-defined]
            if _assigns_itself(updated) and not _assigns_itself(small)
        }
        gone = self.remove | pointless
        if not any(s in self.before or s in self.after or s in gone for s in smalls):
            return node
        lines, marked = self._taken_apart(smalls, node.body, gone)  # type: ignore[attr-defined]
        if isinstance(original, cst.SimpleStatementSuite):
            return _as_suite(original, lines)
        assert isinstance(original, cst.SimpleStatementLine)
        replaced = all(small in gone for small in smalls)
        marked = 0 if replaced else min(marked, len(lines) - 1)
        return self._as_lines(original, lines, marked)

    def _taken_apart(
        self,
        smalls: Sequence[cst.BaseSmallStatement],
        updated: Sequence[cst.BaseSmallStatement],
        gone: Set[cst.CSTNode],
    ) -> tuple[list[cst.BaseStatement], int]:
        """Return the lines that take the place of a line of small statements, and the number of the
        one that keeps its comments.
        """
        lines: list[cst.BaseStatement] = []
        run: list[cst.BaseSmallStatement] = []
        marked = 0

        def end_line() -> None:
            if run:
                run[-1] = run[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
                lines.append(cst.SimpleStatementLine(list(run)))
                run.clear()

        for small, new in zip(smalls, updated, strict=True):
            if before := self._visited(self.before.get(small, ())):
                end_line()
                lines += [_line(s) for s in before]
                marked = len(lines)
            if small not in gone:
                run.append(new)
            if after := self._visited(self.after.get(small, ())):
                end_line()
                lines += [_line(s) for s in after]
        end_line()
        return lines, marked

    def _as_lines(
        self,
        original: cst.SimpleStatementLine,
        lines: list[cst.BaseStatement],
        marked: int,
    ) -> object:
        if not lines:
            whole = original in self.with_comments
            return self.gaps.of_whole(original) if whole else self.gaps.of_line(original)
        blank, kept = split_leading(original.leading_lines)
        if marked == 0:
            lines[0] = _below(lines[0], original.leading_lines)
        else:
            lines[0] = _below(lines[0], blank)
            lines[marked] = _led(lines[marked], kept)
        one = lines[marked]
        if isinstance(one, cst.SimpleStatementLine) and one.trailing_whitespace.comment is None:
            lines[marked] = one.with_changes(trailing_whitespace=original.trailing_whitespace)
        return lines[0] if len(lines) == 1 else cst.FlattenSentinel(lines)


def _comments_of(*tables: Mapping[cst.CSTNode, Sequence[Statement]]) -> Iterator[str]:
    """Yield the comments above and behind statements that are put in: they moved with them."""
    for statement in (s for table in tables for added in table.values() for s in added):
        if isinstance(statement, cst.SimpleStatementLine):
            yield from texts(statement.leading_lines)
            behind = statement.trailing_whitespace.comment
            yield from () if behind is None else (behind.value,)


def _assigns_itself(node: cst.CSTNode) -> bool:
    """`x = x` or `x = (x)`, which is what some assignments come to."""
    if not isinstance(node, cst.Assign) or len(node.targets) != 1:
        return False
    return code(node.targets[0].target) == code(node.value.with_changes(lpar=(), rpar=()))


def _indented(statement: Statement, unit: str) -> Statement:
    new = statement.visit(_Indented(unit))
    assert isinstance(new, (cst.BaseStatement, cst.BaseSmallStatement))
    return new


class _Indented(cst.CSTTransformer):
    """Indents blocks by the unit of the block that they are put into."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.unit = unit

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        return updated_node.with_changes(indent=updated_node.indent or self.unit)


def _line(statement: Statement) -> cst.BaseStatement:
    if isinstance(statement, cst.BaseSmallStatement):
        return cst.SimpleStatementLine([statement])
    return statement


def _led(node: cst.BaseStatement, lines: Sequence[cst.EmptyLine]) -> cst.BaseStatement:
    return node.with_changes(leading_lines=lines)


def _below(node: cst.BaseStatement, lines: Sequence[cst.EmptyLine]) -> cst.BaseStatement:
    """An inserted statement, and what stands above it on its own account, below other lines."""
    return _led(node, [*lines, *node.leading_lines])  # type: ignore[attr-defined]


def _as_suite(original: cst.SimpleStatementSuite, lines: list[cst.BaseStatement]) -> cst.BaseSuite:
    """`if x: a(); b()` stays on its line while it can."""
    if not lines:
        return original.with_changes(body=[cst.Pass()])
    if len(lines) == 1 and isinstance(lines[0], cst.SimpleStatementLine):
        return original.with_changes(body=lines[0].body)
    header = original.trailing_whitespace
    if isinstance(lines[-1], cst.SimpleStatementLine) and header.comment is not None:
        lines[-1] = lines[-1].with_changes(trailing_whitespace=header)
        header = cst.TrailingWhitespace(newline=header.newline)
    return cst.IndentedBlock(body=lines, header=header)
