"""The pages about evidence say what the files of evidence hold."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
EVIDENCE = ROOT / "docs" / "evidence"
OF_A_GPU = sorted(path.stem for path in EVIDENCE.glob("*.json") if path.stem != "public")


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVIDENCE / f"{name}.json").read_text(encoding="utf-8"))
    return found


def page(name: str) -> str:
    return (EVIDENCE / f"{name}.md").read_text(encoding="utf-8")


def test_page_of_public_files_is_made_from_their_verdicts() -> None:
    assert page("public") == script("make_public_evidence").render(read("public"))


@pytest.mark.parametrize("name", OF_A_GPU)
def test_page_of_a_gpu_is_made_from_its_comparisons(name: str) -> None:
    assert page(name) == script("gpu_equivalence").table(read(name), name)


def test_index_has_the_numbers_of_the_files() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert index == script("make_evidence_index").replaced(index)


def test_index_names_every_evidence_of_a_gpu() -> None:
    assert sorted(script("make_evidence_index").PROGRAMS) == OF_A_GPU


def test_comparisons_within_a_tolerance_do_not_count_as_identical() -> None:
    count = script("make_evidence_index").count_verdicts
    same = {"verdict": "identical", "reason": ""}
    near = {"verdict": "identical", "reason": "within rtol=0.001"}
    assert count([near, same, same]) == "2 identical, 1 within tolerance"
