"""What is read before LibCST reads it."""

import ast

import pytest

from trtmigrate.syntax.parse import parse


def test_notes_of_others_on_shared_nodes_are_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = ast.parse("x")
    shared = ast.parse("y", mode="eval").body.ctx  # type: ignore[attr-defined]
    assert any(node is shared for node in ast.walk(tree)), "all trees share it"
    monkeypatch.setattr(shared, "_pyflakes_parent", tree, raising=False)  # as pyflakes 3 does
    assert parse("z = x\n").code == "z = x\n"
