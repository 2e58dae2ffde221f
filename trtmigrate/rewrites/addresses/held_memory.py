"""Find device memory that only a list of addresses holds.

An object such as `pycuda.driver.DeviceAllocation` frees its memory when nothing refers to it any
more. A list keeps its elements alive until the execution; a context keeps addresses only.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, External, Function, Items, Number
from trtmigrate.facts.mentions import mentions_in
from trtmigrate.rewrites.addresses.filled_lists import Filled
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.scopes import home

# Methods that give an address, and so keep nothing alive.
_GIVE_ADDRESS = frozenset({"data_ptr", "__int__", "__index__"})


def makes_memory(node: cst.BaseExpression, facts: Facts) -> bool:
    """True if an expression may make an object that nothing but its place in a list holds."""
    if isinstance(node, cst.Attribute) and node.attr.value == "gpudata":
        return makes_memory(node.value, facts)
    if not isinstance(node, cst.Call) or calls_function(node, "int"):
        return False
    if isinstance(node.func, cst.Attribute) and node.func.attr.value in _GIVE_ADDRESS:
        return False
    return not isinstance(facts.value(node), (Number, Const))


def holds_memory(addresses: cst.BaseExpression, facts: Facts) -> bool:
    """True if a new list may be all that holds the memory of its addresses."""
    if isinstance(addresses, (cst.List, cst.Tuple)):
        return any(makes_memory(element.value, facts) for element in addresses.elements)
    if isinstance(addresses, cst.ListComp):
        return makes_memory(addresses.elt, facts)
    if not isinstance(addresses, cst.Call) or not isinstance(facts.value(addresses.func), Function):
        return False
    value = facts.value(addresses)
    return isinstance(value, Items) and isinstance(value.element, External)


def is_held_by_list(filled: Filled, facts: Facts) -> bool:
    """True if a list that statements fill may be all that holds the memory of an entry."""
    return any(
        makes_memory(store.value, facts) or _is_bound_again(store.value, filled, facts)
        for store in filled.stores
    )


def _is_bound_again(value: cst.BaseExpression, filled: Filled, facts: Facts) -> bool:
    """True for a variable that holds new memory, and another one later: after another assignment,
    or in the next round of a loop.
    """
    if not isinstance(value, cst.Name):
        return False
    around = facts.tree.loops(filled.made)
    made: list[cst.Assign] = []
    for mention in mentions_in(facts, home(value, facts.tree), [value.value]):
        target = facts.tree.parent(mention)
        statement = facts.tree.parent(target) if isinstance(target, cst.AssignTarget) else None
        if isinstance(statement, cst.Assign) and makes_memory(statement.value, facts):
            made.append(statement)
    return len(made) > 1 or any(facts.tree.loops(one) != around for one in made)
