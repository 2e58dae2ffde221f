"""Write the statements that set addresses by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import libcst as cst

from trtmigrate.editing.edit import NAMES, Lookup, Statement
from trtmigrate.editing.free_names import free_name
from trtmigrate.facts import Facts, Use
from trtmigrate.rewrites.addresses.active_addresses import ActiveAddresses, elements_of
from trtmigrate.rewrites.addresses.address_loops import (
    Each,
    find_loop,
    over_addresses,
    without_list,
)
from trtmigrate.rewrites.addresses.held_memory import holds_memory
from trtmigrate.rewrites.addresses.named_executions import sets_shape_inputs
from trtmigrate.rewrites.profiles.tensor_counts import tensor_count
from trtmigrate.rewrites.tensor_names.name_of_binding import again, name_at, tensorrt_name
from trtmigrate.syntax.templates import expression, statements
from trtmigrate.syntax.tree import code, walk

_Node = TypeVar("_Node", bound=cst.CSTNode)
MOST_STATEMENTS = 4  # a longer literal list is set in a loop


@dataclass(frozen=True)
class Setting:
    """Statements that set all addresses, and the same as one expression."""

    statements: tuple[Statement, ...]
    expression: cst.BaseExpression
    lookups: tuple[Lookup, ...] = ()
    certain: bool = True  # False: the code does not show which entries the active profile has
    imports: bool = False


def write_setting(use: Use, facts: Facts, own: ActiveAddresses) -> Setting:
    """Return the statements that set the addresses, as if they stood where `use` does."""
    if holds_memory(own.addresses, facts) or _lets_others_run(own.addresses):
        return _with_list(use, facts, own)
    some_on_host = sets_shape_inputs(facts)
    each = elements_of(own.addresses)
    if each is not None and len(each) <= MOST_STATEMENTS and not some_on_host:
        return _one_by_one(use, facts, each)
    if own.certain or own.start is None:
        return _in_loop(use, facts, find_loop(use, facts, own), some_on_host, own.certain)
    taken = facts.tree.names(facts.tree.function(use.node) or facts.module)
    variable = free_name(taken, "start", "first_binding")
    at_once = _in_loop(use, facts, find_loop(use, facts, own), some_on_host, False)
    begin = statements(f"{variable} = {{}}\n", own.start.deep_clone())
    named = find_loop(use, facts, replace(own, start=cst.Name(variable)))
    in_steps = _in_loop(use, facts, named, some_on_host, False)
    return replace(in_steps, statements=begin + in_steps.statements, expression=at_once.expression)


def _lets_others_run(addresses: cst.BaseExpression) -> bool:
    """True if another task may execute with the context while the list is made."""
    return any(isinstance(node, (cst.Await, cst.Yield)) for node in walk(addresses))


def _with_list(use: Use, facts: Facts, own: ActiveAddresses) -> Setting:
    """Make the list first, in a variable: it holds the memory until the execution, or another task
    may set addresses while it is made.
    """
    taken = facts.tree.names(facts.tree.function(use.node) or facts.module)
    variable = free_name(taken, "bindings", "addresses")
    made = statements(f"{variable} = {{}}\n", own.addresses)
    setting = write_setting(use, facts, replace(own, addresses=cst.Name(variable)))
    lines = made + setting.statements
    if not _lets_others_run(own.addresses):
        return replace(setting, statements=lines)
    listed = over_addresses(use, facts, own)
    at_once = _in_loop(use, facts, listed, sets_shape_inputs(facts), own.certain)
    return replace(setting, statements=lines, expression=at_once.expression)


def _one_by_one(use: Use, facts: Facts, addresses: list[cst.BaseExpression]) -> Setting:
    lookups: list[Lookup] = []
    made: list[cst.BaseExpression] = []
    for position, address in enumerate(addresses):
        named = name_at(cst.Integer(str(position)), use, facts)
        lookups += named.lookups
        made.append(expression("{}.set_tensor_address({}, {})", use.receiver, named.node, address))
    lines = tuple(cst.Expr(call) for call in made)
    return Setting(lines, cst.List([cst.Element(m) for m in made]), tuple(lookups))


def _in_loop(use: Use, facts: Facts, each: Each, some_on_host: bool, certain: bool) -> Setting:
    call = expression("{}.set_tensor_address({}, {})", use.receiver, each.name.node, each.address)
    head = f"for {each.target} in {{}}"
    if not some_on_host:
        body = statements(f"{head}:\n    {{}}\n", each.source, call)
        comp = expression(f"[{{}} {head}]", call, _without_surplus(use, facts, each.source))
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


def _without_surplus(use: Use, facts: Facts, source: cst.BaseExpression) -> cst.BaseExpression:
    """Return `enumerate(addresses)` so that it ends with the tensors: the test of all results must
    not fail for an address behind them, which TensorRT 8 ignored.
    """
    if not isinstance(source, cst.Call) or code(source.func) != "enumerate":
        return source
    return expression("zip(range({}), {})", tensor_count(use, facts), source.args[0].value)


def _side_by_side(use: Use, facts: Facts, addresses: cst.BaseExpression) -> cst.CSTNode:
    """`for name, address in zip(NAMES, addresses)`."""
    taken = facts.tree.names(facts.tree.function(use.node) or facts.module)
    name = free_name(taken, "name", "tensor_name")
    address = free_name(taken, "address", "pointer")
    head = f"for {name}, {address} in zip({NAMES}, {{}})"
    body = f"    {{}}.set_tensor_address({name}, {address})\n"
    source = without_list(addresses).deep_clone()
    (loop,) = statements(f"{head}:\n{body}", source, use.receiver.deep_clone())
    return loop


def copy_setting(setting: Setting) -> Setting:
    """Return the same of new nodes, for addresses whose expression also stays where it is."""
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
