"""Tell whether all that is done with a list of addresses, or with its context, is in sight.

Addresses are set once only where nothing can change the list or give the context other addresses
in between. The ways to do so never end, so each mention has to be one of the known ways to read.
What the code itself changes under the same name is looked at elsewhere: `facts.changes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import libcst as cst

from trtmigrate.facts import CallUse, Facts
from trtmigrate.facts.changes import binds
from trtmigrate.facts.domain.values import External, Function, Ref
from trtmigrate.facts.mentions import is_within, members_in, mentions_in
from trtmigrate.rewrites.addresses.held_addresses import Held
from trtmigrate.rewrites.addresses.restored_attributes import attribute_behind, is_attribute
from trtmigrate.syntax.effects import MUTATING_METHODS, leaves_arguments
from trtmigrate.syntax.nones import is_none
from trtmigrate.syntax.scopes import home
from trtmigrate.syntax.tree import dotted, parameters

_READING_METHODS = frozenset(["index", "count", "copy"])
_ANSWERS_FOR_ALL = ("exec", "vars")  # names with which a program reaches every attribute
_BY_NAME = ("setattr", "delattr", "getattr")
_SETTING = ("execute", "set_", "enqueue")  # how the members of a context begin that set addresses
_TESTS = (cst.If, cst.While, cst.Assert, cst.IfExp)


@dataclass(frozen=True)
class Watched:
    """What is followed: a list, or a context, under the names that it has in a part of the code."""

    facts: Facts
    is_context: bool
    changes_known: bool  # the code round the execution is looked at for changes elsewhere
    seen: frozenset[tuple[cst.CSTNode, str]] = frozenset()


def all_in_sight(use: CallUse, facts: Facts, held: Held) -> bool:
    """True if list and context of an execution are used in known ways alone."""
    lists = Watched(facts, is_context=False, changes_known=True)
    context = Watched(facts, is_context=True, changes_known=True)
    if not all(_is_in_sight(name, use, lists) for name in held.lists):
        return False
    return _is_in_sight(held.context, use, context)


def _is_in_sight(name: str, use: CallUse, watched: Watched) -> bool:
    facts = watched.facts
    if not is_attribute(name):
        if "." in name:
            return False
        scope = home_of(name, use.node, facts)
        return _variable_in_sight(name, scope, watched, _frame(use.node, facts))
    cls = facts.tree.class_of(use.node)
    if cls is None or _reached_by_text(name.split(".")[1], facts):
        return False
    if watched.is_context and not _is_made_here(name, cls, facts):
        return False
    return _attribute_in_sight(name, cls, watched)


def home_of(name: str, at: cst.CSTNode, facts: Facts) -> cst.CSTNode:
    """Return the function around a place that binds a variable, or the module."""
    function = facts.tree.function(at)
    while isinstance(function, cst.FunctionDef) and not binds(facts, function, [name]):
        function = facts.tree.function(function)
    return function if function is not None else facts.module


def _frame(node: cst.CSTNode, facts: Facts) -> cst.CSTNode | None:
    """Return the function or lambda that runs a node."""
    functions = (cst.FunctionDef, cst.Lambda)
    return next((up for up in facts.tree.ancestors(node) if isinstance(up, functions)), None)


def _variable_in_sight(
    name: str, scope: cst.CSTNode, watched: Watched, own: cst.CSTNode | None
) -> bool:
    """True if all mentions of a variable are known; `own` is the function that executes."""
    if (scope, name) in watched.seen:
        return True
    facts = watched.facts
    watched = replace(watched, seen=watched.seen | {(scope, name)})
    for node in mentions_in(facts, scope, (name,)):
        function = facts.tree.function(node)
        if home_of(name, node, facts) is not scope and function is not scope:
            continue  # another variable of this name
        inside = watched.changes_known and _frame(node, facts) is own
        if not _is_known(node, replace(watched, changes_known=inside)):
            return False
    return True


def _attribute_in_sight(name: str, cls: cst.ClassDef, watched: Watched) -> bool:
    """True if all mentions of an attribute, of any object, and of its sources are known."""
    if (cls, name) in watched.seen:
        return True
    facts = watched.facts
    watched = replace(watched, seen=watched.seen | {(cls, name)})
    for node in members_in(facts, facts.module, {name.split(".")[1]}):
        around = facts.tree.class_of(node)
        of_self = dotted(node) == name
        if of_self and around is not None and around is not cls and not around.bases:
            continue  # an attribute of another class
        inside = watched.changes_known and of_self and is_within(facts, node, cls)
        if not _is_known(node, replace(watched, changes_known=inside)):
            return False
    return all(
        _variable_in_sight(source, function, watched, function)
        for source, function in _sources(name, cls, facts)
    )


def _sources(name: str, cls: cst.ClassDef, facts: Facts) -> Iterator[tuple[str, cst.FunctionDef]]:
    """Yield the variables that an attribute is set to, each with its function."""
    for statement in _assignments(name, cls, facts):
        function = facts.tree.function(statement)
        if isinstance(statement.value, cst.Name) and isinstance(function, cst.FunctionDef):
            yield statement.value.value, function


def _assignments(name: str, cls: cst.ClassDef, facts: Facts) -> Iterator[cst.Assign]:
    for node in mentions_in(facts, cls, (name,)):
        target = facts.tree.parent(node)
        statement = facts.tree.parent(target) if isinstance(target, cst.AssignTarget) else None
        if isinstance(statement, cst.Assign):
            yield statement


def _is_made_here(name: str, cls: cst.ClassDef, facts: Facts) -> bool:
    """True if each object of the class makes the context that it keeps, and shares it with none."""
    statements = list(_assignments(name, cls, facts))
    return bool(statements) and all(_is_new(s.value, s, facts) for s in statements)


def _is_new(value: cst.BaseExpression, at: cst.CSTNode, facts: Facts) -> bool:
    if isinstance(value, cst.Call):
        made = isinstance(value.func, cst.Attribute) and value.func.attr.value
        return made == "create_execution_context"
    if not isinstance(value, cst.Name) or is_none(value):
        return is_none(value)
    function = facts.tree.function(at)
    if function is None or any(p.name.value == value.value for p in parameters(function)):
        return False
    places = [n for n in mentions_in(facts, function, (value.value,)) if facts.is_target(n)]
    statements = [facts.tree.small_statement(node) for node in places]
    return bool(places) and all(
        isinstance(s, cst.Assign) and isinstance(s.value, cst.Call) and _is_new(s.value, s, facts)
        for s in statements
    )


def _reached_by_text(attribute: str, facts: Facts) -> bool:
    """True if the module may set or read an attribute without writing its name as one."""
    if next(mentions_in(facts, facts.module, _ANSWERS_FOR_ALL), None) is not None:
        return True
    if next(members_in(facts, facts.module, ("__dict__",)), None) is not None:
        return True
    for node in mentions_in(facts, facts.module, _BY_NAME):
        call = facts.tree.parent(node)
        if not isinstance(call, cst.Call) or call.func is not node or len(call.args) < 2:
            return True
        if isinstance(facts.value(call.args[0].value), (Ref, External)):
            continue
        text = call.args[1].value
        if not isinstance(text, cst.SimpleString) or text.evaluated_value == attribute:
            return True
    return False


def _is_known(node: cst.CSTNode, watched: Watched) -> bool:
    """True if a mention reads, or is a change that is looked at elsewhere."""
    facts = watched.facts
    parent = facts.tree.parent(node)
    if isinstance(parent, cst.Arg):
        return parent.keyword is node or _is_known_argument(parent, watched)
    if isinstance(parent, cst.Subscript):
        return _is_known_element(node, parent, watched)
    if isinstance(parent, cst.Attribute):
        return _is_known_member(parent, watched)
    if isinstance(parent, (cst.Assign, cst.AnnAssign)) and parent.value is node:
        return _is_known_alias(node, parent, watched)
    if isinstance(parent, (cst.For, cst.CompFor)) and parent.iter is node:
        return not watched.is_context
    if isinstance(parent, cst.Return):
        return watched.changes_known
    if isinstance(parent, cst.Element) and _is_spread_to_method(parent, facts):
        return not watched.is_context
    if isinstance(parent, (cst.BinaryOperation, cst.StarredElement)):
        return not watched.is_context or facts.is_target(parent)
    if isinstance(parent, cst.AugAssign) and parent.target is node:
        return watched.changes_known
    return _is_bound(node, parent, facts) or _is_only_asked(node, parent, facts)


def _is_bound(node: cst.CSTNode, parent: cst.CSTNode | None, facts: Facts) -> bool:
    if isinstance(parent, cst.Element):
        return facts.is_target(parent)
    if isinstance(parent, (cst.AnnAssign, cst.For, cst.CompFor, cst.NamedExpr)):
        return parent.target is node
    return isinstance(parent, cst.AssignTarget)


def _is_only_asked(node: cst.CSTNode, parent: cst.CSTNode | None, facts: Facts) -> bool:
    """True if a mention is deleted, declared, tested, compared or printed."""
    plain = (cst.AsName, cst.Param, cst.NameItem, cst.Del, cst.Expr, cst.FormattedStringExpression)
    if isinstance(parent, (*plain, cst.Comparison, cst.ComparisonTarget, cst.WithItem)):
        return True
    if isinstance(parent, cst.UnaryOperation):
        return isinstance(parent.operator, cst.Not)
    if isinstance(parent, cst.BooleanOperation):
        return _is_only_asked(parent, facts.tree.parent(parent), facts)
    return isinstance(parent, _TESTS) and parent.test is node


def _is_known_element(node: cst.CSTNode, parent: cst.Subscript, watched: Watched) -> bool:
    if parent.value is not node or watched.is_context:
        return False
    facts = watched.facts
    outer = facts.tree.parent(parent)
    stored = facts.is_target(parent) or isinstance(outer, (cst.Del, cst.AsName))
    if isinstance(outer, (cst.AugAssign, cst.For, cst.CompFor, cst.NamedExpr)):
        stored = stored or outer.target is parent
    return watched.changes_known or not stored


def _is_known_member(parent: cst.Attribute, watched: Watched) -> bool:
    facts, member = watched.facts, parent.attr.value
    call = facts.tree.parent(parent)
    called = isinstance(call, cst.Call) and call.func is parent
    if not watched.is_context:
        known = member in _READING_METHODS or (watched.changes_known and member in MUTATING_METHODS)
        return called and known
    if not member.startswith(_SETTING) and member != "active_optimization_profile":
        return True
    return watched.changes_known and (called or member == "active_optimization_profile")


def _is_known_argument(arg: cst.Arg, watched: Watched) -> bool:
    facts = watched.facts
    call = facts.tree.parent(arg)
    if arg.star or not isinstance(call, cst.Call):
        return arg.star == "*" and not watched.is_context
    function = facts.value(call.func)
    if isinstance(function, Ref) and leaves_arguments(function.name):
        return True
    if isinstance(call.func, cst.Attribute) and facts.kind(call.func.value) is not None:
        return not watched.is_context  # a method of a TensorRT object reads
    if not isinstance(function, Function) or not isinstance(function.node, cst.FunctionDef):
        return False
    name = _parameter_of(arg, call, function)
    if name is None:
        return False
    within = replace(watched, changes_known=False)
    return _variable_in_sight(name, function.node, within, function.node)


def _is_spread_to_method(element: cst.Element, facts: Facts) -> bool:
    """True for `context.execute_async_v2(*(bindings, handle))`."""
    listed = facts.tree.parent(element)
    arg = facts.tree.parent(listed) if isinstance(listed, (cst.Tuple, cst.List)) else None
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) and arg.star == "*" else None
    function = call.func if isinstance(call, cst.Call) else None
    return isinstance(function, cst.Attribute) and facts.kind(function.value) is not None


def _parameter_of(arg: cst.Arg, call: cst.Call, function: Function) -> str | None:
    if any(one.star for one in call.args) or function.node.params.posonly_params:
        return None
    names = [param.name.value for param in function.node.params.params]
    if arg.keyword is not None:
        given = [*names, *(param.name.value for param in function.node.params.kwonly_params)]
        return arg.keyword.value if arg.keyword.value in given else None
    place = call.args.index(arg) + (function.bound is not None)
    return names[place] if place < len(names) else None


def _is_known_alias(
    node: cst.CSTNode, parent: cst.Assign | cst.AnnAssign, watched: Watched
) -> bool:
    """True if the further names that an assignment gives an object are only read."""
    targets = (
        [t.target for t in parent.targets] if isinstance(parent, cst.Assign) else [parent.target]
    )
    return all(_is_target_in_sight(target, node, watched) for target in targets)


def _is_target_in_sight(target: cst.BaseExpression, source: cst.CSTNode, watched: Watched) -> bool:
    facts = watched.facts
    unchanged = replace(watched, changes_known=False)
    if isinstance(target, cst.Name):
        # Executions of an attribute are known under the name of a variable that stands for it, too.
        stands_for_it = attribute_behind(target.value, target, facts) == dotted(source)
        within = watched if stands_for_it else unchanged
        scope = home(target, facts.tree)
        return _variable_in_sight(target.value, scope, within, facts.tree.function(source))
    name, cls = dotted(target), facts.tree.class_of(source)
    if name is None or not is_attribute(name) or cls is None:
        return False
    return _attribute_in_sight(name, cls, unchanged)
