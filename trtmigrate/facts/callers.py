"""Find the calls of a function in its module, if they can be followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from trtmigrate.facts.domain.values import UNKNOWN, Function
from trtmigrate.facts.memo import kept_with_file
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.scopes import is_target

if TYPE_CHECKING:
    from trtmigrate.facts import Facts


@dataclass
class _Callers:
    """How the code of a module gets at functions."""

    calls: dict[cst.CSTNode, list[cst.Call]] = field(default_factory=dict)
    passed_on: set[cst.CSTNode] = field(default_factory=set)  # functions that are values
    unfollowed: set[str] = field(default_factory=set)  # members of objects that are not known
    looked_up: set[str] = field(default_factory=set)  # members of `getattr(obj, "name")`


def find_calls(function: cst.FunctionDef, facts: Facts) -> Sequence[cst.Call]:
    """Return the calls of a function in this module, in the order of the source.

    Return none if the module may call it from a place that cannot be followed: the code passes the
    function on as a value or looks it up by its name, several functions have the name of a method,
    or an object that cannot be followed has a method of the name.
    """
    name, callers = function.name.value, _callers(facts)
    if function in callers.passed_on or name in callers.looked_up:
        return []
    if facts.tree.class_of(function) is not None:
        same = [one for one in facts.tree.defined(name) if isinstance(one, cst.FunctionDef)]
        if len(same) > 1 or name in callers.unfollowed:
            return []
    return callers.calls.get(function, [])


@kept_with_file
def _callers(facts: Facts) -> _Callers:
    found = _Callers()
    for node in facts.tree.order:
        if type(node) is cst.SimpleString:
            if _is_looked_up(node, facts):
                found.looked_up.add(node.raw_value)
        elif type(node) is cst.Name or type(node) is cst.Attribute:
            if not is_target(node, facts.tree):
                _note(node, found, facts)
    return found


def _note(node: cst.Name | cst.Attribute, found: _Callers, facts: Facts) -> None:
    value = facts.value(node)
    if isinstance(value, Function):
        parent = facts.tree.parent(node)
        if isinstance(parent, cst.Call) and parent.func is node:
            found.calls.setdefault(value.node, []).append(parent)
        elif not isinstance(parent, cst.FunctionDef):
            found.passed_on.add(value.node)
    elif value is UNKNOWN and isinstance(node, cst.Attribute):
        found.unfollowed.add(node.attr.value)


def _is_looked_up(node: cst.SimpleString, facts: Facts) -> bool:
    arg = facts.tree.parent(node)
    call = facts.tree.parent(arg) if isinstance(arg, cst.Arg) else None
    return calls_function(call, "getattr", "methodcaller", "attrgetter")
