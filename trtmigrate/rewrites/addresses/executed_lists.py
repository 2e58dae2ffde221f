"""Tell which lists of addresses each context of a file executes with, also by way of functions."""

from __future__ import annotations

from collections import defaultdict

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Function
from trtmigrate.facts.executions import Execution, executions_of
from trtmigrate.facts.memo import once_per_file
from trtmigrate.rewrites.addresses.restored_attributes import attribute_behind, is_attribute
from trtmigrate.syntax.calls import argument, calls_function
from trtmigrate.syntax.tree import code

Place = tuple[cst.CSTNode, str]  # the class or function in which a name counts, and the name


def has_one_list(context: cst.BaseExpression, facts: Facts) -> bool:
    """True if the context of this name executes with the same list wherever it does."""
    return len(_lists_of(facts).get(_place_of(context, facts), ())) == 1


def given_by_callers(
    execution: Execution, function: cst.FunctionDef, facts: Facts
) -> list[tuple[cst.Arg | None, cst.Arg | None]]:
    """Return what each call of a function in the file gives it as context and as list."""
    params = [p.name.value for p in function.params.params]
    names = [code(execution.context), code(execution.listed)]
    if not {*names} <= {*params}:
        return []
    found = []
    for call, is_bound in _calls_of(facts).get(function, ()):
        context, listed = (argument(call, params.index(n) - is_bound, n) for n in names)
        found.append((context, listed))
    return found


@once_per_file
def _calls_of(facts: Facts) -> dict[cst.CSTNode, list[tuple[cst.Call, bool]]]:
    """Return the calls of each function, and whether the call leaves out `self`."""
    found: dict[cst.CSTNode, list[tuple[cst.Call, bool]]] = defaultdict(list)
    for call in facts.tree.of_kind(cst.Call):
        value = facts.value(call.func)
        if isinstance(value, Function):
            found[value.node].append((call, value.bound is not None))
    return found


def attribute_of(node: cst.BaseExpression, facts: Facts) -> str:
    """Return how a context or an address is written, with the attribute that a variable holds."""
    bare = node
    if isinstance(node, cst.Call) and calls_function(node, "int") and len(node.args) == 1:
        bare = node.args[0].value
    return attribute_behind(code(bare), node, facts)


@once_per_file
def _lists_of(facts: Facts) -> dict[Place, set[str]]:
    """Return the lists that each context executes with, here or in a function that gets it."""
    found: dict[Place, set[str]] = defaultdict(set)
    for execution in executions_of(facts):
        found[_place_of(execution.context, facts)].add(attribute_of(execution.listed, facts))
        function = facts.tree.scope(execution.call)
        if isinstance(function, cst.FunctionDef):
            for context, listed in given_by_callers(execution, function, facts):
                if context is not None and listed is not None:
                    found[_place_of(context.value, facts)].add(attribute_of(listed.value, facts))
    return found


def _place_of(context: cst.BaseExpression, facts: Facts) -> Place:
    """Return the class or function in which the name of a context counts, and the name."""
    name = attribute_of(context, facts)
    cls = facts.tree.class_of(context)
    return (cls if cls is not None and is_attribute(name) else facts.tree.scope(context), name)
