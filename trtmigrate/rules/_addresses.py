"""Turns a list of addresses by binding index into addresses by name."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from trtmigrate.edits import Edit, Lookup, Statement
from trtmigrate.facts import Facts, Use
from trtmigrate.facts.tree import code, dotted
from trtmigrate.facts.values import Table, is_text
from trtmigrate.names import free_name
from trtmigrate.rules._call import look_up
from trtmigrate.rules._set_once import already_set, set_once_at
from trtmigrate.templates import expression, statements

MOST_STATEMENTS = 4  # a longer literal list is set in a loop


@dataclass(frozen=True)
class Setting:
    """The statements that set all addresses, or the same as one expression."""

    statements: tuple[Statement, ...]
    expression: cst.BaseExpression
    lookups: tuple[Lookup, ...] = ()


def bound(
    use: Use, facts: Facts, bindings: cst.BaseExpression, execute: cst.BaseExpression
) -> Edit:
    """Replaces the call by `execute`, with the addresses set before it, or once where they are
    complete.
    """
    assert use.call is not None
    if already_set(use, facts, bindings):
        return Edit({use.call: execute})
    setting = _setting(use, facts, bindings)
    statement = facts.tree.statement(use.call)
    once = set_once_at(use, facts, bindings)
    if once is not None:
        where, anchor = once
        table = {anchor: setting.statements}
        lookups = tuple(Lookup(one.node, one.engine, one.index, anchor) for one in setting.lookups)
        if where == "before":
            return Edit({use.call: execute}, before=table, lookups=lookups)
        return Edit({use.call: execute}, after=table, lookups=lookups)
    if statement is not None and facts.tree.runs_once_with(use.call, statement):
        return Edit(
            {use.call: execute}, before={statement: setting.statements}, lookups=setting.lookups
        )
    both = expression("all({}) and {}", setting.expression, execute)
    return Edit({use.call: both})


def _setting(use: Use, facts: Facts, bindings: cst.BaseExpression) -> Setting:
    assert use.receiver is not None
    context = use.receiver
    literal = _literal(bindings)
    if literal is not None and len(literal) <= MOST_STATEMENTS:
        return _one_by_one(use, facts, context, literal)
    table = _values_of_table(bindings, facts)
    scope = facts.tree.function(use.node) or facts.module
    taken = facts.tree.names(scope)
    if table is not None:
        name, address = (
            free_name(taken, "name", "tensor_name"),
            free_name(taken, "address", "pointer"),
        )
        head, body = (
            f"for {name}, {address} in {{}}.items()",
            f"set_tensor_address({name}, {address})",
        )
        loop = f"{head}:\n    {{}}.{body}\n"
        comp = f"[{{}}.{body} {head}]"
        return Setting(statements(loop, table, context), expression(comp, context, table))
    counter = free_name(taken, "i", "index", "binding_index")
    named = look_up(cst.Name(counter), use, facts)
    if dotted(bindings) is not None:
        loop = (
            f"for {counter} in range({{}}.num_io_tensors):\n"
            f"    {{}}.set_tensor_address({{}}, {{}}[{counter}])\n"
        )
        parts = (facts.engine_of(use), context, named.node, bindings)
        each = f"for {counter} in range({{}}.num_io_tensors)"
        comp = f"[{{}}.set_tensor_address({{}}, {{}}[{counter}]) {each}]"
        single = expression(comp, context, named.node, bindings, facts.engine_of(use))
        return Setting(statements(loop, *parts), single)
    source, variable, value = _each(bindings, taken)
    loop = (
        f"for {counter}, {variable} in enumerate({{}}):\n    {{}}.set_tensor_address({{}}, {{}})\n"
    )
    comp = f"[{{}}.set_tensor_address({{}}, {{}}) for {counter}, {variable} in enumerate({{}})]"
    return Setting(
        statements(loop, source, context, named.node, value),
        expression(comp, context, named.node, value, source),
    )


def _one_by_one(
    use: Use, facts: Facts, context: cst.BaseExpression, literal: list[cst.BaseExpression]
) -> Setting:
    lookups: list[Lookup] = []
    made: list[cst.BaseExpression] = []
    for position, address in enumerate(literal):
        named = look_up(cst.Integer(str(position)), use, facts)
        lookups += named.lookups
        made.append(expression("{}.set_tensor_address({}, {})", context, named.node, address))
    lines = tuple(cst.Expr(call) for call in made)
    return Setting(lines, cst.List([cst.Element(m) for m in made]), tuple(lookups))


def _literal(node: cst.BaseExpression) -> list[cst.BaseExpression] | None:
    """The elements of a list or tuple display without stars."""
    if isinstance(node, (cst.List, cst.Tuple)):
        if all(isinstance(e, cst.Element) for e in node.elements):
            return [e.value for e in node.elements]
    return None


def _values_of_table(node: cst.BaseExpression, facts: Facts) -> cst.BaseExpression | None:
    """The dictionary in `list(d.values())`, if its keys are tensor names."""
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


def _each(
    node: cst.BaseExpression, taken: set[str]
) -> tuple[cst.BaseExpression, str, cst.BaseExpression]:
    """What to loop over, the loop variable and the address made of it: comprehensions are unrolled."""
    if isinstance(node, cst.ListComp):
        clause = node.for_in
        simple = clause.inner_for_in is None and not clause.ifs and clause.asynchronous is None
        if simple and isinstance(clause.target, cst.Name):
            return clause.iter, clause.target.value, node.elt
    variable = free_name(taken, "address", "pointer")
    return node, variable, cst.Name(variable)
