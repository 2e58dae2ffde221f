"""The branches that only releases before the target reach, and the edits that remove them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from trtmigrate.editing.edit import Edit, Statement
from trtmigrate.facts import Facts
from trtmigrate.rewrites.removal.fold import fold_condition, is_pass, put_in_place_of
from trtmigrate.syntax.tree import Try, code, walk


@dataclass(frozen=True)
class OldBranch:
    """A place where a program tells releases apart, without the code that only old ones reach."""

    node: cst.CSTNode  # the place
    edit: Edit
    gone: tuple[cst.CSTNode, ...]  # what goes


def old_branches(facts: Facts) -> Iterator[OldBranch]:
    """Yield the branches that the target alone decides; none within another one that goes."""
    gone: set[cst.CSTNode] = set()
    for node in sorted(_branching(facts), key=facts.tree.order.__getitem__):
        if any(up in gone for up in facts.tree.ancestors(node)) or node in gone:
            continue
        found = _of_try(node, facts) if isinstance(node, Try) else _of_test(node, facts)
        if found is not None:
            gone.update(found.gone)
            yield found


def _branching(facts: Facts) -> list[cst.If | cst.IfExp | Try]:
    tree = facts.tree
    return [*tree.of_kind(cst.If), *tree.of_kind(cst.IfExp), *tree.of_kind(cst.Try)]


# tests


def _of_test(node: cst.If | cst.IfExp, facts: Facts) -> OldBranch | None:
    decided = next(_decided_in(node.test, facts), None)
    if decided is None:
        return None
    test, truth = decided
    edit = fold_condition(test, truth, facts.tree)
    if isinstance(edit.replace.get(test), cst.Name):
        return None  # the test stays, for what else it does
    gone: list[cst.CSTNode] = [test]
    whole = _whole(node.test, test, truth)
    if whole is not None:
        dead = node.orelse if whole else node.body
        gone = [node.test, *([dead] if dead is not None else [])]
    rest = _never_reached(node, whole, facts)
    if any(isinstance(inner, (cst.Yield, cst.Await)) for line in rest for inner in walk(line)):
        return None  # they may be what makes the function a generator
    gone += rest
    remove = (*edit.remove, *(part for line in rest for part in _removable(line)))
    edit = replace(edit, remove=remove, with_comments=tuple(gone))
    return OldBranch(node, edit, tuple(gone))


def _never_reached(
    node: cst.If | cst.IfExp, truth: bool | None, facts: Facts
) -> Sequence[cst.CSTNode]:
    """Return the statements behind an `if` whose kept branch always leaves the block."""
    block = facts.tree.parent(node)
    if truth is None or not isinstance(block, (cst.IndentedBlock, cst.Module)):
        return ()
    kept = node.body if truth else node.orelse
    if not isinstance(kept, (cst.Else, cst.BaseSuite)) or not _leaves(kept):
        return ()
    return [*block.body[list(block.body).index(node) + 1 :]]  # type: ignore[arg-type]


def _leaves(branch: cst.Else | cst.BaseSuite) -> bool:
    body = branch.body if isinstance(branch, cst.Else) else branch
    last = body.body[-1]
    small = last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last
    return isinstance(small, (cst.Return, cst.Raise, cst.Continue, cst.Break))


def _removable(line: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """Return what an edit has to remove of a statement: the small statements of a line."""
    return line.body if isinstance(line, cst.SimpleStatementLine) else [line]


def _decided_in(
    test: cst.BaseExpression, facts: Facts
) -> Iterator[tuple[cst.BaseExpression, bool]]:
    """Yield the parts of a test that the target alone decides, joined by `and`, `or` and `not`."""
    truth = facts.truth_for_good(test)
    if truth is not None:
        yield test, truth
    elif isinstance(test, cst.BooleanOperation):
        yield from _decided_in(test.left, facts)
        yield from _decided_in(test.right, facts)
    elif isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        yield from _decided_in(test.expression, facts)


def _whole(test: cst.BaseExpression, part: cst.BaseExpression, truth: bool) -> bool | None:
    """Return how a test ends with a part that ends so; None if that depends on the other parts."""
    if test is part:
        return truth
    if isinstance(test, cst.UnaryOperation):
        inner = _whole(test.expression, part, truth)
        return None if inner is None else not inner
    if isinstance(test, cst.BooleanOperation):
        deciding = isinstance(test.operator, cst.Or)
        sides = (test.left, test.right)
        ends = [_whole(s, part, truth) for s in sides if any(n is part for n in walk(s))]
        return deciding if ends == [deciding] else None
    return None


# attempts


def _of_try(node: Try, facts: Facts) -> OldBranch | None:
    """Return what becomes of a `try` whose body, or whose handler, fails on the target."""
    if len(node.handlers) != 1 or node.finalbody is not None:
        return None
    (handler,) = node.handlers
    if handler.name is not None or not _catches_attribute_error(handler):
        return None
    if _is_one_statement(node.body) and facts.always_fails(node.body.body[0]):
        if any(isinstance(inner, cst.Raise) and inner.exc is None for inner in walk(handler.body)):
            return None  # it raises again what the body raised
        return _replaced(node, handler.body, [node.body, node.orelse])
    only = handler.type is not None and code(handler.type) == "AttributeError"
    if only and facts.always_fails(handler.body.body[0]):
        return _replaced(node, node.body, [handler], node.orelse)
    return None


def _replaced(
    node: Try,
    body: cst.BaseSuite,
    gone: Sequence[cst.CSTNode | None],
    more: cst.Else | None = None,
) -> OldBranch:
    lines = [*_lines(body), *(_lines(more.body) if more is not None else [])]
    parts = tuple(part for part in gone if part is not None)
    return OldBranch(node, replace(put_in_place_of(node, lines), with_comments=parts), parts)


def _catches_attribute_error(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> bool:
    if handler.type is None:
        return True
    is_tuple = isinstance(handler.type, cst.Tuple)
    kinds = [e.value for e in handler.type.elements] if is_tuple else [handler.type]  # type: ignore[attr-defined]
    return any(code(k) in ("AttributeError", "Exception", "BaseException") for k in kinds)


def _is_one_statement(body: cst.BaseSuite) -> bool:
    lines = body.body
    if len(lines) != 1:
        return False
    return isinstance(body, cst.SimpleStatementSuite) or (
        isinstance(lines[0], cst.SimpleStatementLine) and len(lines[0].body) == 1
    )


def _lines(body: cst.BaseSuite) -> list[Statement]:
    if isinstance(body, cst.SimpleStatementSuite):
        end = body.trailing_whitespace
        return [cst.SimpleStatementLine(body.body, trailing_whitespace=end)]
    return [line for line in body.body if isinstance(line, cst.BaseStatement) and not is_pass(line)]
