"""Split the names on which a program puts ` [profile k]`, also in variables and functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.changes import changes_in, rebound_in, runs_between
from trtmigrate.facts.domain.values import Function, carries_suffix
from trtmigrate.rewrites.tensor_names.suffix_text import MARK, remove_suffix
from trtmigrate.syntax.current_binding import binding_of_inner_scope
from trtmigrate.syntax.scopes import comes_before
from trtmigrate.syntax.tree import code, walk, walk_scope

_DEPTH = 5  # variables and functions that a name goes through at most


@dataclass(frozen=True)
class Suffixed:
    """The name and the k of `name [profile k]`, and the statements that only add the suffix."""

    name: cst.BaseExpression
    profile: cst.BaseExpression
    remove: tuple[cst.CSTNode, ...] = ()


def split_suffixed_name(
    node: cst.BaseExpression, facts: Facts, depth: int = _DEPTH
) -> Suffixed | None:
    """Return the parts of a name with a suffix; None if they are not known."""
    if depth == 0:
        return None
    short = remove_suffix(node)
    if short is not None:
        profile = profile_in(node)
        return Suffixed(short, profile) if profile is not None else None
    if isinstance(node, cst.Name):
        return _of_variable(node, facts, depth)
    if isinstance(node, cst.IfExp):
        return _of_choice(node, facts, depth)
    if isinstance(node, cst.Call):
        return _of_call(node, facts, depth)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        profile = _profile_of_suffix(node.right, node, facts)
        return Suffixed(node.left, profile) if profile is not None else None
    if isinstance(node, cst.FormattedString) and len(node.parts) == 2:
        name, suffix = node.parts
        if isinstance(name, cst.FormattedStringExpression):
            if isinstance(suffix, cst.FormattedStringExpression):
                profile = _profile_of_suffix(suffix.expression, node, facts)
                return Suffixed(name.expression, profile) if profile is not None else None
    return None


def _of_variable(node: cst.Name, facts: Facts, depth: int) -> Suffixed | None:
    put_on = _of_added_suffix(node, facts)
    if put_on is not None:
        return put_on
    assignment = assignment_of(node, facts)
    if assignment is None:
        return None
    found = split_suffixed_name(assignment.value, facts, depth - 1)
    if found is None or not _unchanged(found, assignment, node, facts):
        return None
    return Suffixed(found.name.deep_clone(), found.profile.deep_clone(), found.remove)


def assignment_of(node: cst.Name, facts: Facts) -> cst.Assign | None:
    """Return the last assignment to a variable before `node`; None if that is not certain."""
    if binding_of_inner_scope(node.value, node, facts.tree) is not None:
        return None  # the variable of a comprehension or lambda
    scope = facts.tree.function(node) or facts.module
    found: cst.Assign | None = None
    for statement in walk_scope(scope):
        if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
            if code(statement.targets[0].target) == node.value:
                if comes_before(statement, node, facts.tree):
                    found = statement
    if found is None:
        return None
    target = found.targets[0].target
    for change in rebound_in(facts, scope, (node.value,)):
        if change is not target and runs_between(facts, change, found, node):
            return None
    return found


def _unchanged(found: Suffixed, start: cst.CSTNode, end: cst.CSTNode, facts: Facts) -> bool:
    """True if the parts of a name mean the same at `end` as at `start`."""
    nodes = [n for part in (found.name, found.profile) for n in walk(part)]
    members = {n.attr for n in nodes if isinstance(n, cst.Attribute)}
    names = {
        code(n) for n in nodes if isinstance(n, (cst.Name, cst.Attribute)) and n not in members
    }
    calls = [code(n.func) for n in nodes if isinstance(n, cst.Call)]
    if any(called != "str" for called in calls):
        return False
    scope = facts.tree.function(end) or facts.module
    inside = any(isinstance(n, (cst.Subscript, cst.Attribute)) for n in nodes)
    changed = (changes_in if inside else rebound_in)(facts, scope, names)
    return not any(runs_between(facts, change, start, end) for change in changed)


def _of_added_suffix(node: cst.Name, facts: Facts) -> Suffixed | None:
    """Return the parts of a name after `if k: name = f"{name} [profile {k}]"`.

    None if anything but TensorRT takes the name afterwards.
    """
    scope = facts.tree.function(node) or facts.module
    for statement in walk_scope(scope):
        if not isinstance(statement, cst.Assign) or code(statement.targets[0].target) != node.value:
            continue
        short = remove_suffix(statement.value)
        profile = profile_in(statement.value)
        if short is None or profile is None or code(short) != node.value:
            continue
        order = facts.tree.order
        later = [
            n
            for n in walk_scope(scope)
            if isinstance(n, cst.Name) and n.value == node.value and order[n] > order[short]
        ]
        after = all(
            any(up is statement for up in facts.tree.ancestors(n)) or n is node for n in later
        )
        if after and not facts.tree.loops(statement):
            return Suffixed(node, profile.deep_clone(), (statement,))
    return None


def _of_choice(node: cst.IfExp, facts: Facts, depth: int) -> Suffixed | None:
    """Return the parts of `name if k == 0 else f"{name} [profile {k}]"`."""
    for plain, other in ((node.body, node.orelse), (node.orelse, node.body)):
        found = split_suffixed_name(other, facts, depth - 1)
        if found is not None and code(found.name) == code(plain):
            return found if _is_about(node.test, found.profile) else None
    return None


def _is_about(test: cst.BaseExpression, profile: cst.BaseExpression) -> bool:
    """True if a test tells profile 0, whose names have no suffix, from the others."""
    text = code(profile)
    return code(test) in {
        text,
        f"not {text}",
        *(f"{text} {operator} 0" for operator in ("==", "!=", ">")),
    }


def _of_call(node: cst.Call, facts: Facts, depth: int) -> Suffixed | None:
    """Return the parts of what a function of the module returns that adds the suffix."""
    value = facts.value(node.func)
    if not isinstance(value, Function) or value.bound is not None:
        return None
    returned = list(_return_values(value.node))
    given = _arguments(node, value.node)
    found: Suffixed | None = None
    for expression in returned:
        one = split_suffixed_name(expression, facts, depth - 1)
        if one is not None:
            name, profile = given.get(code(one.name)), given.get(code(one.profile))
            if name is None or profile is None or (found and code(found.name) != code(name)):
                return None
            found = Suffixed(name, profile)
    if found is None:
        return None
    plain = {text for text, argument in given.items() if argument is found.name}
    if all(carries_suffix(facts.value(e)) or code(e) in plain for e in returned):
        return found
    return None


def _return_values(function: cst.FunctionDef | cst.Lambda) -> Iterator[cst.BaseExpression]:
    if isinstance(function, cst.Lambda):
        yield function.body
        return
    for node in walk_scope(function):
        if isinstance(node, cst.Return) and node.value is not None:
            yield node.value


def _arguments(
    call: cst.Call, function: cst.FunctionDef | cst.Lambda
) -> dict[str, cst.BaseExpression]:
    """Return the arguments of a call by the names of the parameters."""
    names = [p.name.value for p in function.params.params]
    given = dict(zip(names, (a.value for a in call.args if a.keyword is None), strict=False))
    given.update({a.keyword.value: a.value for a in call.args if a.keyword is not None})
    return {} if any(a.star for a in call.args) else given


def _profile_of_suffix(
    node: cst.BaseExpression, at: cst.CSTNode, facts: Facts
) -> cst.BaseExpression | None:
    """Return the k of a suffix alone: ` [profile k]`, or that if k is not 0, else an empty text."""
    if isinstance(node, cst.Name):
        assignment = assignment_of(node, facts)
        if assignment is None:
            return None
        found = _profile_of_suffix(assignment.value, at, facts)
        if found is None or not _unchanged(Suffixed(found, found), assignment, node, facts):
            return None
        return found.deep_clone()
    if isinstance(node, cst.IfExp):
        for empty, other in ((node.body, node.orelse), (node.orelse, node.body)):
            if isinstance(empty, cst.SimpleString) and not empty.evaluated_value:
                found = _profile_of_suffix(other, at, facts)
                return found if found is not None and _is_about(node.test, found) else None
        return None
    short = remove_suffix(node)
    empty_name = isinstance(short, cst.SimpleString) and not short.evaluated_value
    return profile_in(node) if empty_name else None


def profile_in(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """Return the k in an expression that ends in ` [profile k]`."""
    if isinstance(node, cst.SimpleString):
        digits = re.search(re.escape(MARK.strip()) + r" (\d+)\]", node.value)
        return cst.Integer(digits[1]) if digits is not None else None
    if isinstance(node, cst.FormattedString):
        return _of_formatted(node)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo):
        if isinstance(node.right, cst.Tuple):
            return node.right.elements[-1].value
        return node.right
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        in_right = profile_in(node.right)
        if in_right is not None or not isinstance(node.left, cst.BinaryOperation):
            return in_right
        last = node.left.right
        return (
            last.args[0].value if isinstance(last, cst.Call) and code(last.func) == "str" else None
        )
    if isinstance(node, cst.Call) and node.args:
        return node.args[-1].value
    return None


def _of_formatted(node: cst.FormattedString) -> cst.BaseExpression | None:
    text = ""
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            text += part.value
            digits = re.search(re.escape(MARK.strip()) + r" (\d+)\]", text)
            if digits is not None:
                return cst.Integer(digits[1])
        elif isinstance(part, cst.FormattedStringExpression) and text.endswith(MARK.strip() + " "):
            return part.expression
    return None
