"""Asking `infer_shapes()` for missing shapes instead of the properties that say none is.

It sees shapes as well as values of shape inputs, so that one question does where a program asks for
both.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit
from trtmigrate.facts import Facts
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import code

_OTHER = {
    "all_binding_shapes_specified": "all_shape_inputs_specified",
    "all_shape_inputs_specified": "all_binding_shapes_specified",
}


def ask_for_missing_shapes(
    node: cst.BaseExpression, context: cst.BaseExpression, facts: Facts
) -> Edit:
    """The edit of `context.all_..._specified`; of the second of two such questions that are one
    now, it takes both.
    """
    missing = expression("{}.infer_shapes()", context)
    parent = facts.tree.parent(node)
    negated = isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not)
    own = parent if negated else node
    assert isinstance(own, cst.BaseExpression)
    above = facts.tree.parent(own)
    if isinstance(above, cst.BooleanOperation) and above.right is own:
        both = isinstance(above.operator, cst.Or if negated else cst.And)
        if both and _is_other(above.left, own, node):
            return _put(above, missing, negated, facts)
    if isinstance(above, cst.Assert) and _repeats(above, node, facts):
        return Edit(remove=(above,))
    return _put(own, missing, negated, facts)


def _put(test: cst.BaseExpression, missing: cst.BaseExpression, truth: bool, facts: Facts) -> Edit:
    """`missing` for a test that is true where something is missing, or (`truth` false) nothing."""
    parent = facts.tree.parent(test)
    if isinstance(parent, cst.UnaryOperation) and isinstance(parent.operator, cst.Not):
        return _put(parent, missing, not truth, facts)
    if not truth and isinstance(parent, cst.IfExp) and parent.test is test:
        turned = parent.with_changes(test=missing, body=parent.orelse, orelse=parent.body)
        return Edit({parent: turned})
    if not truth:
        return Edit({test: expression("not {}", missing)})
    return Edit({test: missing if _is_tested(test, facts) else expression("bool({})", missing)})


def _is_tested(node: cst.CSTNode, facts: Facts) -> bool:
    """Whether only the truth of an expression counts."""
    parent = facts.tree.parent(node)
    if isinstance(parent, (cst.If, cst.While, cst.Assert, cst.IfExp)):
        return parent.test is node
    if isinstance(parent, cst.BooleanOperation):
        return _is_tested(parent, facts)
    return isinstance(parent, cst.UnaryOperation)


def _is_other(before: cst.CSTNode, now: cst.CSTNode, node: cst.BaseExpression) -> bool:
    """Whether what stands before asks the other question about the same context."""
    name = node.attr.value if isinstance(node, cst.Attribute) else ""
    if name not in _OTHER:
        return False
    return code(before).strip() == code(now).strip().replace(f".{name}", f".{_OTHER[name]}")


def _repeats(statement: cst.Assert, node: cst.BaseExpression, facts: Facts) -> bool:
    """Whether the assertion right above is that of the other property."""
    line = facts.tree.parent(statement)
    block = facts.tree.parent(line) if line is not None else None
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return False
    assert isinstance(block, (cst.IndentedBlock, cst.Module))
    at = list(block.body).index(line)
    above = block.body[at - 1] if at else None
    if not isinstance(above, cst.SimpleStatementLine) or len(above.body) != 1:
        return False
    return _is_other(above.body[0], statement, node)
