"""Find the addresses of the active optimization profile in the list of an execution."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.polynomials import atom, number
from trtmigrate.facts.domain.values import Span, Table, is_text
from trtmigrate.facts.executions import Execution
from trtmigrate.facts.memo import once_per_file
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.rewrites.addresses.filled_lists import find_stored_slice
from trtmigrate.rewrites.addresses.padded_lists import (
    is_padded,
    look_through,
    slice_of,
    without_any_padding,
)
from trtmigrate.rewrites.profiles.active_profile import start_of_profile
from trtmigrate.rewrites.profiles.offsets import FEWEST_TENSORS
from trtmigrate.rewrites.profiles.totals import counts_one
from trtmigrate.syntax.effects import MUTATING_METHODS, has_effect
from trtmigrate.syntax.tree import code, dotted, walk


@dataclass(frozen=True)
class ActiveAddresses:
    """The addresses of the active profile: all of a list, or those from `start` on."""

    addresses: cst.BaseExpression
    start: cst.BaseExpression | None = None
    whole: bool = False  # the list is for all profiles: it may go on behind the active one
    certain: bool = True
    remove: tuple[cst.CSTNode, ...] = ()  # statements that only made the list
    shortened: bool = False  # the loop that fills the list for all profiles will go over one

    @property
    def ranged(self) -> bool:
        return self.whole or self.start is not None


@once_per_file
def find_active_addresses(facts: Facts, execution: Execution) -> ActiveAddresses:
    """Return the addresses that an execution uses, without the padding for other profiles."""
    listed = execution.listed
    seen = look_through(execution, facts)
    if not facts.several_profiles:
        by_name = dictionary_of_values(seen, facts) or parts_of_items(seen, facts)
        return ActiveAddresses(seen if by_name else listed)
    real = without_any_padding(seen, execution, facts)
    if real is not None and not _is_evaluated_twice(real, execution, facts):
        return ActiveAddresses(real)
    stored = find_stored_slice(execution, facts)
    if stored is not None:
        return ActiveAddresses(stored[0], remove=stored[1])
    if slice_of(listed) or dictionary_of_values(listed, facts):
        return ActiveAddresses(listed)
    start = start_of_profile(execution.use, facts, is_padded(execution, facts))
    if start.node is not None and _is_shortened(execution, facts):
        return ActiveAddresses(listed, shortened=True)
    shown = elements_of(listed)
    if shown is not None and (start.node is None or len(shown) < 2 * FEWEST_TENSORS):
        return ActiveAddresses(listed)
    return ActiveAddresses(listed, start.node, dotted(listed) is None, start.certain)


def _is_evaluated_twice(addresses: cst.BaseExpression, execution: Execution, facts: Facts) -> bool:
    """True if addresses come from the assignment of a list that stays, because more than the
    execution uses the list, and if they call something.
    """
    listed = execution.listed
    if not isinstance(listed, cst.Name) or not has_effect(addresses):
        return False
    if any(up is execution.call for up in facts.tree.ancestors(addresses)):
        return False
    scope = facts.tree.function(listed) or facts.module
    mentions = mentions_in(facts, scope, (listed.value,))
    return any(node is not listed and not _is_assigned(node, facts) for node in mentions)


def _is_assigned(node: cst.CSTNode, facts: Facts) -> bool:
    return isinstance(facts.tree.parent(node), cst.AssignTarget)


def _is_shortened(execution: Execution, facts: Facts) -> bool:
    """True if the list is filled by one loop that goes, or will go, over one profile only."""
    name, made = dotted(execution.listed), execution.made
    if name is None or len(made) != 1 or not isinstance(made[0].value, cst.List):
        return False
    area = facts.tree.function(execution.use.node) or facts.module
    around = facts.tree.loops(made[0])
    for node in mentions_in(facts, area, (name,)):
        parent = facts.tree.parent(node)
        if not isinstance(parent, cst.Attribute) or parent.attr.value not in MUTATING_METHODS:
            continue
        loops = [loop for loop in facts.tree.loops(node) if loop not in around]
        if len(loops) == 1 and isinstance(loops[0], cst.For):
            if _goes_over_one_profile(loops[0].iter, facts):
                return True
    return False


def _goes_over_one_profile(iterable: cst.BaseExpression, facts: Facts) -> bool:
    value = facts.value(iterable)
    if not isinstance(value, Span) or value.stop is None:
        return False
    if counts_one(iterable, facts):
        return True
    return value.start == number(0) and value.stop == atom("tensors", value.engine)


def elements_of(node: cst.BaseExpression) -> list[cst.BaseExpression] | None:
    """Return the elements of a literal list or tuple without stars; None for anything else."""
    if isinstance(node, (cst.List, cst.Tuple)):
        if all(isinstance(e, cst.Element) for e in node.elements):
            return [e.value for e in node.elements]
    return None


def dictionary_of_values(node: cst.BaseExpression, facts: Facts) -> cst.BaseExpression | None:
    """Return the dictionary `d` of `list(d.values())`, if its keys are tensor names."""
    inner = node
    if isinstance(node, cst.Call) and code(node.func) in ("list", "tuple") and len(node.args) == 1:
        inner = node.args[0].value
    elif isinstance(node, cst.List) and len(node.elements) == 1:
        element = node.elements[0]
        inner = element.value if isinstance(element, cst.StarredElement) else node
    if not isinstance(inner, cst.Call) or not isinstance(inner.func, cst.Attribute):
        return None
    if inner.func.attr.value != "values" or inner.args:
        return None
    value = facts.value(inner.func.value)
    return inner.func.value if isinstance(value, Table) and is_text(value.key) else None


def parts_of_items(
    node: cst.BaseExpression, facts: Facts
) -> tuple[str, str, cst.BaseExpression, cst.BaseExpression] | None:
    """Return key variable, value variable, dictionary and element of
    `[ELEMENT for value in d.values()]` or `[ELEMENT for key, value in d.items()]`.

    None for anything else, and where the keys are no tensor names.
    """
    if not isinstance(node, cst.ListComp):
        return None
    clause = node.for_in
    call = clause.iter
    if clause.inner_for_in or clause.ifs or not isinstance(call, cst.Call) or call.args:
        return None
    if not isinstance(call.func, cst.Attribute):
        return None
    table = facts.value(call.func.value)
    if not isinstance(table, Table) or not is_text(table.key):
        return None
    target = clause.target
    if call.func.attr.value == "values" and isinstance(target, cst.Name):
        return "_", target.value, call.func.value, node.elt
    if call.func.attr.value == "items" and isinstance(target, cst.Tuple):
        names = [e.value.value for e in target.elements if isinstance(e.value, cst.Name)]
        used = {n.value for n in walk(node.elt) if isinstance(n, cst.Name)}
        if len(names) == 2 and names[0] not in used:
            return names[0], names[1], call.func.value, node.elt
    return None
