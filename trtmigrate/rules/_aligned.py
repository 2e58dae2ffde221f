"""Arguments that stand below one another, where the name before the bracket changes its length."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.tree import code


def realigned(call: cst.Call, by: int, facts: Facts) -> dict[cst.CSTNode, cst.CSTNode]:
    """Moves the lines that are aligned with the first argument of `call` by some columns."""
    statement = facts.tree.small_statement(call)
    if statement is None or not call.args:
        return {}
    before, found, _ = code(statement).partition(f"{code(call.func)}(")
    column = len(before) + len(found)
    if not found or "\n" in before + found:
        return {}
    changes: dict[cst.CSTNode, cst.CSTNode] = {}
    for arg in call.args:
        gap = arg.comma.whitespace_after if isinstance(arg.comma, cst.Comma) else None
        if isinstance(gap, cst.ParenthesizedWhitespace) and gap.indent:
            if len(gap.last_line.value) == column:
                changes[gap.last_line] = cst.SimpleWhitespace(" " * (column + by))
    return changes
