"""Tell whether an expression is the number of optimization profiles."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, Instance, Items, Span, poly_of
from trtmigrate.syntax.scopes import binders
from trtmigrate.syntax.tree import dotted, walk


def is_profile_count(node: cst.BaseExpression, facts: Facts) -> bool:
    """True for `engine.num_optimization_profiles`, a variable that holds it, a variable that bounds
    the loop which chooses one profile after the other, and a constant that equals the number of
    profiles that the module adds to its one configuration.
    """
    poly = poly_of(facts.value(node))
    if poly is not None and {a.role for a in poly.atoms} == {"profiles"}:
        return len(poly.terms) == 1 and list(poly.terms.values()) == [1]
    if isinstance(node, cst.Name) and node.value in _bounds_of_choices(facts):
        return True
    number = _constant(node, facts)
    return number is not None and number == profiles_added(facts)


def _bounds_of_choices(facts: Facts) -> set[str]:
    """The variables X of `for k in range(X): context.set_optimization_profile_async(k, ...)`."""
    found = set()
    for read in facts.reads.values():
        call = facts.tree.parent(read.node)
        if read.member != "set_optimization_profile_async" or not isinstance(call, cst.Call):
            continue
        chosen = call.args[0].value if call.args else None
        for loop in facts.tree.loops(call):
            counts = isinstance(loop, cst.For) and isinstance(facts.value(loop.iter), Span)
            if not counts or not isinstance(loop, cst.For) or not isinstance(loop.iter, cst.Call):
                continue
            bound = loop.iter.args[0].value if len(loop.iter.args) == 1 else None
            if isinstance(chosen, cst.Name) and isinstance(bound, cst.Name):
                if dotted(loop.target) == chosen.value:
                    found.add(bound.value)
    return found


def _constant(node: cst.BaseExpression, facts: Facts) -> int | None:
    """The integer of a literal, or of a variable that is assigned one literal and nothing else."""
    if isinstance(node, cst.Integer):
        return int(node.evaluated_value)
    if not isinstance(node, cst.Name):
        return None
    value = facts.value(node)
    scope: cst.CSTNode | None = facts.tree.function(node)
    while isinstance(scope, cst.FunctionDef) and not binders(node.value, scope, facts.tree):
        scope = facts.tree.function(scope)
    bound = binders(node.value, scope or facts.module, facts.tree)
    statement = facts.tree.small_statement(bound[0]) if len(bound) == 1 else None
    literal = isinstance(statement, cst.Assign) and isinstance(statement.value, cst.Integer)
    if not literal or not isinstance(value, Const) or value.versioned:
        return None
    return int(value.value)


def profiles_added(facts: Facts) -> int | None:
    """Return how many profiles the module adds in plain sight to its one configuration; None if
    that is not in plain sight.
    """
    total = 0
    configs: set[object] = set()
    for read in facts.reads.values():
        call = facts.tree.parent(read.node)
        if read.member != "add_optimization_profile" or not isinstance(call, cst.Call):
            continue
        configs.add(read.owner.origin if isinstance(read.owner, Instance) else None)
        rounds = 1
        for loop in facts.tree.loops(call):
            length = _rounds(loop, facts) if isinstance(loop, cst.For) else None
            if length is None:
                return None
            rounds *= length
        if any(isinstance(up, (cst.If, cst.Try)) for up in facts.tree.ancestors(call)):
            return None
        total += rounds
    return total if len(configs) == 1 else None


def _rounds(loop: cst.For, facts: Facts) -> int | None:
    """How often a loop goes round, where that is in plain sight."""
    if any(isinstance(node, (cst.Break, cst.Continue)) for node in walk(loop.body)):
        return None
    value = facts.value(loop.iter)
    if isinstance(value, Span) and value.start is not None and value.stop is not None:
        return (value.stop - value.start).constant
    if isinstance(value, Items) and value.items is not None:
        return len(value.items)
    return None
