"""What the code does with an engine that it builds: whether it only serializes it."""

from __future__ import annotations

from dataclasses import dataclass, field

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Function
from trtmigrate.rewrites.removal.assignments import is_none
from trtmigrate.rewrites.scopes import (
    binders,
    home,
    is_target,
    loads,
    seen_from_within,
    still_bound,
)
from trtmigrate.syntax.tree import code, walk, walk_scope

_SHOWN_ONLY = frozenset(["print", "bool", "id"])


@dataclass
class Fate:
    """Where an engine goes, through variables and the functions of the module."""

    serialized: list[cst.Call] = field(default_factory=list)  # engine.serialize()
    tests: list[cst.CSTNode] = field(default_factory=list)  # `engine is None`, `not engine`
    # the variables that hold it, by scope and name, and each place where they mean it
    variables: dict[tuple[cst.CSTNode, str], list[cst.CSTNode]] = field(default_factory=dict)
    functions: list[cst.FunctionDef] = field(default_factory=list)  # the ones that return it
    leaves: bool = False  # it goes where it is not followed
    unseen: bool = False  # code that is not followed may test it for None
    is_engine: bool = False  # the code uses it as an engine

    @property
    def only_serialized(self) -> bool:
        return not (self.is_engine or self.leaves)

    def serialized_outside(self, facts: Facts) -> bool:
        """True if a caller serializes the engine that the functions return."""
        return any(home(call, facts) not in self.functions for call in self.serialized)


def follow_engine(node: cst.BaseExpression, facts: Facts) -> Fate:
    """Follow the engine that an expression returns."""
    fate = Fate()
    _follow(node, facts, fate)
    return fate


def _follow(node: cst.CSTNode, facts: Facts, fate: Fate) -> None:
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.Attribute):
        call = facts.tree.parent(parent)
        called = isinstance(call, cst.Call) and call.func is parent and not call.args
        if parent.attr.value == "serialize" and called and isinstance(call, cst.Call):
            fate.serialized.append(call)
        elif parent.attr.value != "destroy" or not isinstance(_up(call, facts), cst.Expr):
            fate.is_engine = True  # another rule removes destroy()
    elif isinstance(parent, cst.Assign):
        for target in parent.targets:
            _follow_variable(target.target, facts, fate)
    elif isinstance(parent, cst.WithItem):
        if parent.asname is not None:
            _follow_variable(parent.asname.name, facts, fate)
    elif isinstance(parent, cst.Return):
        _follow_return(parent, facts, fate)
    elif is_test(node, facts):
        fate.tests.append(node)
    elif isinstance(parent, cst.Arg):
        call = facts.tree.parent(parent)
        shown = isinstance(call, cst.Call) and code(call.func) in _SHOWN_ONLY
        if not shown:
            fate.leaves = fate.unseen = True
    elif not isinstance(parent, (cst.Expr, cst.Del)):
        fate.leaves = fate.unseen = True


def _up(node: cst.CSTNode | None, facts: Facts) -> cst.CSTNode | None:
    return facts.tree.parent(node) if node is not None else None


def is_test(node: cst.CSTNode, facts: Facts) -> bool:
    """True if the code only tests whether the expression is None."""
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.Comparison) and parent.left is node and len(parent.comparisons) == 1:
        return is_none(parent.comparisons[0].comparator)
    if isinstance(parent, cst.UnaryOperation):
        return isinstance(parent.operator, cst.Not)
    if isinstance(parent, cst.BooleanOperation):
        return is_test(parent, facts)
    return isinstance(parent, (cst.If, cst.While, cst.Assert, cst.IfExp)) and parent.test is node


def _follow_variable(target: cst.CSTNode, facts: Facts, fate: Fate) -> None:
    if not isinstance(target, cst.Name):
        fate.leaves = True
        text = code(target)
        for node in facts.tree.parents:
            if isinstance(node, cst.Attribute) and code(node) == text and is_test(node, facts):
                fate.tests.append(node)
        return
    scope, name = facts.tree.scope(target), target.value
    if (scope, name) in fate.variables:
        return
    all_targets, all_reads = binders(name, scope, facts), loads(name, scope, facts)
    if isinstance(scope, cst.ClassDef) or seen_from_within(name, scope, facts):
        fate.leaves = True
    reads = all_reads
    if any(other is not target and not _holds_none(other, facts) for other in all_targets):
        own = _find_own_reads(target, all_targets, all_reads, facts)
        if own is None:
            fate.is_engine = True
        else:
            all_targets, reads = [target], own
    fate.variables[(scope, name)] = [*reads, *all_targets]
    for node in reads:
        _follow(node, facts, fate)


def _find_own_reads(
    target: cst.Name, targets: list[cst.CSTNode], reads: list[cst.Name], facts: Facts
) -> list[cst.Name] | None:
    """Return the reads of a variable that mean the value of this target, if it is assigned
    several times and each read certainly means one of the values; None if not.
    """
    own = []
    for node in reads:
        made = [
            one
            for one in targets
            if (statement := facts.tree.statement(one)) is not None
            and still_bound(target.value, statement, node, facts)
        ]
        if len(made) != 1:
            return None
        if made[0] is target:
            own.append(node)
    return own


def _holds_none(binder: cst.CSTNode, facts: Facts) -> bool:
    """True for the target of `engine = None`."""
    statement = facts.tree.small_statement(binder)
    return isinstance(statement, cst.Assign) and is_none(statement.value)


def _follow_return(statement: cst.Return, facts: Facts, fate: Fate) -> None:
    """Follow a returned engine into the calls of the function in this module."""
    function = home(statement, facts)
    if not isinstance(function, cst.FunctionDef) or facts.tree.scope(statement) is not function:
        fate.leaves = True
        return
    if function in fate.functions:
        return
    fate.functions.append(function)
    if function.decorators and code(function.decorators[0].decorator) not in _PLAIN:
        fate.leaves = True
    if function.returns is not None and "ICudaEngine" in code(function.returns.annotation):
        fate.is_engine = True
    for other in walk_scope(function):
        if isinstance(other, cst.Return) and other is not statement:
            value = other.value
            held = isinstance(value, cst.Name) and fate.variables.get((function, value.value))
            same = held and any(value is node for node in held)
            if value is not None and not is_none(value) and not same:
                fate.is_engine = True
    calls = find_calls(function, facts)
    if not calls:
        fate.leaves = fate.unseen = True
    for call in calls:
        _follow(call, facts, fate)


_PLAIN = frozenset(["staticmethod", "classmethod"])


def find_calls(function: cst.FunctionDef, facts: Facts) -> list[cst.Call]:
    """Return the calls of a function in this module.

    Return none if the code also passes the function on as a value, or if several classes have a
    method of its name: then it is not known which of them runs.
    """
    calls = []
    if facts.tree.class_of(function) is not None:
        name = function.name.value
        same = [n for n in walk(facts.module) if isinstance(n, cst.FunctionDef)]
        if sum(n.name.value == name for n in same) > 1:
            return []
    for node in walk(facts.module):
        if not isinstance(node, (cst.Name, cst.Attribute)) or is_target(node, facts):
            continue
        value = facts.value(node)
        if isinstance(value, Function) and value.node is function:
            parent = facts.tree.parent(node)
            if isinstance(parent, cst.Call) and parent.func is node:
                calls.append(parent)
            elif not isinstance(parent, cst.FunctionDef):
                return []
    return calls
