"""Code that looks for ` [profile k]` in the names that an engine gives."""

from __future__ import annotations

import libcst as cst

from trtmigrate.effects import has_effect
from trtmigrate.facts import Facts
from trtmigrate.facts.tree import code
from trtmigrate.facts.values import TensorName

MARK = "[profile"


def is_given(node: cst.CSTNode, facts: Facts) -> bool:
    """Whether an expression is a name as the engine gives it: with the profile before TensorRT 10,
    without one since.
    """
    value = facts.value(node)
    return isinstance(value, TensorName) and value.suffixed and not value.added


def mentions(node: cst.CSTNode) -> bool:
    """Whether a text or pattern is one of the suffix."""
    return MARK in code(node).replace("\\", "")


def looks_for_suffix(node: cst.CSTNode, facts: Facts) -> bool | None:
    """Whether a test asks for names with a suffix (true) or for those without (false); None for
    other expressions.
    """
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
        inner = looks_for_suffix(node.expression, facts)
        return None if inner is None else not inner
    if not isinstance(node, cst.Comparison) or len(node.comparisons) != 1:
        return None
    (target,) = node.comparisons
    if not mentions(node.left) or not is_given(target.comparator, facts):
        return None
    if not isinstance(node.left, cst.SimpleString) or has_effect(node.left):
        return None
    text = node.left.evaluated_value
    if not isinstance(text, str) or text.strip() not in (MARK, MARK[1:]):
        return None
    if isinstance(target.operator, cst.In):
        return True
    return False if isinstance(target.operator, cst.NotIn) else None


def skips_other_profiles(loop: cst.CSTNode, facts: Facts) -> bool:
    """Whether a loop or comprehension passes over the names with a suffix: it wants one profile."""
    if isinstance(loop, cst.CompFor):
        return any(looks_for_suffix(c.test, facts) is False for c in loop.ifs)
    if not isinstance(loop, cst.For) or not isinstance(loop.body, cst.IndentedBlock):
        return False
    return any(_passes_over(statement, facts) for statement in loop.body.body) or (
        all(_is_harmless(s) for s in loop.body.body[:-1]) and _is_within(loop.body.body[-1:], facts)
    )


def _passes_over(statement: cst.CSTNode, facts: Facts) -> bool:
    """`if "[profile" in name: continue`."""
    if not isinstance(statement, cst.If) or statement.orelse is not None:
        return False
    body = statement.body.body
    if isinstance(statement.body, cst.IndentedBlock) and len(body) == 1:
        body = getattr(body[0], "body", ())
    if not isinstance(body, (list, tuple)) or [type(s) for s in body] != [cst.Continue]:
        return False
    return looks_for_suffix(statement.test, facts) is True


def _is_within(last: object, facts: Facts) -> bool:
    """`if "[profile" not in name: ...` as all that a round does."""
    assert isinstance(last, (list, tuple))
    return any(
        isinstance(s, cst.If) and s.orelse is None and looks_for_suffix(s.test, facts) is False
        for s in last
    )


def _is_harmless(statement: cst.CSTNode) -> bool:
    """Whether a statement only gives names to what an engine knows."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    return all(
        isinstance(small, cst.Assign) and isinstance(small.targets[0].target, cst.Name)
        for small in statement.body
    )
