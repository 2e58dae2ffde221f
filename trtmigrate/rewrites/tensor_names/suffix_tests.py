"""Recognize code that looks for ` [profile k]` in the names that an engine gives."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import TensorName
from trtmigrate.rewrites.tensor_names.suffix_text import MARK as SUFFIX
from trtmigrate.rewrites.tensor_names.suffixed_names import profile_in
from trtmigrate.syntax.tree import code

MARK = SUFFIX.strip()
MARKS = (MARK, "[", "]")  # parts of the suffix that programs search for
LOOSE_MARKS = (*MARKS, "profile")  # also what the name of a tensor may have: such a test stays


def is_given_by_engine(node: cst.CSTNode, facts: Facts) -> bool:
    """True if an expression is a name from the engine, which had the profile before TensorRT 10."""
    value = facts.value(node)
    return isinstance(value, TensorName) and value.suffixed and not value.added


def is_about_suffix(node: cst.CSTNode) -> bool:
    """True if a text or a pattern contains the suffix."""
    return MARK in code(node).replace("\\", "")


def looks_for_suffix(
    node: cst.CSTNode, facts: Facts, marks: tuple[str, ...] = MARKS
) -> bool | None:
    """Return True for a test that names with a suffix pass, False for a test that names without a
    suffix pass, and None for other expressions.
    """
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
        inner = looks_for_suffix(node.expression, facts, marks)
        return None if inner is None else not inner
    if isinstance(node, cst.Call):
        return True if _ends_in_bracket(node, facts) else None
    if not isinstance(node, cst.Comparison) or len(node.comparisons) != 1:
        return None
    (target,) = node.comparisons
    operator, other = target.operator, target.comparator
    if isinstance(operator, (cst.In, cst.NotIn)) and is_given_by_engine(other, facts):
        return isinstance(operator, cst.In) if _text(node.left) in marks else None
    if isinstance(operator, (cst.Equal, cst.NotEqual)) and _is_last(node.left, facts):
        return isinstance(operator, cst.Equal) if _text(other) == "]" else None
    return None


def _text(node: cst.BaseExpression) -> str | None:
    value = node.evaluated_value if isinstance(node, cst.SimpleString) else None
    return value.strip() if isinstance(value, str) else None


def _ends_in_bracket(node: cst.Call, facts: Facts) -> bool:
    """True for `name.endswith("]")`."""
    if not isinstance(node.func, cst.Attribute) or node.func.attr.value != "endswith":
        return False
    return is_given_by_engine(node.func.value, facts) and [_text(a.value) for a in node.args] == [
        "]"
    ]


def _is_last(node: cst.BaseExpression, facts: Facts) -> bool:
    """True for `name[-1]`."""
    if not isinstance(node, cst.Subscript) or [code(e.slice) for e in node.slice] != ["-1"]:
        return False
    return is_given_by_engine(node.value, facts)


def split_profile_test(
    node: cst.BaseExpression, facts: Facts
) -> tuple[cst.BaseExpression, cst.BaseExpression] | None:
    """Return the name and the k of a test for the names of profile k; None for other expressions.

    Such tests are `name.endswith("[profile k]")` and `"[profile k]" in name`.
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
    if not is_about_suffix(text) or not is_given_by_engine(name, facts):
        return None
    profile = profile_in(text)
    return None if profile is None else (name, profile)


def skips_other_profiles(loop: cst.CSTNode, facts: Facts, marks: tuple[str, ...] = MARKS) -> bool:
    """True if a loop or comprehension skips the names with a suffix: it wants one profile."""
    if isinstance(loop, cst.CompFor):
        return any(looks_for_suffix(c.test, facts, marks) is False for c in loop.ifs)
    if not isinstance(loop, cst.For) or not isinstance(loop.body, cst.IndentedBlock):
        return False
    *first, last = loop.body.body
    return any(_skips_names(statement, facts, marks) for statement in loop.body.body) or (
        all(_is_harmless(s) for s in first) and _is_within(last, facts, marks)
    )


def _skips_names(statement: cst.CSTNode, facts: Facts, marks: tuple[str, ...]) -> bool:
    """True for `if "[profile" in name: continue`."""
    if not isinstance(statement, cst.If) or statement.orelse is not None:
        return False
    body = statement.body.body
    if isinstance(statement.body, cst.IndentedBlock) and len(body) == 1:
        body = getattr(body[0], "body", ())
    if not isinstance(body, (list, tuple)) or [type(s) for s in body] != [cst.Continue]:
        return False
    return looks_for_suffix(statement.test, facts, marks) is True


def _is_within(last: cst.CSTNode, facts: Facts, marks: tuple[str, ...]) -> bool:
    """True if a round ends with `if "[profile" not in name: ...` and does nothing else."""
    if not isinstance(last, cst.If) or last.orelse is not None:
        return False
    return looks_for_suffix(last.test, facts, marks) is False


def _is_harmless(statement: cst.CSTNode) -> bool:
    """True if a statement only assigns variables."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    return all(
        isinstance(small, cst.Assign) and isinstance(small.targets[0].target, cst.Name)
        for small in statement.body
    )
