"""Drop the batch size of an engine.

What changed: `ICudaEngine.max_batch_size` is gone since TensorRT 10.0 together with implicit batch;
for an engine with an explicit batch dimension it always was 1.

Before:

    assert batch_size <= engine.max_batch_size
    size = trt.volume(engine.get_binding_shape(binding)) * engine.max_batch_size
    print("shape", shape, "max batch", engine.max_batch_size)

After:

    size = trt.volume(engine.get_binding_shape(binding))
    print("shape", shape, "max batch", 1)

Not rewritten when: `except AttributeError` sets the same variable in another way. Outside of
products and such assertions it becomes 1.

Safety: safe as a factor next to the volume of a shape; review elsewhere, where a real batch size
may be meant. An assertion that the engine takes a batch goes: which batches an engine takes is in
its shapes now, and TensorRT checks them.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.editing.effects import has_effect
from trtmigrate.facts import Facts, Use
from trtmigrate.findings import Safety
from trtmigrate.rewrites.removal.fold import fold_condition
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.templates import required
from trtmigrate.syntax.tree import assigned, code, walk

RULE = Rule(
    "TRT110",
    "Maximum batch size of an engine",
    Safety.SAFE,
    members=("ICudaEngine.max_batch_size", "ICudaEngine.get_max_batch_size"),
)
MESSAGE = "max_batch_size is gone with implicit batch; with an explicit batch dimension it was 1"


@RULE.checks
def engine_max_batch_size(use: Use, facts: Facts) -> Proposal:
    size = use.whole  # get_max_batch_size() was a method in TensorRT 4
    parent = facts.tree.parent(size)
    if isinstance(parent, cst.BinaryOperation) and isinstance(parent.operator, cst.Multiply):
        other = parent.left if parent.right is size else parent.right
        around = facts.tree.parent(parent)
        alone = around is not None and required(around, parent) == 0 and not parent.lpar
        if alone and other.lpar and "\n" not in code(other):
            other = other.with_changes(lpar=[], rpar=[])
        return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, Edit({parent: other}))
    if isinstance(parent, cst.AugAssign) and isinstance(parent.operator, cst.MultiplyAssign):
        return Proposal(use.node, use.member, MESSAGE, Safety.SAFE, Edit(remove=(parent,)))
    if isinstance(parent, cst.ComparisonTarget):
        parent = facts.tree.parent(parent)
    if isinstance(parent, cst.Comparison) and _is_limit(parent, size):
        if _is_asserted(parent, facts):
            edit = fold_condition(parent, True, facts.tree)
            message = f"{MESSAGE}; the shapes say which batches an engine takes"
            return Proposal(use.node, use.member, message, Safety.REVIEW, edit)
    if _has_fallback(size, facts):
        message = "max_batch_size has a fallback here for releases that lack it; left as it is"
        return Proposal(use.node, use.member, message, Safety.MANUAL, advice=True)
    placeholder = _find_placeholder(size, facts)
    if placeholder is not None:
        edit = Edit({placeholder: cst.FormattedStringText("1")})
        return Proposal(use.node, use.member, MESSAGE, Safety.REVIEW, edit)
    message = f"{MESSAGE}; check whether a batch size from the shape is meant"
    return Proposal(use.node, use.member, message, Safety.REVIEW, Edit({size: cst.Integer("1")}))


def _is_asserted(node: cst.CSTNode, facts: Facts) -> bool:
    """True if a condition is asserted, alone or with other conditions."""
    around = facts.tree.parent(node)
    while isinstance(around, cst.BooleanOperation) and isinstance(around.operator, cst.And):
        around = facts.tree.parent(around)
    return isinstance(around, cst.Assert)


def _is_limit(comparison: cst.Comparison, limit: cst.CSTNode) -> bool:
    """True if a comparison tests that an expression without side effects is within the limit."""
    if len(comparison.comparisons) != 1:
        return False
    (right,) = comparison.comparisons
    if right.comparator is limit:
        return isinstance(right.operator, cst.LessThanEqual) and not has_effect(comparison.left)
    at_least = comparison.left is limit and isinstance(right.operator, cst.GreaterThanEqual)
    return at_least and not has_effect(right.comparator)


def _has_fallback(size: cst.CSTNode, facts: Facts) -> bool:
    """True if a handler of AttributeError sets the variable that gets the size."""
    statement = facts.tree.small_statement(size)
    around = next((up for up in facts.tree.ancestors(size) if isinstance(up, cst.Try)), None)
    if around is None or not isinstance(statement, cst.Assign):
        return False
    if statement not in walk(around.body):
        return False
    target = code(statement.targets[0].target)
    return any(
        handler.type is not None
        and "AttributeError" in code(handler.type)
        and target in assigned(handler.body)
        for handler in around.handlers
    )


def _find_placeholder(size: cst.CSTNode, facts: Facts) -> cst.FormattedStringExpression | None:
    """Return the `{engine.max_batch_size}` of an f-string."""
    parent = facts.tree.parent(size)
    if isinstance(parent, cst.FormattedStringExpression) and code(parent) == f"{{{code(size)}}}":
        return parent
    return None
