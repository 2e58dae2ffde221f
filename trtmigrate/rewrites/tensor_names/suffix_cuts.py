"""Recognize expressions that cut ` [profile k]` off a name."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.rewrites.tensor_names.suffix_tests import is_about_suffix, is_given_by_engine
from trtmigrate.syntax.tree import code


def name_in_cut(node: cst.CSTNode, facts: Facts) -> cst.BaseExpression | None:
    """Return the name in an expression that cuts the profile off; None for other expressions."""
    if isinstance(node, cst.Subscript) and _is_first(node) and isinstance(node.value, cst.Call):
        func = node.value.func
        if isinstance(func, cst.Attribute) and func.attr.value in ("split", "partition"):
            if (
                is_given_by_engine(func.value, facts)
                and node.value.args
                and _cuts(node.value.args[0].value)
            ):
                return func.value
    if not isinstance(node, cst.Call):
        return None
    values = [arg.value for arg in node.args]
    if isinstance(node.func, cst.Attribute) and node.func.attr.value == "replace":
        if len(values) == 2 and is_given_by_engine(node.func.value, facts) and _cuts(values[0]):
            return node.func.value if _is_empty(values[1]) else None
    if code(node.func) == "re.sub" and len(values) == 3 and is_about_suffix(values[0]):
        return values[2] if _is_empty(values[1]) and is_given_by_engine(values[2], facts) else None
    return None


def _is_first(node: cst.Subscript) -> bool:
    return len(node.slice) == 1 and code(node.slice[0].slice) == "0"


def _cuts(text: cst.BaseExpression) -> bool:
    """True if a separator is the suffix or its beginning."""
    if is_about_suffix(text):
        return True
    return isinstance(text, cst.SimpleString) and text.evaluated_value in (" [", "[")


def _is_empty(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.SimpleString) and not node.evaluated_value
