"""Tell what the addresses of an execution depend on."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.executions import Execution
from trtmigrate.facts.memo import once_per_file
from trtmigrate.rewrites.addresses.active_addresses import find_active_addresses
from trtmigrate.rewrites.addresses.restored_attributes import attribute_behind, is_attribute
from trtmigrate.syntax.tree import code, dotted, walk


@dataclass(frozen=True)
class Held:
    """What the addresses of an execution depend on."""

    text: str  # equal where they are the same
    context: str
    variables: frozenset[str]  # of which the value counts
    lists: frozenset[str]  # of which the contents count too

    @property
    def names(self) -> tuple[str, ...]:
        return (*sorted(self.lists), self.context)


@once_per_file
def held_by_variables(facts: Facts, execution: Execution) -> Held | None:
    """Return what the addresses depend on; None if list or context may be new every time."""
    context, bindings = execution.context_name, execution.listed
    start = find_active_addresses(facts, execution).start
    if context is None:
        return None
    if dotted(bindings) is not None:
        variables, lists = set[str](), {code(bindings)}
    else:
        fixed = _fixed_names(bindings)
        if fixed is None:
            return None
        variables, lists = fixed
    text = code(bindings)
    if start is not None:
        text += f" from {code(start)}"
        variables |= {code(n) for n in walk(start) if isinstance(n, (cst.Name, cst.Attribute))}
        variables.discard(context)
    return Held(text, context, frozenset(variables), frozenset(lists))


@once_per_file
def held_by_attributes(facts: Facts, execution: Execution) -> Held | None:
    """Return the same under the names of the attributes that local variables stand for.

    None where the execution does not use local variables for both list and context.
    """
    context, listed = execution.context_name, dotted(execution.listed)
    if find_active_addresses(facts, execution).start is not None:
        return None
    if context is None or listed is None:
        return None
    node = execution.use.node
    names = attribute_behind(context, node, facts), attribute_behind(listed, node, facts)
    if names == (context, listed) or not all(is_attribute(name) for name in names):
        return None
    return Held(names[1], names[0], frozenset(), frozenset([names[1]]))


def held_like(facts: Facts, execution: Execution, like: Held) -> Held | None:
    """Return what the addresses of an execution depend on, in the terms of another one."""
    of_self = held_by_attributes(facts, execution)
    if of_self is not None and is_attribute(like.context):
        return of_self
    return held_by_variables(facts, execution)


def _fixed_names(bindings: cst.BaseExpression) -> tuple[set[str], set[str]] | None:
    """Return the variables that a literal list reads, and the lists that a comprehension goes over.

    None if it may be another list every time.
    """
    own: set[str] = set()
    lists: set[str] = set()
    if isinstance(bindings, cst.ListComp):
        clause = bindings.for_in
        if clause.inner_for_in or clause.ifs or not isinstance(clause.iter, cst.Name):
            return None
        own = {n.value for n in walk(clause.target) if isinstance(n, cst.Name)}
        lists = {clause.iter.value}
    elif not isinstance(bindings, (cst.List, cst.Tuple)):
        return None
    names: set[str] = set()
    for node in walk(bindings):
        if isinstance(node, cst.Call) and code(node.func) != "int":
            return None
        if isinstance(node, (cst.Attribute, cst.Subscript)) and code(node).split(".")[0] not in own:
            return None
        if isinstance(node, cst.Name) and node.value not in own | lists | {"int"}:
            names.add(node.value)
    members = {n.attr.value for n in walk(bindings) if isinstance(n, cst.Attribute)}
    return names - members, lists
