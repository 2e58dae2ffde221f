"""Turns a list of addresses by binding index into addresses by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import libcst as cst

from trtmigrate.editing.edit import NAMES, Edit, Lookup, Statement
from trtmigrate.editing.tensor_names import counter_name, free_name
from trtmigrate.facts import CallUse, Facts
from trtmigrate.rewrites.addresses.active_addresses import (
    Own,
    items_of_table,
    literal,
    own_addresses,
    values_of_table,
)
from trtmigrate.rewrites.addresses.executions import sets_shape_inputs
from trtmigrate.rewrites.addresses.padded_lists import slice_of
from trtmigrate.rewrites.addresses.set_once import (
    Held,
    Place,
    already_set,
    held_by,
    restored_by,
    set_once_at,
)
from trtmigrate.rewrites.addresses.stored_addresses import by_stores
from trtmigrate.rewrites.profiles.offsets import tensor_count
from trtmigrate.rewrites.tensor_names.name_of_binding import Named, again, name_at, tensorrt_name
from trtmigrate.syntax.templates import expression, statements
from trtmigrate.syntax.tree import code, dotted, walk

FROM_ACTIVE = "where the addresses of the active profile begin is asked of the context"
_Node = TypeVar("_Node", bound=cst.CSTNode)
MOST_STATEMENTS = 4  # a longer literal list is set in a loop


@dataclass(frozen=True)
class Setting:
    """The statements that set all addresses, or the same as one expression."""

    statements: tuple[Statement, ...]
    expression: cst.BaseExpression
    lookups: tuple[Lookup, ...] = ()
    certain: bool = True  # false: which entries belong to the active profile could not be followed
    imports: bool = False


@dataclass(frozen=True)
class Each:
    """How to go over addresses: `for TARGET in SOURCE`, with the tensor's NAME and its ADDRESS."""

    target: str
    source: cst.BaseExpression
    name: Named
    address: cst.BaseExpression
    side_by_side: cst.BaseExpression | None = None  # the list, if names can be zipped with it


def bound(
    use: CallUse, facts: Facts, bindings: cst.BaseExpression, execute: cst.BaseExpression
) -> tuple[Edit, bool]:
    """Replaces the call by `execute`, with the addresses set before it, or once where they are
    complete.

    False if it could not be followed which entries of a list belong to the active profile.
    """
    own = own_addresses(use, facts, bindings)
    held = held_by(use, bindings, own.start) if not own.remove else None
    kept = restored_by(use, bindings, own.start, facts) if not own.remove else None
    if any(known is not None and already_set(use, facts, known) for known in (kept, held)):
        return Edit({use.call: execute}), True
    stored = by_stores(use, facts, bindings, execute)
    if stored is not None:
        return stored, True
    statement = facts.tree.statement(use.call)
    once = set_once_at(use, facts, kept) if kept is not None else None
    there = _there(use, facts, once)
    if once is not None and kept is not None:
        there, own = _of_self(there, facts, kept), Own(cst.parse_expression(kept.text))
    elif held is not None:
        once = set_once_at(use, facts, held)
        there = _there(use, facts, once)
    setting = _setting(there, facts, own)
    if not any(up is use.call for up in facts.tree.ancestors(own.addresses)):
        setting = _copied(setting)
    if once is not None:
        where, anchor = once
        table = {anchor: setting.statements}
        lookups = tuple(Lookup(one.node, one.engine, one.index, anchor) for one in setting.lookups)
        before = table if where == "before" else {}
        after = table if where == "after" else {}
        edit = Edit(
            {use.call: execute}, before, after, lookups=lookups, imports_tensorrt=setting.imports
        )
    elif statement is not None and _can_precede(use, facts, bindings, statement):
        edit = Edit(
            {use.call: execute},
            before={statement: setting.statements},
            remove=own.remove,
            lookups=setting.lookups,
            imports_tensorrt=setting.imports,
        )
    else:
        both = expression("all({}) and {}", setting.expression, execute)
        edit = Edit({use.call: both}, imports_tensorrt=setting.imports)
    return edit, setting.certain


def _copied(setting: Setting) -> Setting:
    """The same of new nodes: what the addresses were made of stands elsewhere still."""
    copies: dict[cst.CSTNode, cst.CSTNode] = {}

    def copied(node: _Node) -> _Node:
        made = node.deep_clone()
        copies.update(zip(walk(node), walk(made), strict=True))
        return made

    lines = tuple(copied(line) for line in setting.statements)
    lookups = []
    for one in setting.lookups:
        node = copies[one.node]
        assert isinstance(node, cst.BaseExpression)
        loop = copies[one.loop] if one.loop is not None else None
        lookups.append(replace(one, node=node, engine=one.engine.deep_clone(), loop=loop))
    return replace(setting, statements=lines, lookups=tuple(lookups))


def _of_self(use: CallUse, facts: Facts, kept: Held) -> CallUse:
    """The use as if the method had not taken the context out of the object."""
    context = cst.parse_expression(kept.context)
    engine = facts.engine_of(use)
    if use.engine is None and not (dotted(engine) or "").startswith("self."):
        engine = cst.Attribute(context, cst.Name("engine"))
    return replace(use, receiver=context, engine=engine)


def _there(use: CallUse, facts: Facts, once: Place | None) -> CallUse:
    """The use as if it stood where the addresses are set: in `__init__` the engine has another
    name.
    """
    if once is None or once[0] != "after":
        return use
    function = facts.tree.function(once[1])
    engine = facts.engine_at_end(use, function) if function is not None else None
    return replace(use, node=once[1], engine=engine)


def _can_precede(
    use: CallUse, facts: Facts, bindings: cst.BaseExpression, statement: cst.CSTNode
) -> bool:
    """Whether the addresses can be set in front of the statement that executes."""
    names = {n.value for e in (bindings, use.receiver) for n in walk(e) if isinstance(n, cst.Name)}
    bound_here = {
        n.value
        for up in facts.tree.ancestors(use.call)
        if isinstance(up, cst.BaseComp)
        for clause in walk(up)
        if isinstance(clause, cst.CompFor)
        for n in walk(clause.target)
        if isinstance(n, cst.Name)
    }
    again = not names & bound_here
    return facts.tree.runs_once_with(use.call, statement, again)


def _setting(use: CallUse, facts: Facts, own: Own) -> Setting:
    some_on_host = sets_shape_inputs(facts)
    each = literal(own.addresses)
    if each is not None and len(each) <= MOST_STATEMENTS and not some_on_host:
        return _one_by_one(use, facts, each)
    if own.certain or own.start is None:
        return _in_loop(use, facts, _each(use, facts, own), some_on_host, own.certain)
    taken = facts.tree.names(facts.tree.function(use.node) or facts.module)
    variable = free_name(taken, "start", "first_binding")
    at_once = _in_loop(use, facts, _each(use, facts, own), some_on_host, False)
    begin = statements(f"{variable} = {{}}\n", own.start.deep_clone())
    named = _each(use, facts, replace(own, start=cst.Name(variable)))
    in_steps = _in_loop(use, facts, named, some_on_host, False)
    return replace(in_steps, statements=begin + in_steps.statements, expression=at_once.expression)


def _one_by_one(use: CallUse, facts: Facts, addresses: list[cst.BaseExpression]) -> Setting:
    lookups: list[Lookup] = []
    made: list[cst.BaseExpression] = []
    for position, address in enumerate(addresses):
        named = name_at(cst.Integer(str(position)), use, facts)
        lookups += named.lookups
        made.append(expression("{}.set_tensor_address({}, {})", use.receiver, named.node, address))
    lines = tuple(cst.Expr(call) for call in made)
    return Setting(lines, cst.List([cst.Element(m) for m in made]), tuple(lookups))


def _in_loop(use: CallUse, facts: Facts, each: Each, some_on_host: bool, certain: bool) -> Setting:
    call = expression("{}.set_tensor_address({}, {})", use.receiver, each.name.node, each.address)
    head = f"for {each.target} in {{}}"
    if not some_on_host:
        body = statements(f"{head}:\n    {{}}\n", each.source, call)
        comp = expression(f"[{{}} {head}]", call, each.source)
        lookups = each.name.lookups
        if each.side_by_side is not None and lookups:
            pairs = _side_by_side(use, facts, each.side_by_side)
            lookups = (replace(lookups[0], loop=body[0], over_list=pairs),)
        return Setting(body, comp, lookups, certain)
    trt, imports = tensorrt_name(use, facts)
    engine = facts.engine_of(use).deep_clone()
    once_more = again(each.name)
    located = f"{{}}.get_tensor_location({{}}) == {trt}.TensorLocation.DEVICE"
    location = expression(located, engine, once_more.node)
    body = statements(f"{head}:\n    if {{}}:\n        {{}}\n", each.source, location, call)
    comp = expression(f"[{{}} {head} if {{}}]", call, each.source, location)
    return Setting(body, comp, each.name.lookups + once_more.lookups, certain, imports)


def _side_by_side(use: CallUse, facts: Facts, addresses: cst.BaseExpression) -> cst.CSTNode:
    """`for name, address in zip(NAMES, addresses)`."""
    taken = facts.tree.names(facts.tree.function(use.node) or facts.module)
    name = free_name(taken, "name", "tensor_name")
    address = free_name(taken, "address", "pointer")
    head = f"for {name}, {address} in zip({NAMES}, {{}})"
    body = f"    {{}}.set_tensor_address({name}, {address})\n"
    source = _iterable(addresses).deep_clone()
    (loop,) = statements(f"{head}:\n{body}", source, use.receiver.deep_clone())
    return loop


def _each(use: CallUse, facts: Facts, own: Own) -> Each:
    taken = facts.tree.names(facts.tree.function(use.node) or facts.module)
    addresses = own.addresses
    table = values_of_table(addresses, facts)
    if table is not None:
        name = free_name(taken, "name", "tensor_name")
        address = free_name(taken, "address", "pointer")
        items = expression("{}.items()", table)
        return Each(f"{name}, {address}", items, Named(cst.Name(name)), cst.Name(address))
    keyed = items_of_table(addresses, facts)
    if keyed is not None:
        key, variable, of, made_of = keyed
        name = key if key != "_" else free_name(taken, "name", "tensor_name")
        source = expression("{}.items()", of)
        return Each(f"{name}, {variable}", source, Named(cst.Name(name)), made_of)
    comprehension = _simple_comprehension(addresses)
    source, made = comprehension if comprehension is not None else (addresses, None)
    cut = slice_of(source)
    if cut is None and own.ranged and dotted(source) is not None:
        cut = source, own.start
    counter = counter_name(facts.tree, use.node)
    if cut is not None or (made is None and dotted(addresses) is not None):
        base, lower = cut if cut is not None else (source, None)
        place: cst.BaseExpression = cst.Name(counter)
        if lower is not None:
            place = expression("{} + {}", lower, place)
        item = expression("{}[{}]", base, place)
        address_of = _substituted(addresses, item) if made is not None else item
        count = expression("range({})", tensor_count(use, facts))
        plain = addresses if cut is None else None
        return Each(counter, count, name_at(cst.Name(counter), use, facts), address_of, plain)
    if own.ranged:
        source = _cut(source, own.start, use, facts)
    numbered = expression("enumerate({})", _iterable(source))
    name_of = name_at(cst.Name(counter), use, facts)
    if made is not None:
        assert isinstance(addresses, cst.ListComp) and isinstance(addresses.for_in.target, cst.Name)
        variable = addresses.for_in.target.value
        return Each(f"{counter}, {variable}", numbered, name_of, made)
    variable = free_name(taken, "address", "pointer")
    return Each(f"{counter}, {variable}", numbered, name_of, cst.Name(variable))


def _iterable(node: cst.BaseExpression) -> cst.BaseExpression:
    """What a loop goes over where the program made a list of it: `x` for `list(x)`."""
    if isinstance(node, cst.Call) and code(node.func) == "list" and len(node.args) == 1:
        arg = node.args[0]
        return node if arg.star or arg.keyword else arg.value
    return node


def _cut(
    addresses: cst.BaseExpression, start: cst.BaseExpression | None, use: CallUse, facts: Facts
) -> cst.BaseExpression:
    """The part of a list that belongs to the active profile."""
    count = tensor_count(use, facts)
    if start is None:
        return expression("{}[:{}]", addresses, count)
    return expression("{}[{}:{} + {}]", addresses, start, start.deep_clone(), count)


def _simple_comprehension(
    node: cst.BaseExpression,
) -> tuple[cst.BaseExpression, cst.BaseExpression] | None:
    """What `[ELEMENT for NAME in SOURCE]` goes over and what it makes."""
    if not isinstance(node, cst.ListComp):
        return None
    clause = node.for_in
    simple = clause.inner_for_in is None and not clause.ifs and clause.asynchronous is None
    return (clause.iter, node.elt) if simple and isinstance(clause.target, cst.Name) else None


def _substituted(comprehension: cst.BaseExpression, item: cst.BaseExpression) -> cst.BaseExpression:
    """The element of a comprehension with `item` in place of its variable."""
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
