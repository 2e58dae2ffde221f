"""Reading again finds an address that is set for another tensor, whatever decision was wrong.

Some tests make a decision about names and addresses wrong on purpose and look at what is written.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from textwrap import indent
from unittest.mock import patch

import libcst as cst
import pytest

from tests.test_same_counts import reasons
from trtmigrate import migrate_source, rounds
from trtmigrate.facts import Facts, Use
from trtmigrate.rewrites.addresses import (
    address_loops,
    address_statements,
    stored_addresses,
)
from trtmigrate.rewrites.addresses.same_addresses import swapped_addresses
from trtmigrate.rewrites.tensor_names.name_of_binding import Named, name_at
from trtmigrate.syntax.templates import expression

HEAD = (
    "import tensorrt as trt\n\n\n"
    "def f(context: trt.IExecutionContext, bindings, stream, device, n, x, y):\n"
)
Sabotage = AbstractContextManager[object]


def name_of_next(index: cst.BaseExpression, use: Use, facts: Facts) -> Named:
    return name_at(expression("{} + 1", index), use, facts)


def name_of_other(index: cst.BaseExpression, use: Use, facts: Facts) -> Named:
    number = int(index.value) if isinstance(index, cst.Integer) else 0
    return name_at(cst.Integer(str(1 - number)), use, facts)


def wrong_names() -> Sabotage:
    return patch.object(address_statements, "name_at", name_of_other)


def next_names() -> Sabotage:
    return patch.object(address_loops, "name_at", name_of_next)


def elements(change: Callable[[list[cst.BaseExpression]], object]) -> Sabotage:
    find = address_statements.elements_of

    def changed(node: cst.BaseExpression) -> object:
        found = find(node)
        return None if found is None else change(found)

    return patch.object(address_statements, "elements_of", changed)


def source(template: str) -> Sabotage:
    return patch.object(address_loops, "without_list", lambda node: expression(template, node))


def late_slice() -> Sabotage:
    return patch.object(address_loops, "slice_of", lambda node: (node.value, cst.Integer("1")))


def first_entry() -> Sabotage:
    find = address_loops.expression

    def of_first(template: str, *nodes: cst.BaseExpression) -> cst.BaseExpression:
        if template == "{}[{}]":
            return find(template, nodes[0], cst.Integer("0"))
        return find(template, *nodes)

    return patch.object(address_loops, "expression", of_first)


def stored_at_0() -> Sabotage:
    named = Named(cst.parse_expression("context.engine.get_tensor_name(0)"))
    return patch.object(stored_addresses, "_named", lambda store, use, facts: named)


LITERAL = "context.execute_async_v2([int(x), int(y)], stream)\n"
VARIABLE = "addresses = [int(x), int(y)]\ncontext.execute_async_v2(addresses, stream)\n"
EACH = "context.execute_async_v2([int(d) for d in device], stream)\n"
GIVEN = "context.execute_async_v2(bindings, stream)\n"
STORED = (
    "addresses = [None] * 2\naddresses[0] = int(x)\naddresses[1] = int(y)\n"
    "context.execute_async_v2(addresses, stream)\n"
)
WRONG = {
    "names_of_a_literal_list_swapped": (wrong_names, LITERAL),
    "entries_of_a_literal_list_swapped": (lambda: elements(lambda found: found[::-1]), LITERAL),
    "entry_of_a_literal_list_lost": (lambda: elements(lambda found: found[:1]), LITERAL),
    "name_of_the_next_index": (next_names, GIVEN),
    "name_of_the_next_entry": (next_names, EACH),
    "list_backwards": (lambda: source("reversed({})"), EACH),
    "list_backwards_by_a_slice": (lambda: source("{}[::-1]"), EACH),
    "first_entry_left_out": (lambda: source("{}[1:]"), EACH),
    "slice_that_begins_late": (
        late_slice,
        "context.execute_async_v2(device[:n], stream)\n",
    ),
    "first_entry_for_all": (first_entry, GIVEN),
    "stored_entries_at_one_index": (stored_at_0, STORED),
}


def without_the_check() -> Sabotage:
    return patch.object(rounds, "swapped_addresses", lambda before, after: ())


@pytest.mark.parametrize("kind", WRONG)
def test_address_of_another_tensor_is_not_written(kind: str) -> None:
    sabotage, body = WRONG[kind]
    text = HEAD + indent(body, "    ")
    right = migrate_source(text).after
    with sabotage():
        with without_the_check():
            wrong = migrate_source(text).after
        result = migrate_source(text)
    assert wrong != right, "the decision does not matter here"
    assert result.error is None
    assert result.after != wrong
    assert reasons(result)


SET = "context.set_tensor_address(engine.get_tensor_name({}), {})\n"
RUN = "context.execute_async_v3(0)\n"
NAMES = "names = [engine.get_tensor_name(i) for i in range(n)]\n"
OLD = {
    "literal": "context.execute_async_v2([x, y], 0)\n",
    "padded_literal": "context.execute_async_v2([0, 0, x, y], 0)\n",
    "padded": "context.execute_async_v2([0] * n + [int(d) for d in device] + [0] * m, 0)\n",
    "given": "context.execute_async_v2(bindings, 0)\n",
    "by_name": "context.execute_async_v2(list(table.values()), 0)\n",
    "stored": "b = [None] * 2\nb[0] = x\nb[1] = y\ncontext.execute_async_v2(b, 0)\n",
    "stored_for_second_profile": "b = [0] * 4\nb[2] = x\nb[3] = y\n"
    "context.execute_async_v2(b, 0)\n",
    "two": "context.execute_async_v2([x, y], 0)\ncontext.execute_async_v2([y, x], 0)\n",
}
BOTH = SET.format(0, "x") + SET.format(1, "y")
TURNED = SET.format(1, "x") + SET.format(0, "y")
RIGHT = {
    "literal": ("literal", BOTH + RUN),
    "literal_in_another_order": ("literal", SET.format(1, "y") + SET.format(0, "x") + RUN),
    "literal_whose_entries_are_written_otherwise": (
        "literal",
        SET.format(0, "int(x)") + SET.format(1, "x.ptr") + RUN,
    ),
    "padded_literal": ("padded_literal", BOTH + RUN),
    "padded": ("padded", f"for i, d in enumerate(device):\n    {SET.format('i', 'int(d)')}{RUN}"),
    "padded_in_a_variable": (
        "padded",
        "b = [0] * n + [int(d) for d in device] + [0] * m\n"
        f"for i in range(n):\n    {SET.format('i', 'b[n + i]')}{RUN}",
    ),
    "given": ("given", f"for i in range(n):\n    {SET.format('i', 'bindings[i]')}{RUN}"),
    "given_of_active_profile": (
        "given",
        f"for i in range(n):\n    {SET.format('i', 'bindings[start + i]')}{RUN}",
    ),
    "zipped": (
        "given",
        NAMES + "for name, address in zip(names, bindings):\n"
        f"    context.set_tensor_address(name, address)\n{RUN}",
    ),
    "in_an_expression": (
        "given",
        f"all([{SET.format('i', 'a').strip()} for i, a in enumerate(bindings)]) and {RUN}",
    ),
    "by_name": (
        "by_name",
        f"for name, a in table.items():\n    context.set_tensor_address(name, a)\n{RUN}",
    ),
    "stored": ("stored", BOTH + RUN),
    "stored_for_second_profile": ("stored_for_second_profile", BOTH + RUN),
    "nearest_of_two": ("two", BOTH + RUN + TURNED + RUN),
    "nothing_set_here": ("literal", RUN),
    "other_context": ("literal", TURNED.replace("context.", "other.") + BOTH + RUN),
}
SWAPPED = {
    "literal": ("literal", TURNED + RUN),
    "literal_without_an_entry": ("literal", SET.format(0, "x") + RUN),
    "padded_literal": ("padded_literal", TURNED + RUN),
    "padded": (
        "padded",
        f"for i, d in enumerate(device[::-1]):\n    {SET.format('i', 'int(d)')}{RUN}",
    ),
    "next_entry": ("given", f"for i in range(n):\n    {SET.format('i', 'bindings[i + 1]')}{RUN}"),
    "next_name": ("given", f"for i in range(n):\n    {SET.format('i + 1', 'bindings[i]')}{RUN}"),
    "counted_from_1": (
        "given",
        f"for i, a in enumerate(bindings, 1):\n    {SET.format('i', 'a')}{RUN}",
    ),
    "zipped_late": (
        "given",
        NAMES + "for name, address in zip(names[1:], bindings):\n"
        f"    context.set_tensor_address(name, address)\n{RUN}",
    ),
    "stored_at_another": ("stored", BOTH.replace("(1)", "(0)") + RUN),
    "first_of_two": ("two", BOTH + RUN + BOTH + RUN),
}


def problems(old: str, new: str) -> list[str]:
    head = "def f(context, engine, other, bindings, device, table, start, n, m, x, y):\n"
    return list(swapped_addresses(head + indent(OLD[old], "    "), head + indent(new, "    ")))


@pytest.mark.parametrize("case", RIGHT.values(), ids=RIGHT)
def test_address_of_its_own_tensor_is_accepted(case: tuple[str, str]) -> None:
    assert not problems(*case)


@pytest.mark.parametrize("case", SWAPPED.values(), ids=SWAPPED)
def test_address_of_another_tensor_is_refused(case: tuple[str, str]) -> None:
    assert len(problems(*case)) == 1


def test_program_that_sets_addresses_itself_is_not_judged() -> None:
    old = f"{SET.format(1, 'y')}context.execute_async_v2([x, y], 0)\n"
    assert not list(swapped_addresses(old, TURNED + RUN))


def test_text_that_this_python_cannot_read_is_not_judged() -> None:
    assert not list(swapped_addresses("print 1\n", TURNED + RUN))
