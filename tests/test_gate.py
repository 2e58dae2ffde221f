"""The gate lets through what the rules look for, and nothing else has to be loaded for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from trtmigrate import api
from trtmigrate.rules import all_rules
from trtmigrate.sources.gate import SHORTEST, gate_names


@pytest.mark.parametrize("target", ["8.6", "10", "11"])
def test_every_missing_member_passes(target: str) -> None:
    for member in api.missing_in(target):
        name = member.rsplit(".", 1)[-1]
        if len(name) >= SHORTEST and not name.startswith("__"):
            assert gate_names(target).search(f"x.{name}".encode())


@pytest.mark.parametrize("rule", [r for r in all_rules() if r.gate], ids=lambda r: r.code)
def test_every_word_of_a_rule_passes(rule: object) -> None:
    for word in rule.gate:  # type: ignore[attr-defined]
        assert gate_names("11").search(word.encode()), word


def test_ordinary_code_does_not_pass() -> None:
    assert not gate_names("11").search(b"import json\n\n\ndef main():\n    print(json.dumps({}))\n")


def test_names_within_other_names_do_not_pass() -> None:
    assert not gate_names("10").search(b"my_num_bindings_total = 1\n")


def test_the_gate_loads_neither_libcst_nor_rules() -> None:
    code = (
        "import sys; from trtmigrate.sources.gate import gate_names; gate_names('10');"
        "assert not [m for m in sys.modules if m.startswith(('libcst', 'trtmigrate.rules'))]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
