"""Comparisons with -1 that only ask whether something was found."""

from __future__ import annotations

import libcst as cst
import pytest

from trtmigrate.syntax.presence import find_presence_test
from trtmigrate.syntax.tree import Tree


def asked_of(text: str) -> str | None:
    """Return the operator that the first call in a comparison becomes."""
    tree = Tree(cst.parse_module(text + "\n"))
    call = tree.of_kind(cst.Call)[0]
    found = find_presence_test(call, tree)
    return found[1] if found is not None else None


@pytest.mark.parametrize("text", ["f(x) != -1", "f(x) >= 0", "f(x) > -1"])
def test_index_that_was_found_is_in_the_list(text: str) -> None:
    assert asked_of(text) == "in"


@pytest.mark.parametrize("text", ["f(x) == -1", "f(x) < 0", "f(x) <= -1"])
def test_index_that_was_not_found_is_not_in_the_list(text: str) -> None:
    assert asked_of(text) == "not in"


@pytest.mark.parametrize(
    "text", ["f(x) == 0", "f(x) > 0", "0 <= f(x)", "f(x) >= 0 != y", "f(x) != n", "g = f(x)"]
)
def test_comparison_that_asks_which_index_is_not_taken_for_one(text: str) -> None:
    assert asked_of(text) is None
