"""What is read before LibCST reads it."""

import ast

from pyflakes.checker import Checker

from trtmigrate.syntax.parse import parse


def test_notes_of_pyflakes_on_shared_nodes_are_not_followed() -> None:
    tree = ast.parse("x = 1\nprint(x)\n")
    Checker(tree)  # notes the parent on each node; ast.Load() is one object for all trees
    assert parse("y = x\nprint(y, x)\n").code == "y = x\nprint(y, x)\n"
