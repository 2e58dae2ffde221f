"""Where a new configuration of a builder can be created.

The place runs whenever the builder is bound and before each of its settings, and the configuration
lives as long as the builder: a setting of one round of a loop still holds in the next round.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts, Use
from trtmigrate.rewrites.build.builder_uses import BUILD
from trtmigrate.rewrites.removal.assignments import is_setter
from trtmigrate.syntax.effects import has_effect
from trtmigrate.syntax.scopes import binders, binds_before, common_anchor, home
from trtmigrate.syntax.tree import code, walk_scope


@dataclass(frozen=True)
class Place:
    """A statement that a new statement goes before or after."""

    statement: cst.CSTNode
    is_below: bool = False


def find_place(uses: list[Use], facts: Facts) -> Place | None:
    """Return the place for the configuration that `uses`, all uses of one builder in a function,
    are to share; None if no place certainly runs before each of them.
    """
    receiver = uses[0].receiver
    if has_effect(receiver) or any(not use.receiver.deep_equals(receiver) for use in uses):
        return None
    bindings = find_bindings(receiver, home(uses[0].node, facts.tree), facts)
    anchor = common_anchor([use.node for use in uses], facts.tree)
    if anchor is not None:
        anchor = _leave_loops(anchor, uses, bindings, facts)
        if is_bound_at(anchor, uses, bindings, facts):
            return Place(anchor)
    return _find_place_below(bindings[0], uses, facts) if len(bindings) == 1 else None


def find_bindings(
    receiver: cst.BaseExpression, scope: cst.CSTNode, facts: Facts
) -> list[cst.CSTNode]:
    """Return the nodes of a scope that bind a variable or an attribute."""
    if isinstance(receiver, cst.Name):
        return binders(receiver.value, scope, facts.tree)
    text = code(receiver)
    targets = [
        node.target if isinstance(node, cst.AssignTarget) else node.name
        for node in walk_scope(scope)
        if isinstance(node, (cst.AssignTarget, cst.AsName))
    ]
    return [target for target in targets if code(target) == text]


def is_bound_at(
    anchor: cst.CSTNode, uses: list[Use], bindings: list[cst.CSTNode], facts: Facts
) -> bool:
    """True if the builder of the uses is bound where the statement `anchor` starts, and none of
    the uses means a builder that is bound later.
    """
    order = facts.tree.order
    last = max(order[use.node] for use in uses)
    if any(order[anchor] <= order[binding] < last for binding in bindings):
        return False
    if not bindings or any(binds_before(binding, anchor, facts.tree) for binding in bindings):
        return True
    # Each of several branches may bind it. It is bound if the statement needs it in any case.
    return any(facts.tree.runs_once_with(use.node, anchor) for use in uses)


def _leave_loops(
    anchor: cst.CSTNode, uses: list[Use], bindings: list[cst.CSTNode], facts: Facts
) -> cst.CSTNode:
    """Return the outermost loop around `anchor` that does not bind the builder, if a setting of one
    of its rounds may hold in the next one; else `anchor`.
    """
    inner = {loop for binding in bindings for loop in facts.tree.loops(binding)}
    outer = [loop for loop in facts.tree.loops(anchor) if loop not in inner]
    if not outer:
        return anchor
    order, block = facts.tree.order, facts.tree.block(anchor)
    builds = [order[use.node] for use in uses if use.member == BUILD]
    for use in uses:
        statement = facts.tree.small_statement(use.node)
        if use.context != "store" and not is_setter(use):
            continue
        is_conditional = statement is None or facts.tree.block(statement) is not block
        if is_conditional or any(order[use.node] > build for build in builds):
            return outer[-1]
    return anchor


def _find_place_below(binding: cst.CSTNode, uses: list[Use], facts: Facts) -> Place | None:
    """Return the place directly below the statement that binds the builder."""
    order = facts.tree.order
    if not isinstance(binding, cst.Name) and any(order[u.node] < order[binding] for u in uses):
        return None  # another function has set the attribute before
    for up in facts.tree.ancestors(binding):
        if isinstance(up, cst.Assign):
            return Place(up, is_below=True)
        if isinstance(up, (cst.With, cst.For)):
            body = up.body
            inside = all(body in facts.tree.ancestors(u.node) for u in uses if _is_in(u, up, facts))
            if not isinstance(body, cst.IndentedBlock) or not inside:
                return None
            first = body.body[0]
            return Place(first.body[0] if isinstance(first, cst.SimpleStatementLine) else first)
        if isinstance(up, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            return None
    return None


def _is_in(use: Use, statement: cst.CSTNode, facts: Facts) -> bool:
    return statement in facts.tree.ancestors(use.node)
