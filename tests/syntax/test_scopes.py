"""Where a name is bound, and where it is certainly bound."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from trtmigrate.syntax.scopes import (
    binders,
    comes_before,
    home,
    is_target,
    loads,
    runs_at_import,
    seen_from_within,
    surely_bound,
)
from trtmigrate.syntax.tree import Tree


def tree_of(source: str) -> Tree:
    return Tree(cst.parse_module(dedent(source)))


def last(tree: Tree, name: str) -> cst.Name:
    """Return the last occurrence of a name."""
    return [n for n in tree.of_kind(cst.Name) if n.value == name][-1]


def test_targets_parameters_and_imports_bind_a_name() -> None:
    tree = tree_of("import x\nx = 1\nfor x in y: pass\nwith a as x: pass\nprint(x, k(x=2), b.x)\n")
    assert len(binders("x", tree.module, tree)) == 4
    assert len(loads("x", tree.module, tree)) == 1


def test_name_unpacked_into_is_a_target() -> None:
    tree = tree_of("(a, [b, *c]) = f()\nprint(a)\n")
    targets = [n.value for n in tree.of_kind(cst.Name) if is_target(n, tree)]
    assert targets == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("source", "bound"),
    [
        ("x = 1\nuse(x)\n", True),
        ("with a as x:\n    pass\nuse(x)\n", True),
        ("def f(x):\n    use(x)\n", True),
        ("x = 1\ndef f():\n    use(x)\n", True),
        ("if a:\n    x = 1\nuse(x)\n", False),
        ("for a in b:\n    x = 1\nuse(x)\n", False),
        ("def f():\n    if a:\n        x = 1\n    use(x)\n", False),
        ("use(x)\nx = 1\n", False),
    ],
)
def test_variable_is_certainly_bound_only_after_code_that_always_runs(
    source: str, bound: bool
) -> None:
    tree = tree_of(source)
    use = next(c for c in tree.of_kind(cst.Call) if c.func.value == "use")  # type: ignore[attr-defined]
    assert surely_bound("x", use, tree) is bound


def test_statement_in_a_branch_does_not_come_before_what_follows() -> None:
    tree = tree_of("if a:\n    x = 1\n    use(x)\nuse(x)\n")
    inner, outer = tree.of_kind(cst.Call)
    (made,) = tree.of_kind(cst.Assign)
    assert comes_before(made, inner, tree)
    assert not comes_before(made, outer, tree)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("def f():\n    x = 1\n    return lambda: x\n", True),
        ("def f():\n    global x\n    x = 1\n", True),
        ("def f():\n    x = 1\n    def g():\n        x = 2\n        return x\n", False),
        ("def f():\n    x = 1\n    return x\n", False),
    ],
)
def test_variable_that_an_inner_function_uses_is_seen_from_within(source: str, seen: bool) -> None:
    tree = tree_of(source)
    assert seen_from_within("x", tree.of_kind(cst.FunctionDef)[0], tree) is seen


def test_default_value_and_base_class_are_evaluated_at_import() -> None:
    tree = tree_of("class A(base):\n    def f(self, a=default) -> note:\n        body\n")
    assert [runs_at_import(last(tree, n), tree) for n in ("base", "default", "note", "body")] == [
        True,
        True,
        True,
        False,
    ]


def test_home_of_a_lambda_is_the_function_around_it() -> None:
    tree = tree_of("def f():\n    return lambda: x\n")
    assert home(last(tree, "x"), tree) is tree.of_kind(cst.FunctionDef)[0]
