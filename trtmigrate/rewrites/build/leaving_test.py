"""The test right below a build that leaves if the build failed.

It can test the plan in place of the engine. The variable of the engine is then set below the test
only, so nothing may read the variable once the test has left.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Function
from trtmigrate.rewrites.build.built_for_sure import leaves
from trtmigrate.rewrites.build.engine_fate import is_test
from trtmigrate.syntax.scopes import comes_before, home, loads, seen_from_within
from trtmigrate.syntax.tree import code, walk


def find_leaving_test(
    statement: cst.Assign, target: cst.BaseExpression, facts: Facts
) -> tuple[cst.CSTNode | None, cst.CSTNode | None]:
    """Return the statement below that leaves if the build failed, and the engine in its test."""
    line = facts.tree.parent(statement)
    block = facts.tree.block(statement)
    if block is None or not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return None, None
    place = list(block).index(line)
    below = block[place + 1] if place + 1 < len(block) else None
    text = code(target)
    for_good = not isinstance(target, cst.Name)  # another function may read an attribute
    test: cst.CSTNode | None = None
    tested: cst.CSTNode | None = None
    if isinstance(below, cst.If) and below.orelse is None and leaves(below.body, for_good):
        test, tested = below, _find_tested(below.test, text, True, facts)
        if any(code(n) == text for n in walk(below.body)):
            return None, None
    if isinstance(below, cst.SimpleStatementLine) and isinstance(below.body[0], cst.Assert):
        if len(below.body) == 1:
            test, tested = below.body[0], _find_tested(below.body[0].test, text, False, facts)
    if test is None or tested is None or _is_read_after(test, statement, target, facts):
        return None, None
    return test, tested


def _is_read_after(
    test: cst.CSTNode, statement: cst.Assign, target: cst.BaseExpression, facts: Facts
) -> bool:
    """True if code may read the variable of the engine after the test has left."""
    is_inside = any(isinstance(up, (cst.Try, cst.TryStar)) for up in facts.tree.ancestors(test))
    if not isinstance(target, cst.Name):
        return is_inside
    scope = home(statement, facts.tree)
    if seen_from_within(target.value, scope, facts.tree):
        if scope is not facts.module or is_inside or _calls_own_function(test, facts):
            return True
    if not is_inside and not _stays_in_function(test):
        return False
    return any(
        not facts.tree.is_within(read, test) and not comes_before(statement, read, facts.tree)
        for read in loads(target.value, scope, facts.tree)
    )


def _calls_own_function(test: cst.CSTNode, facts: Facts) -> bool:
    return any(
        isinstance(n, cst.Call) and isinstance(facts.value(n.func), Function) for n in walk(test)
    )


def _stays_in_function(test: cst.CSTNode) -> bool:
    """True if a test leaves the round of a loop only."""
    return any(isinstance(n, (cst.Continue, cst.Break)) for n in walk(test))


def _find_tested(
    test: cst.BaseExpression, text: str, for_none: bool, facts: Facts
) -> cst.CSTNode | None:
    """Return the engine in `engine is None` or `not engine`; without `for_none`, the engine in
    `engine is not None` or `engine`.
    """
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return test.expression if for_none and code(test.expression) == text else None
    if isinstance(test, cst.Comparison) and is_test(test.left, facts) and code(test.left) == text:
        operator = test.comparisons[0].operator
        asks = isinstance(operator, (cst.Is, cst.Equal))
        return test.left if asks == for_none else None
    return test if not for_none and code(test) == text else None
