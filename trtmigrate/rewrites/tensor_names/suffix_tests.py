"""Code that looks for ` [profile k]` in the names that an engine gives."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import TensorName
from trtmigrate.rewrites.tensor_names.suffix_text import MARK as SUFFIX
from trtmigrate.rewrites.tensor_names.suffixed_names import profile_in
from trtmigrate.syntax.tree import code

MARK = SUFFIX.strip()
_MARKS = (MARK, "[", "]")  # whatever of them a name is searched for


def is_given_by_engine(node: cst.CSTNode, facts: Facts) -> bool:
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
    if isinstance(node, cst.Call):
        return True if _ends_in_bracket(node, facts) else None
    if not isinstance(node, cst.Comparison) or len(node.comparisons) != 1:
        return None
    (target,) = node.comparisons
    operator, other = target.operator, target.comparator
    if isinstance(operator, (cst.In, cst.NotIn)) and is_given_by_engine(other, facts):
        return isinstance(operator, cst.In) if _text(node.left) in _MARKS else None
    if isinstance(operator, (cst.Equal, cst.NotEqual)) and _is_last(node.left, facts):
        return isinstance(operator, cst.Equal) if _text(other) == "]" else None
    return None


def _text(node: cst.BaseExpression) -> str | None:
    value = node.evaluated_value if isinstance(node, cst.SimpleString) else None
    return value.strip() if isinstance(value, str) else None


def _ends_in_bracket(node: cst.Call, facts: Facts) -> bool:
    """`name.endswith("]")`."""
    if not isinstance(node.func, cst.Attribute) or node.func.attr.value != "endswith":
        return False
    return is_given_by_engine(node.func.value, facts) and [_text(a.value) for a in node.args] == [
        "]"
    ]


def _is_last(node: cst.BaseExpression, facts: Facts) -> bool:
    """`name[-1]`."""
    if not isinstance(node, cst.Subscript) or [code(e.slice) for e in node.slice] != ["-1"]:
        return False
    return is_given_by_engine(node.value, facts)


def split_profile_test(
    node: cst.BaseExpression, facts: Facts
) -> tuple[cst.BaseExpression, cst.BaseExpression] | None:
    """The name and the k of a test whether a name is of profile k: `name.endswith("[profile k]")`,
    `"[profile k]" in name`.
    """
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        if node.func.attr.value != "endswith" or len(node.args) != 1:
            return None
        name, text = node.func.value, node.args[0].value
    elif isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
        (target,) = node.comparisons
        if not isinstance(target.operator, cst.In):
            return None
        name, text = target.comparator, node.left
    else:
        return None
    profile = profile_in(text) if mentions(text) and is_given_by_engine(name, facts) else None
    return None if profile is None else (name, profile)


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
