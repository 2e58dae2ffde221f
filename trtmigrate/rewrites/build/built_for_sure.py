"""Whether code only runs if the build gave an engine: its tests for None leave no other way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.callers import find_calls
from trtmigrate.rewrites.build.engine_fate import Fate
from trtmigrate.syntax.nones import is_none
from trtmigrate.syntax.scopes import binders, home
from trtmigrate.syntax.tree import code, walk_scope

_EXITS = frozenset(["exit", "sys.exit", "quit", "os._exit"])


@dataclass(frozen=True)
class _Passed:
    """A test that came out a certain way where the program gets on."""

    test: cst.BaseExpression
    outcome: bool
    since: cst.CSTNode  # the test, or the loop that ends with it


def is_built_for_sure(node: cst.BaseExpression, fate: Fate, facts: Facts) -> bool:
    """True if an expression that holds the engine, or None after a failed build, is not None where
    it is evaluated.
    """
    return is_tested(code(node), node, facts) or _is_from_sure_function(node, fate, facts)


def leaves(body: cst.BaseSuite, for_good: bool = False) -> bool:
    """True if a block ends by leaving the function or the round of the loop; with `for_good`, by
    raising.
    """
    last = body.body[-1] if body.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    if isinstance(last, cst.Expr) and isinstance(last.value, cst.Call):
        return code(last.value.func) in _EXITS
    if for_good:
        return isinstance(last, cst.Raise)
    return isinstance(last, (cst.Return, cst.Raise, cst.Continue, cst.Break))


def is_tested(text: str, node: cst.CSTNode, facts: Facts) -> bool:
    """True if a test on each way to a node rules out that a variable is None there."""
    return any(
        rules_out_none(passed.test, text, passed.outcome)
        and not _is_set_between(text, passed.since, node, facts)
        for passed in _tests_passed(node, facts)
    )


def _tests_passed(node: cst.CSTNode, facts: Facts) -> Iterator[_Passed]:
    """Yield the tests that came out a certain way if a node of a function runs."""
    below: cst.CSTNode = node
    for up in facts.tree.ancestors(node):
        if isinstance(up, (cst.If, cst.IfExp)) and below is not up.test:
            yield _Passed(up.test, below is up.body, up.test)
        elif isinstance(up, cst.While) and below is up.body:
            yield _Passed(up.test, True, up.test)
        elif isinstance(up, cst.BooleanOperation) and below is up.right:
            yield _Passed(up.left, isinstance(up.operator, cst.And), up.left)
        elif isinstance(up, (cst.IndentedBlock, cst.Module)):
            for statement in up.body[: list(up.body).index(below)]:  # type: ignore[arg-type]
                yield from _tests_of_statement(statement, facts)
        if isinstance(up, (cst.FunctionDef, cst.Lambda)):
            return
        below = up


def _tests_of_statement(statement: cst.CSTNode, facts: Facts) -> Iterator[_Passed]:
    """Yield the tests that came out a certain way if the program gets past a statement."""
    if isinstance(statement, cst.SimpleStatementLine):
        for small in statement.body:
            if isinstance(small, cst.Assert):
                yield _Passed(small.test, True, small)
    elif isinstance(statement, cst.If):
        if leaves(statement.body):
            yield _Passed(statement.test, False, statement.test)
        if isinstance(statement.orelse, cst.Else) and leaves(statement.orelse.body):
            yield _Passed(statement.test, True, statement.test)
    elif isinstance(statement, (cst.While, cst.For)):
        yield from _tests_of_loop(statement, facts)


def _tests_of_loop(loop: cst.While | cst.For, facts: Facts) -> Iterator[_Passed]:
    """Yield the tests that came out a certain way if the program gets past a loop."""
    breaks = [
        inner
        for inner in walk_scope(loop)
        if isinstance(inner, cst.Break) and facts.tree.loops(inner)[:1] == [loop]
    ]
    if isinstance(loop, cst.While) and not breaks:
        yield _Passed(loop.test, False, loop)
    endless = isinstance(loop, cst.While) and code(loop.test) in ("True", "1")
    fails = loop.orelse is not None and leaves(loop.orelse.body)
    if len(breaks) == 1 and (endless or fails):
        yield from _tests_passed(breaks[0], facts)


def rules_out_none(test: cst.BaseExpression, text: str, outcome: bool) -> bool:
    """True if a variable is not None where a test of it comes out as `outcome`."""
    if isinstance(test, cst.NamedExpr):
        return outcome and text in (code(test.target), code(test.value))
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return rules_out_none(test.expression, text, not outcome)
    if isinstance(test, cst.BooleanOperation):
        joins = isinstance(test.operator, cst.And)
        return joins is outcome and any(
            rules_out_none(part, text, outcome) for part in (test.left, test.right)
        )
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        compared = test.comparisons[0]
        tested = test.left.target if isinstance(test.left, cst.NamedExpr) else test.left
        if code(tested) != text or not is_none(compared.comparator):
            return False
        if isinstance(compared.operator, (cst.Is, cst.Equal)):
            return not outcome
        return outcome and isinstance(compared.operator, (cst.IsNot, cst.NotEqual))
    return outcome and code(test) == text


def _is_set_between(text: str, since: cst.CSTNode, node: cst.CSTNode, facts: Facts) -> bool:
    """True if the function may set a variable between its test and a node that reads it."""
    order, scope = facts.tree.order, home(node, facts.tree)
    targets: list[cst.CSTNode] = [
        n.target for n in walk_scope(scope) if isinstance(n, cst.AssignTarget)
    ]
    if "." not in text:
        targets = binders(text, scope, facts.tree)
    again = set(facts.tree.loops(node)) - set(facts.tree.loops(since))
    return any(
        code(target) == text
        and order[since] < order[target]
        and not facts.tree.is_within(target, since)
        and (order[target] < order[node] or again & set(facts.tree.loops(target)))
        for target in targets
    )


def _is_from_sure_function(node: cst.BaseExpression, fate: Fate, facts: Facts) -> bool:
    """True if the value is what a function of the module returns that never returns None."""
    values: list[cst.CSTNode] = [node]
    if isinstance(node, cst.Name):
        targets = binders(node.value, home(node, facts.tree), facts.tree)
        values = [
            made.value if isinstance(made := facts.tree.small_statement(t), cst.Assign) else t
            for t in targets
        ]
    sure = {
        call
        for function in fate.functions
        if _never_returns_none(function, facts)
        for call in find_calls(function, facts)
    }
    return bool(values) and all(value in sure for value in values)


def _never_returns_none(function: cst.FunctionDef, facts: Facts) -> bool:
    returned = [n.value for n in walk_scope(function) if isinstance(n, cst.Return)]
    return leaves(function.body) and all(
        value is not None and is_tested(code(value), value, facts) for value in returned
    )
