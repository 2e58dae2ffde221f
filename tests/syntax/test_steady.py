"""How long an expression gives the same object."""

from __future__ import annotations

import textwrap

import libcst as cst
import pytest

from trtmigrate.outside import NOTHING_OUTSIDE, Outside
from trtmigrate.syntax.steady import SteadyExpressions
from trtmigrate.syntax.tree import Tree

LOAD = """
import numpy as np

engine = make()
def load():
    global engine
    engine = make()
def reload():
    load()
def show(first, second=None):
    return np.sum(first)
"""
CLASS = """
class Model:
    def __init__(self):
        self.engine = make()
    def show(self):
        print(self)
"""
SWITCH = """
    def switch(self):
        self.engine = make()
    def reset(self):
        self.switch()
"""
USE = """
def use(self, values, given):
    engine.first
    {}
    engine.second
"""


def keeps(text: str, expression: str, outside: Outside = NOTHING_OUTSIDE) -> bool:
    """Return the answer for all statements of the function `use`."""
    tree = Tree(cst.parse_module(textwrap.dedent(text)))
    (use,) = tree.defined("use")
    return SteadyExpressions(tree, outside).keeps(expression, use.body.body)


@pytest.mark.parametrize(
    "between",
    [
        "print(len(values), np.sum(values))",
        "values.append(3)",
        "show(values)",
        "engine.get_tensor_shape('x')",
        "total = [show(value) for value in values]",
    ],
)
def test_variable_is_kept_over_code_that_cannot_reach_it(between: str) -> None:
    assert keeps(LOAD + USE.format(between), "engine")


@pytest.mark.parametrize(
    "between",
    [
        "load()",
        "reload()",
        "show(load)",
        "list(map(reload, values))",
        "given()",
        "values[0]()",
        "self.callbacks[0]()",
        "exec(values)",
        "yield",
        "engine = values",
        "for engine in values: pass",
        "(lambda: load())()",
    ],
)
def test_variable_is_not_kept_over_code_that_may_set_it(between: str) -> None:
    assert not keeps(LOAD + USE.format(between), "engine")


def test_variable_that_no_function_sets_is_kept_over_unknown_calls() -> None:
    assert keeps("engine = make()\n" + USE.format("given()"), "engine")


def test_variable_that_another_file_sets_is_not_kept_over_unknown_calls() -> None:
    text = "engine = make()\n" + USE.format("given()")
    assert not keeps(text, "engine", Outside(written=frozenset({"engine"})))


@pytest.mark.parametrize("between", ["given()", "self.show()", "self.engine.close()"])
def test_attribute_of_the_constructor_alone_is_kept(between: str) -> None:
    assert keeps(CLASS + USE.format(between), "self.engine")


@pytest.mark.parametrize("between", ["given()", "self.reset()", "values.switch()"])
def test_attribute_that_a_method_sets_is_not_kept_over_what_may_call_it(between: str) -> None:
    assert not keeps(CLASS + SWITCH + USE.format(between), "self.engine")


def test_attribute_that_a_method_sets_is_kept_over_other_methods() -> None:
    assert keeps(CLASS + SWITCH + USE.format("self.show()"), "self.engine")


@pytest.mark.parametrize(
    "more",
    [
        "def put(obj, name, value):\n    setattr(obj, name, value)\n",
        "def put(obj, value):\n    obj.__dict__.update(engine=value)\n",
        "def put(obj, value):\n    obj.engine, obj.plan = value\n",
        "def put(obj):\n    obj.__init__()\n",
        "class Other:\n    @property\n    def engine(self):\n        return make()\n",
    ],
)
def test_attribute_that_can_be_set_in_other_ways_is_not_kept(more: str) -> None:
    assert not keeps(CLASS + more + USE.format("given()"), "self.engine")


def test_attribute_set_by_a_text_of_another_name_is_kept() -> None:
    more = "def put(obj, value):\n    setattr(obj, 'plan', value)\n"
    assert keeps(CLASS + more + USE.format("given()"), "self.engine")


def test_element_is_kept_within_one_statement_alone() -> None:
    assert not keeps(USE.format("pass"), "self.engines[0]")
    assert keeps("def use(self):\n    print(self.engines[0])\n", "self.engines[0]")


def test_functions_that_call_each_other_are_looked_at_all() -> None:
    text = """
    def ping(n):
        pong(n)
    def pong(n):
        ping(n)
        load()
    """
    assert not keeps(LOAD + textwrap.dedent(text) + USE.format("ping(3)"), "engine")
