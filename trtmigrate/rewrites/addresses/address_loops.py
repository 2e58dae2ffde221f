"""Write a list of addresses as a loop over tensor names and addresses."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.editing.free_names import counter_name, free_name
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.domain.polynomials import atom
from trtmigrate.facts.domain.values import Instance, Table, TensorName, Zipped
from trtmigrate.rewrites.addresses.active_addresses import (
    ActiveAddresses,
    dictionary_of_values,
    parts_of_items,
)
from trtmigrate.rewrites.addresses.loop_variables import choose_variable, with_variable
from trtmigrate.rewrites.addresses.padded_lists import slice_of
from trtmigrate.rewrites.profiles.tensor_counts import tensor_count
from trtmigrate.rewrites.tensor_names.engine_loops import need_plain_keys
from trtmigrate.rewrites.tensor_names.name_of_binding import Named, name_at
from trtmigrate.syntax.scopes import home
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


def find_loop(use: Use, facts: Facts, own: ActiveAddresses) -> Each:
    """Return the loop that goes over all addresses."""
    by_name = _over_dictionary(use, facts, own.addresses)
    if by_name is not None:
        return by_name
    comp = _simple_comprehension(own.addresses)
    if comp is not None and own.ranged and not _can_be_cut(comp.for_in.iter, facts):
        comp = None
    source = own.addresses if comp is None else comp.for_in.iter
    cut = slice_of(source)
    if cut is None and own.ranged and dotted(source) is not None:
        cut = source, own.start
    if cut is not None or (comp is None and dotted(own.addresses) is not None):
        over_range = _over_range(use, facts, own, cut)
        if over_range is not None:
            return over_range
    if comp is not None and not own.ranged and facts.goes_over_all(source):
        over_all = _over_all(use, facts, comp)
        if over_all is not None:
            return over_all
    if comp is not None and not own.ranged:
        over_names = _over_names(use, facts, comp)
        if over_names is not None:
            return over_names
    entry = _over_entries(use, facts, own, comp) if comp is not None else None
    return entry if entry is not None else over_addresses(use, facts, own)


def _over_names(use: Use, facts: Facts, comp: cst.ListComp) -> Each | None:
    """Return the loop over the names that a comprehension goes over; None if its rounds do not get
    the names of the tensors in their order.
    """
    variable = code(comp.for_in.target)
    reads = [n for n in walk(comp.elt) if isinstance(n, cst.Name) and n.value == variable]
    if not reads or not _is_name_of_round(reads[0], comp, use, facts):
        return None
    chosen = choose_variable(comp, variable, use.node, facts)
    made: cst.BaseExpression | None = comp.elt
    if chosen != variable:
        taken = facts.tree.names(home(use.node, facts.tree))
        chosen = free_name(taken, "name", "tensor_name")
        made = with_variable(comp.elt, variable, cst.Name(chosen), facts)
    if made is None:
        return None
    source = without_list(comp.for_in.iter)
    return Each(chosen, source, Named(cst.Name(chosen)), made)


def _is_name_of_round(read: cst.Name, comp: cst.ListComp, use: Use, facts: Facts) -> bool:
    """True if the variable of a comprehension is, in each round, the name of the tensor whose
    address is made there.
    """
    name, context = facts.value(read), facts.value(use.receiver)
    if not isinstance(name, TensorName) or name.index != atom("counter", comp.for_in):
        return False
    if (facts.several_profiles and name.suffixed) or name.added or name.cut:
        return False
    return isinstance(context, Instance) and name.engine == context.owner is not None


def _over_entries(use: Use, facts: Facts, own: ActiveAddresses, comp: cst.ListComp) -> Each | None:
    """Return the loop over what a comprehension goes over, numbered; None if its variable cannot
    get another name where it needs one.
    """
    counter = counter_name(facts.tree, use.node)
    variable = code(comp.for_in.target)
    chosen = choose_variable(comp, variable, use.node, facts)
    if chosen == counter:
        counter = free_name(facts.tree.names(home(use.node, facts.tree)), "index", "position")
    made: cst.BaseExpression | None = comp.elt
    if chosen != variable:
        made = with_variable(comp.elt, variable, cst.Name(chosen), facts)
    if made is None:
        return None
    source = _of_active(comp.for_in.iter, own, use, facts)
    numbered = expression("enumerate({})", without_list(source))
    return Each(f"{counter}, {chosen}", numbered, name_at(cst.Name(counter), use, facts), made)


def over_addresses(use: Use, facts: Facts, own: ActiveAddresses) -> Each:
    """Return the loop over a list of addresses, numbered."""
    counter = counter_name(facts.tree, use.node)
    taken = facts.tree.names(facts.tree.function(use.node) or facts.module)
    variable = free_name(taken, "address", "pointer")
    source = _of_active(own.addresses, own, use, facts)
    numbered = expression("enumerate({})", without_list(source))
    name_of = name_at(cst.Name(counter), use, facts)
    return Each(f"{counter}, {variable}", numbered, name_of, cst.Name(variable))


def _over_all(use: Use, facts: Facts, comp: cst.ListComp) -> Each | None:
    """Return the loop over the indexes of all tensors with the counter of a comprehension.

    The element is copied: what it asks by index is asked in the loop, and migrated there.
    """
    variable = code(comp.for_in.target)
    chosen = choose_variable(comp, variable, use.node, facts)
    if chosen != variable or variable == "_":  # the loop reads it
        chosen = counter_name(facts.tree, use.node)
    made = with_variable(comp.elt, variable, cst.Name(chosen), facts)
    if made is None:
        return None
    return Each(chosen, comp.for_in.iter, name_at(cst.Name(chosen), use, facts), made)


def _over_dictionary(use: Use, facts: Facts, addresses: cst.BaseExpression) -> Each | None:
    """Return the loop over the items of a dictionary from tensor names to addresses."""
    taken = facts.tree.names(facts.tree.function(use.node) or facts.module)
    table = dictionary_of_values(addresses, facts)
    if table is not None:
        need_plain_keys(table, facts)
        name = free_name(taken, "name", "tensor_name")
        address = free_name(taken, "address", "pointer")
        items = expression("{}.items()", table)
        return Each(f"{name}, {address}", items, Named(cst.Name(name)), cst.Name(address))
    keyed = parts_of_items(addresses, facts)
    if keyed is None:
        return None
    key, variable, of, made = keyed
    need_plain_keys(of, facts)
    assert isinstance(addresses, cst.ListComp)
    chosen = choose_variable(addresses, variable, use.node, facts)
    if chosen != variable:
        renamed = with_variable(made, variable, cst.Name(chosen), facts)
        if renamed is None:
            return None
        made = renamed
    name = key if choose_variable(addresses, key, use.node, facts) == key != "_" else ""
    name = name or free_name(taken, "name", "tensor_name")
    source = expression("{}.items()", of)
    return Each(f"{name}, {chosen}", source, Named(cst.Name(name)), made)


def _over_range(
    use: Use,
    facts: Facts,
    own: ActiveAddresses,
    cut: tuple[cst.BaseExpression, cst.BaseExpression | None] | None,
) -> Each | None:
    """Return the loop over the indexes of the tensors, for a list that has a name or is a slice."""
    addresses = own.addresses
    counter = counter_name(facts.tree, use.node)
    base, lower = cut if cut is not None else (addresses, None)
    place: cst.BaseExpression = cst.Name(counter)
    if lower is not None:
        place = expression("{} + {}", lower, place)
    item = expression("{}[{}]", base, place)
    comp = _simple_comprehension(addresses)
    address_of: cst.BaseExpression | None = item
    if comp is not None:
        address_of = with_variable(comp.elt, code(comp.for_in.target), item, facts)
    if address_of is None:
        return None
    count = expression("range({})", tensor_count(use, facts))
    plain = addresses if cut is None else None
    return Each(counter, count, name_at(cst.Name(counter), use, facts), address_of, plain)


def without_list(node: cst.BaseExpression) -> cst.BaseExpression:
    """Return `x` for `list(x)`: a loop needs no list."""
    if isinstance(node, cst.Call) and code(node.func) == "list" and len(node.args) == 1:
        arg = node.args[0]
        return node if arg.star or arg.keyword else arg.value
    return node


def _of_active(
    addresses: cst.BaseExpression, own: ActiveAddresses, use: Use, facts: Facts
) -> cst.BaseExpression:
    """Return the part of a list that belongs to the active profile."""
    if not own.ranged:
        return addresses
    count, start = tensor_count(use, facts), own.start
    if start is None:
        return expression("{}[:{}]", addresses, count)
    return expression("{}[{}:{} + {}]", addresses, start, start.deep_clone(), count)


def _can_be_cut(source: cst.BaseExpression, facts: Facts) -> bool:
    """True for what has a slice: not for an engine, a dictionary or an iterator."""
    if facts.kind(source) is not None or isinstance(facts.value(source), (Table, Zipped)):
        return False
    if isinstance(source, cst.Call):
        return code(source.func) in ("list", "tuple", "sorted", "range")
    return not isinstance(source, (cst.Dict, cst.Set, cst.DictComp, cst.SetComp, cst.GeneratorExp))


def _simple_comprehension(node: cst.BaseExpression) -> cst.ListComp | None:
    """Return `[ELEMENT for NAME in SOURCE]`; None for anything else."""
    if not isinstance(node, cst.ListComp):
        return None
    clause = node.for_in
    simple = clause.inner_for_in is None and not clause.ifs and clause.asynchronous is None
    return node if simple and isinstance(clause.target, cst.Name) else None
