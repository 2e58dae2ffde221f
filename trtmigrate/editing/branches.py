"""Judge what edits left of an `if`, `try` or loop: a block that became empty, two that became the
same. Nothing is changed here.
"""

from __future__ import annotations

import ast
import textwrap

import libcst as cst

from trtmigrate.editing.effects import has_effect
from trtmigrate.editing.todo import MARK
from trtmigrate.syntax.tree import children, code, walk


def was_emptied(before: cst.CSTNode, after: cst.CSTNode) -> bool:
    """True if nothing is left to do in a block that did something, and it can go.

    A loop can go where it goes over a range or a view, not what its rounds may use up; whether its
    variable is read later is not asked here.
    """
    kinds = (cst.If, cst.Else, cst.For)
    if not isinstance(after, kinds) or not isinstance(before, kinds):
        return False
    if not only_passes(after.body) or only_passes(before.body) or MARK in code(after.body):
        return False
    if isinstance(after, cst.For):
        kept = isinstance(after.iter, (cst.Call, cst.List, cst.Tuple))
        return kept and after.orelse is None and not has_effect(after.iter)
    if isinstance(after, cst.Else):
        return True
    if after.orelse is None:
        return not has_effect(after.test)
    return isinstance(after.orelse, cst.Else) or _exclude_each_other(after)


def rest_of(node: cst.If | cst.Else | cst.For) -> cst.If | None:
    """Return an `if` without its emptied first branch; None if no branch is left."""
    if not isinstance(node, cst.If) or node.orelse is None:
        return None
    if isinstance(node.orelse, cst.Else):
        test = negated(node.test)
        return node.with_changes(test=test, body=node.orelse.body, orelse=None)
    return node.orelse.with_changes(leading_lines=node.leading_lines)


def outlives(loop: cst.For, scope: cst.CSTNode) -> bool:
    """True if a variable of a loop is used outside of it and of other loops over the same name."""
    targets = _names(loop.target)
    stack = [scope]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Name) and node.value in targets:
            return True
        if isinstance(node, cst.For) and targets <= _names(node.target):
            continue
        if isinstance(node, cst.BaseComp) and targets <= _names(node.for_in.target):
            continue
        stack += children(node)
    return False


def _names(node: cst.CSTNode) -> set[str]:
    return {n.value for n in walk(node) if isinstance(n, cst.Name)}


def became_equal(before: cst.CSTNode, after: cst.CSTNode) -> bool:
    """True if an `if ... else`, or a `try` with a fallback for what the release lacks, now does the
    same on both ways, and did not before.
    """
    if isinstance(before, cst.IfExp) and isinstance(after, cst.IfExp):
        same = code(after.body) == code(after.orelse) and code(before.body) != code(before.orelse)
        return same and not has_effect(after.test)
    if isinstance(before, cst.Try) and isinstance(after, cst.Try):
        was, now = _fallback(before), _fallback(after)
        if was is None or now is None or _same(before.body, was):
            return False
        return _same(after.body, now)
    if not isinstance(before, cst.If) or not isinstance(after, cst.If) or has_effect(after.test):
        return False
    if not isinstance(after.orelse, cst.Else) or not _same(after.body, after.orelse.body):
        return False
    return not (isinstance(before.orelse, cst.Else) and _same(before.body, before.orelse.body))


_LACKS = frozenset(["AttributeError", "TypeError"])


def _fallback(node: cst.Try) -> cst.BaseSuite | None:
    """Return what a `try` does where a member or an argument is not there; None if it has another
    handler, an `else` or a `finally`.
    """
    if len(node.handlers) != 1 or node.orelse is not None or node.finalbody is not None:
        return None
    (handler,) = node.handlers
    if handler.type is None or handler.name is not None:
        return None
    own = handler.type
    kinds = [e.value for e in own.elements] if isinstance(own, cst.Tuple) else [own]
    return handler.body if all(code(kind) in _LACKS for kind in kinds) else None


def _same(one: cst.BaseSuite, other: cst.BaseSuite) -> bool:
    """True if two blocks have the same statements and the same comments."""
    texts = [textwrap.dedent(code(block)) for block in (one, other)]
    trees = [ast.dump(ast.parse("if True:" + code(block))) for block in (one, other)]
    comments = [[n for n in text.split("\n") if "#" in n] for text in texts]
    return trees[0] == trees[1] and comments[0] == comments[1]


def body_of(block: cst.BaseSuite) -> list[cst.BaseStatement]:
    """Return the statements of a block as lines of their own."""
    if isinstance(block, cst.SimpleStatementSuite):
        line = cst.SimpleStatementLine(block.body, trailing_whitespace=block.trailing_whitespace)
        return [line]
    return [s for s in block.body if isinstance(s, cst.BaseStatement)]


def only_passes(body: cst.BaseSuite) -> bool:
    """True if a block is nothing but `pass`."""
    lines = body.body
    if isinstance(body, cst.IndentedBlock):
        if len(lines) != 1 or not isinstance(lines[0], cst.SimpleStatementLine):
            return False
        lines = lines[0].body
    return len(lines) == 1 and isinstance(lines[0], cst.Pass)


def _exclude_each_other(node: cst.If) -> bool:
    """True if a chain without `else` compares one thing with different texts or numbers."""
    subjects: set[str] = set()
    constants: list[str] = []
    here: cst.If | cst.Else | None = node
    while here is not None:
        if isinstance(here, cst.Else) or not isinstance(here.test, cst.Comparison):
            return False
        test = here.test
        target = test.comparisons[0]
        literal = isinstance(target.comparator, (cst.SimpleString, cst.Integer))
        plain = len(test.comparisons) == 1 and isinstance(target.operator, cst.Equal)
        if not literal or not plain or has_effect(test):
            return False
        subjects.add(code(test.left))
        constants.append(repr(target.comparator.evaluated_value))  # type: ignore[attr-defined]
        here = here.orelse
    return len(subjects) == 1 and len(set(constants)) == len(constants)


_OPPOSITES: tuple[tuple[type[cst.BaseCompOp], type[cst.BaseCompOp]], ...] = (
    (cst.Equal, cst.NotEqual),
    (cst.In, cst.NotIn),
    (cst.Is, cst.IsNot),
)


def negated(test: cst.BaseExpression) -> cst.BaseExpression:
    """Return the opposite of a test, without `not` where it has a shorter form."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return test.expression
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        (target,) = test.comparisons
        for one, other in (*_OPPOSITES, *(pair[::-1] for pair in _OPPOSITES)):
            if isinstance(target.operator, one):
                opposite = target.with_changes(operator=other())
                return test.with_changes(comparisons=[opposite])
    if isinstance(test, (cst.BooleanOperation, cst.IfExp, cst.NamedExpr, cst.Lambda)):
        if not test.lpar:
            test = test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.UnaryOperation(cst.Not(), test)
