"""The small hostile files of scripts/robustness.py; tests/test_interrupt.py kills runs."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from fuzz import as_json
from hostile_files import HOSTILE, LARGE
from hunt_results import mutants_text, programs_text
from measured_run import Run
from robustness import (
    Section,
    faults_text,
    is_as_expected,
    with_section,
)

from tests.generator.judge import Judgement, Verdict
from tests.generator.mutants import Mutant, Tally, Trouble
from trtmigrate import migrate_paths


@pytest.mark.parametrize(
    "number", [n for n, case in enumerate(HOSTILE) if not LARGE.search(case[0])]
)
def test_hostile_file_ends_with_one_line_of_error(tmp_path: Path, number: int) -> None:
    name, make, expected = HOSTILE[number]
    path = tmp_path / name
    content = make()
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (result,) = migrate_paths([path]).files
    if not expected:
        assert result.error is None
    else:
        assert result.error is not None and re.search(expected, result.error)
    assert not result.changed


def test_section_takes_the_place_of_the_older_one() -> None:
    page = with_section("", Section("Kills", "kills", "former text", 0))
    page = with_section(page, Section("Mutants", "mutants", "some", 0))
    page = with_section(page, Section("Kills", "kills --count 3", "new", 0))
    assert re.findall(r"^## (.*)", page, re.MULTILINE) == ["Kills", "Mutants"]
    assert "former text" not in page and "`scripts/robustness.py kills --count 3`" in page


def test_error_that_was_not_expected_counts() -> None:
    crashed = Run(2, 1.0, 1, "")
    assert not is_as_expected(crashed, ["a.py: internal error"], "nested")
    assert not is_as_expected(crashed, ["a.py: nested", "Traceback"], "nested")
    assert is_as_expected(crashed, ["a.py: nested too deeply"], "nested")


def test_faults_that_were_not_tried_count_as_wrong() -> None:
    assert faults_text([])[1] == 1
    failed = ElementTree.fromstring('<testcase name="test_disk_full[a]"><failure/></testcase>')
    passed = ElementTree.fromstring('<testcase name="test_disk_full[b]"/>')
    text, wrong = faults_text([failed, passed])
    assert wrong == 1 and "- disk full (2)" in text and "2 cases, 1 failed" in text


def test_mutants_of_several_hunts_are_told_together() -> None:
    tally = Tally()
    tally.add(Mutant("a.py", "1-0", ("rename 0",), (), rewritten=True))
    tally.add(Mutant("b.py", "1-1", ("wrap 0",), (Trouble("comment lost", "1 of # x"),)))
    asked = {"target": "10", "commit": "0123456789"}
    told = [{"seed": seed, **asked, **tally.as_json()} for seed in ("1", "2")]
    text, wrong = mutants_text(told)
    assert wrong == 2 and "4 changed copies" in text and "- 2 comment lost" in text
    assert "| 2 | 10 | 0123456789 | 2 | 2 | 1 | 1 |" in text


def test_generated_programs_are_counted_by_verdict() -> None:
    judged = [
        ("a-0", Judgement(Verdict.IDENTICAL)),
        ("a-1", Judgement(Verdict.LEFT)),
        ("a-2", Judgement(Verdict.WRONG, "on 10: prints `1 | 2`", safe=False)),
        ("a-3", Judgement(Verdict.FAILED, "internal error")),
    ]
    asked = {"seed": "a", "target": "11", "only_safe": True, "commit": "0123456789"}
    told = {**asked, "programs": [as_json(name, judgement) for name, judgement in judged]}
    text, wrong = programs_text([told, {**told, "seed": "b", "programs": []}])
    assert wrong == 2 and "4 whole programs" in text
    assert "2 wrong or failed, 1 of them without an edit to review" in text
    assert "| a | 11, only safe | 0123456789 | 4 | 1 | 1 | 0 | 0 | 0 | 1 | 1 |" in text
    assert "- `a-2`: on 10: prints '1 2'" in text and "- `a-3`: internal error" in text


def test_results_of_an_unknown_verdict_are_an_error() -> None:
    told = {"seed": "a", "target": "10", "programs": [{"verdict": "fine", "safe": True}]}
    with pytest.raises(ValueError, match="fine"):
        programs_text([told])


def test_tally_keeps_the_failures_alone_and_what_makes_them_again() -> None:
    tally = Tally()
    tally.add(Mutant("a.py", "1-0", ("rename 0",), ()))
    tally.add(Mutant("b.py", "1-1", (), (Trouble("failed", "internal error"),)))
    told = tally.as_json()
    assert (told["mutants"], told["mutated"], told["troubles"]) == (2, 1, {"failed": 1})
    assert told["failures"] == [
        {
            "path": "b.py",
            "seed": "1-1",
            "steps": (),
            "troubles": ({"kind": "failed", "detail": "internal error"},),
            "rewritten": False,
        }
    ]
