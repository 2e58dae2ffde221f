"""Write a list of addresses as a loop over tensor names and addresses."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.editing.tensor_names import counter_name, free_name
from trtmigrate.facts import CallUse, Facts
from trtmigrate.rewrites.addresses.active_addresses import (
    ActiveAddresses,
    dictionary_of_values,
    parts_of_items,
)
from trtmigrate.rewrites.addresses.padded_lists import slice_of
from trtmigrate.rewrites.profiles.tensor_counts import tensor_count
from trtmigrate.rewrites.tensor_names.name_of_binding import Named, name_at
from trtmigrate.syntax.templates import expression
from trtmigrate.syntax.tree import code, dotted, walk


@dataclass(frozen=True)
class Each:
    """A loop over addresses: `for TARGET in SOURCE`, with the NAME of a tensor and its ADDRESS."""

    target: str
    source: cst.BaseExpression
    name: Named
    address: cst.BaseExpression
    side_by_side: cst.BaseExpression | None = None  # the list, if names can be zipped with it


def find_loop(use: CallUse, facts: Facts, own: ActiveAddresses) -> Each:
    """Return the loop that goes over all addresses."""
    by_name = _over_dictionary(use, facts, own.addresses)
    if by_name is not None:
        return by_name
    comprehension = _simple_comprehension(own.addresses)
    source, made = comprehension if comprehension is not None else (own.addresses, None)
    cut = slice_of(source)
    if cut is None and own.ranged and dotted(source) is not None:
        cut = source, own.start
    if cut is not None or (made is None and dotted(own.addresses) is not None):
        return _over_range(use, facts, own, cut)
    if own.ranged:
        source = _cut(source, own.start, use, facts)
    counter = counter_name(facts.tree, use.node)
    numbered = expression("enumerate({})", without_list(source))
    name_of = name_at(cst.Name(counter), use, facts)
    if made is not None:
        assert isinstance(own.addresses, cst.ListComp)
        assert isinstance(own.addresses.for_in.target, cst.Name)
        variable = own.addresses.for_in.target.value
        return Each(f"{counter}, {variable}", numbered, name_of, made)
    taken = facts.tree.names(facts.tree.function(use.node) or facts.module)
    variable = free_name(taken, "address", "pointer")
    return Each(f"{counter}, {variable}", numbered, name_of, cst.Name(variable))


def _over_dictionary(use: CallUse, facts: Facts, addresses: cst.BaseExpression) -> Each | None:
    """Return the loop over the items of a dictionary from tensor names to addresses."""
    taken = facts.tree.names(facts.tree.function(use.node) or facts.module)
    table = dictionary_of_values(addresses, facts)
    if table is not None:
        name = free_name(taken, "name", "tensor_name")
        address = free_name(taken, "address", "pointer")
        items = expression("{}.items()", table)
        return Each(f"{name}, {address}", items, Named(cst.Name(name)), cst.Name(address))
    keyed = parts_of_items(addresses, facts)
    if keyed is None:
        return None
    key, variable, of, made_of = keyed
    name = key if key != "_" else free_name(taken, "name", "tensor_name")
    source = expression("{}.items()", of)
    return Each(f"{name}, {variable}", source, Named(cst.Name(name)), made_of)


def _over_range(
    use: CallUse,
    facts: Facts,
    own: ActiveAddresses,
    cut: tuple[cst.BaseExpression, cst.BaseExpression | None] | None,
) -> Each:
    """Return the loop over the indexes of the tensors, for a list that has a name or is a slice."""
    addresses = own.addresses
    counter = counter_name(facts.tree, use.node)
    base, lower = cut if cut is not None else (addresses, None)
    place: cst.BaseExpression = cst.Name(counter)
    if lower is not None:
        place = expression("{} + {}", lower, place)
    item = expression("{}[{}]", base, place)
    made = _simple_comprehension(addresses) is not None
    address_of = _substituted(addresses, item) if made else item
    count = expression("range({})", tensor_count(use, facts))
    plain = addresses if cut is None else None
    return Each(counter, count, name_at(cst.Name(counter), use, facts), address_of, plain)


def without_list(node: cst.BaseExpression) -> cst.BaseExpression:
    """Return `x` for `list(x)`: a loop needs no list."""
    if isinstance(node, cst.Call) and code(node.func) == "list" and len(node.args) == 1:
        arg = node.args[0]
        return node if arg.star or arg.keyword else arg.value
    return node


def _cut(
    addresses: cst.BaseExpression, start: cst.BaseExpression | None, use: CallUse, facts: Facts
) -> cst.BaseExpression:
    """Return the part of a list that belongs to the active profile."""
    count = tensor_count(use, facts)
    if start is None:
        return expression("{}[:{}]", addresses, count)
    return expression("{}[{}:{} + {}]", addresses, start, start.deep_clone(), count)


def _simple_comprehension(
    node: cst.BaseExpression,
) -> tuple[cst.BaseExpression, cst.BaseExpression] | None:
    """Return SOURCE and ELEMENT of `[ELEMENT for NAME in SOURCE]`; None for anything else."""
    if not isinstance(node, cst.ListComp):
        return None
    clause = node.for_in
    simple = clause.inner_for_in is None and not clause.ifs and clause.asynchronous is None
    return (clause.iter, node.elt) if simple and isinstance(clause.target, cst.Name) else None


def _substituted(comprehension: cst.BaseExpression, item: cst.BaseExpression) -> cst.BaseExpression:
    """Return the element of a comprehension with `item` in place of its variable."""
    assert isinstance(comprehension, cst.ListComp)
    variable = code(comprehension.for_in.target)
    element = comprehension.elt.deep_clone()
    for node in list(walk(element)):
        if isinstance(node, cst.Name) and node.value == variable:
            if node is element:
                return item
            made = element.deep_replace(node, item.deep_clone())
            assert isinstance(made, cst.BaseExpression)
            element = made
    return element
