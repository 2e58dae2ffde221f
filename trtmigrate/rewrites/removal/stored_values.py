"""What a statement stores into an attribute."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts


def stored_value(target: cst.CSTNode, facts: Facts) -> cst.BaseExpression | None:
    """The expression that `target = value` stores; None where it is not the only target."""
    parent = facts.tree.parent(target)
    if isinstance(parent, cst.AnnAssign):
        return parent.value
    if not isinstance(parent, cst.AssignTarget):
        return None
    statement = facts.tree.parent(parent)
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        return statement.value
    return None
