"""Reading again finds an execution without its addresses, whatever rule or decision was wrong.

Some tests make a decision about the place of a setting wrong on purpose and look at what is
written. `verify` runs the program for all that text does not show.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from textwrap import dedent, indent
from unittest.mock import patch

import libcst as cst
import pytest

from tests.test_same_counts import reasons
from trtmigrate import migrate_source, rounds
from trtmigrate.facts import Facts
from trtmigrate.facts.executions import Execution
from trtmigrate.rewrites.addresses import set_addresses, set_once
from trtmigrate.rewrites.addresses.set_before import unset_executions

HEAD = "import tensorrt as trt\n\n\ndef f(context: trt.IExecutionContext, bindings, stream, x):\n"


def nothing_is_set() -> AbstractContextManager[object]:
    """Take the addresses of every execution for set already."""
    return patch.object(set_addresses, "are_set_already", lambda execution, facts, held: True)


@contextmanager
def nothing_ends() -> Iterator[None]:
    """Set addresses before the loop, whatever happens in it."""
    with ExitStack() as stack:
        for name in ("_ends", "_others"):
            stack.enter_context(patch.object(set_once, name, lambda *given: iter(())))
        yield


def set_at(first: type[cst.CSTNode], where: str) -> AbstractContextManager[object]:
    """Set addresses before or after the first statement of a kind."""

    def place(execution: Execution, facts: Facts, held: object) -> tuple[str, cst.CSTNode]:
        node = facts.tree.of_kind(first)[0]
        statement = facts.tree.statement(node)
        return where, statement if statement is not None else node

    return patch.object(set_addresses, "find_place", place)


CALL = "context.execute_async_v2(bindings, stream)\n"
LOOP = "for _ in range(3):\n    {}\n    " + CALL
WRONG = {
    "not_set": (nothing_is_set, CALL),
    "element_assigned": (nothing_ends, LOOP.format("bindings[0] = int(x)")),
    "list_appended_to": (nothing_ends, LOOP.format("bindings.append(int(x))")),
    "list_changed_in_a_branch": (nothing_ends, LOOP.format("if x:\n        bindings = [1, x]")),
    "changed_after_the_execution": (
        nothing_ends,
        f"for _ in range(3):\n    {CALL}    bindings[0] = x()\n",
    ),
    "other_addresses_in_a_branch": (
        nothing_ends,
        f"for _ in range(3):\n    {CALL}    if x:\n"
        "        context.execute_async_v2([x(), 2], stream)\n",
    ),
    "set_in_a_branch": (
        lambda: set_at(cst.Raise, "before"),
        "if x:\n    raise ValueError(x)\nif stream:\n    print(x)\n" + CALL,
    ),
    "set_in_a_function": (
        lambda: set_at(cst.Pass, "after"),
        "def prepare():\n    pass\n\n" + CALL,
    ),
}


def without_the_check() -> AbstractContextManager[object]:
    return patch.object(rounds, "unset_executions", lambda before, after: ())


@pytest.mark.parametrize("kind", WRONG)
def test_execution_without_its_addresses_is_not_written(kind: str) -> None:
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


SET = "context.set_tensor_address('x', a)\n"
RUN = "context.execute_async_v3(0)\n"
IN_A_CLASS = """\
class Runner:
    def __init__(self, engine, a):
        self.context = engine.create_execution_context()
        {}

    def infer(self):
        context = self.context
        context.execute_async_v3(0)
"""
RIGHT = {
    "before": SET + RUN,
    "in_a_loop_over_tensors": f"for a in b:\n    {SET}{RUN}",
    "in_a_conditional_loop": f"for a in b:\n    if a:\n        {SET}{RUN}",
    "before_a_loop": f"{SET}for i in range(3):\n    {RUN}",
    "in_a_block": f"with b:\n    {SET}{RUN}",
    "in_both_branches": f"if b:\n    {SET}else:\n    {SET}{RUN}",
    "in_a_branch_that_goes_on": f"if b:\n    {SET}else:\n    raise b\n{RUN}",
    "in_try": f"try:\n    {SET}finally:\n    b()\n{RUN}",
    "in_the_same_expression": f"all([{SET.strip()}]) and {RUN}",
    "around_a_function": f"def run():\n    {RUN}{SET}run()\n",
    "in_another_method": IN_A_CLASS.format("self.context.set_tensor_address('x', a)"),
    "same_addresses_again": f"{SET}for i in range(3):\n    {RUN}    if b:\n        {SET}",
    "set_where_other_things_are_made": f"for a in b:\n    c.append(a)\n    {SET}c.append(b)\n{RUN}",
    "a_new_context_with_its_addresses": f"for i in b:\n    context = b()\n    {SET}    {RUN}",
    "a_context_from_a_call": "b().execute_async_v3(0)\n",
}
UNSET = {
    "after": RUN + SET,
    "in_a_branch": f"if b:\n    {SET}{RUN}",
    "in_a_branch_of_two": f"if b:\n    {SET}else:\n    b()\n{RUN}",
    "in_a_handler": f"try:\n    b()\nexcept ValueError:\n    {SET}{RUN}",
    "of_another_context": "other.set_tensor_address('x', a)\n" + RUN,
    "in_a_function_that_is_defined": f"def g():\n    {SET}{RUN}",
    "of_another_method": IN_A_CLASS.format("self.other.set_tensor_address('x', a)"),
    "of_an_old_context": f"{SET}for i in b:\n    {RUN}    context = b()\n",
    "of_an_old_pointer": f"{SET}for i in b:\n    a = b()\n    {RUN}",
    "of_an_old_list": f"for a in c:\n    {SET}c.append(b)\n{RUN}",
    "of_a_pointer_that_is_deleted": f"{SET}del a\n{RUN}",
    "of_other_addresses": f"{SET}if b:\n    context.set_tensor_address('x', b)\n{RUN}",
}


def problems(after: str) -> list[str]:
    before = after.replace("set_tensor_address", "noted").replace("_v3(", "_v2([a], ")
    return list(unset_executions(before, dedent(after)))


@pytest.mark.parametrize("after", RIGHT.values(), ids=RIGHT)
def test_execution_behind_its_addresses_is_accepted(after: str) -> None:
    assert not problems(after)


@pytest.mark.parametrize("after", UNSET.values(), ids=UNSET)
def test_execution_that_may_lack_its_addresses_is_refused(after: str) -> None:
    assert len(problems(after)) == 1


def test_execution_by_name_that_was_there_is_no_concern() -> None:
    assert not list(unset_executions(RUN, RUN + "x = 1\n"))
    assert len(list(unset_executions(RUN, RUN + RUN))) == 1


def test_program_that_sets_addresses_itself_is_not_judged() -> None:
    assert not list(unset_executions(f"def g():\n    {SET}", f"def g():\n    {SET}{RUN}"))


def test_text_that_this_python_cannot_read_is_not_judged() -> None:
    assert problems(RUN)
    assert not list(unset_executions("print 1, context.execute_async_v3\n", RUN))
