"""What the index of a tree answers is what a walk through the module would find."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from trtmigrate.syntax.tree import Tree, walk, walk_scope

PROGRAM = dedent(
    """
    import os


    class Net:
        size = [n for n in range(3)]

        def run(self, n=os.sep):
            def inner():
                return n
            return lambda x: x + n


    n = Net()
    """
)


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree(cst.parse_module(PROGRAM))


def scopes(tree: Tree) -> list[cst.CSTNode]:
    kinds = (cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.Module)
    return [node for node in tree.order if isinstance(node, kinds)]


def test_names_of_a_scope_are_those_that_run_in_it(tree: Tree) -> None:
    for scope in scopes(tree):
        walked = [n for n in walk_scope(scope) if isinstance(n, cst.Name) and n.value == "n"]
        assert tree.named_in(scope, "n") == walked


def test_every_name_is_in_one_scope(tree: Tree) -> None:
    by_scope = [name for scope in scopes(tree) for name in tree.named_in(scope, "n")]
    assert len(by_scope) == 6
    assert set(by_scope) == set(tree.named("n"))


def test_node_is_within_what_a_walk_from_there_meets(tree: Tree) -> None:
    for area in tree.order:
        below = set(walk(area))
        assert {node for node in tree.order if tree.is_within(node, area)} == below


def test_part_of_a_list_is_what_is_within_the_area(tree: Tree) -> None:
    names = tree.of_kind(cst.Name)
    for area in scopes(tree):
        assert list(tree.part(names, area)) == [n for n in names if tree.is_within(n, area)]


def test_node_of_another_tree_is_not_within(tree: Tree) -> None:
    other = cst.Name("n")
    assert not tree.is_within(other, tree.module)
    assert tree.is_within(other, other)
    assert tree.part([], other) == []


def test_definition_is_found_by_its_name(tree: Tree) -> None:
    assert [type(node) for node in tree.defined("Net")] == [cst.ClassDef]
    assert tree.defined("n") == []
