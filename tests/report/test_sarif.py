"""SARIF: what the standard demands of a log, and fixes that give the result."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.report.samples import BROKEN, FIX, MIGRATED, REPORT
from trtmigrate.findings import FileResult, Report, Safety, Status
from trtmigrate.report.pages import HOME, page_of
from trtmigrate.report.sarif import render_sarif
from trtmigrate.rules import all_rules


@dataclass
class Rule:
    code: str
    title: str
    safety: Safety
    doc: str
    series: str = "engine"


RULES = [
    Rule("TRT100", "Other", Safety.MANUAL, ""),
    Rule("TRT101", "Count", Safety.SAFE, "Count tensors.\n\nMore.\n"),
]


@cache
def validator() -> jsonschema.protocols.Validator:
    schema = Path(__file__).with_name("schemas") / "sarif-2.1.0.json"
    return jsonschema.Draft4Validator(
        json.loads(schema.read_text()), format_checker=jsonschema.FormatChecker()
    )


def run(report: Report, *, written: bool = False) -> dict[str, Any]:
    log = json.loads(render_sarif(report, version="1.2", written=written, rules=RULES))
    validator().validate(log)
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    assert isinstance(only, dict)
    return only


def test_rules_are_described_and_results_point_at_them() -> None:
    found = run(REPORT)
    driver = found["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("trtmigrate", "1.2")
    assert driver["rules"][1]["fullDescription"]["text"] == "Count tensors."
    first, second, *_ = found["results"]
    assert driver["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "TRT101"
    assert "ruleIndex" not in second  # of a rule that is not described


def test_places_are_regions_in_characters_and_paths_are_uris() -> None:
    found = run(REPORT)
    assert found["columnKind"] == "unicodeCodePoints"
    place = found["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b.py"
    assert place["region"] == {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 17}


def test_absolute_path_is_a_file_uri() -> None:
    report = Report("10", (FileResult("/x/é.py", Status.PARTIAL, (FIX,)),))
    place = run(report)["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "file:///x/%C3%A9.py"


def test_level_says_who_has_to_do_something() -> None:
    levels = [result["level"] for result in run(REPORT)["results"]]
    assert levels == ["warning", "warning", "error", "note"]


def test_file_that_failed_is_a_notification_of_an_unsuccessful_run() -> None:
    (invocation,) = run(REPORT)["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"] == BROKEN.error
    assert notification["locations"][0]["physicalLocation"]["region"] == {"startLine": 7}


def test_log_leads_to_the_program_and_to_the_text_of_each_rule() -> None:
    driver = run(REPORT)["tool"]["driver"]
    assert driver["informationUri"] == HOME
    assert driver["rules"][1]["helpUri"] == f"{HOME}docs/rules/engine.md#trt101"


def test_every_rule_has_a_page_and_the_page_is_there() -> None:
    root = Path(__file__).parents[2]
    for rule in all_rules():
        path, anchor = page_of(rule.code, rule.series).removeprefix(HOME).split("#")
        assert f'<a id="{anchor}">' in (root / path).read_text(encoding="utf-8")


def test_log_of_all_rules_is_valid() -> None:
    validator().validate(
        json.loads(render_sarif(REPORT, version="1", written=True, rules=all_rules()))
    )


def test_schema_refuses_a_result_without_a_message() -> None:
    log = json.loads(render_sarif(REPORT, version="1", written=False, rules=RULES))
    del log["runs"][0]["results"][0]["message"]
    with pytest.raises(jsonschema.ValidationError):
        validator().validate(log)


def test_home_is_the_one_of_the_package() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'Homepage = "{HOME}"' in text


def test_edits_that_are_written_are_not_offered_again() -> None:
    (result,) = run(Report("10", (MIGRATED,)), written=True)["results"]
    assert "fixes" not in result
    assert result["properties"]["applied"] is True


def apply(before: str, fix: dict[str, Any]) -> str:
    """What an editor does with the replacements of a fix."""
    ((change),) = fix["artifactChanges"]
    starts = [0]
    for line in before.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    text = before
    for replacement in reversed(change["replacements"]):
        region = replacement["deletedRegion"]
        start = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:start] + replacement["insertedContent"]["text"] + text[end:]
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc\n", "a\nB\nc\n"),
        ("a\nb\nc", "a\nb\nC"),
        ("a\nb", "a\nb\nc\n"),
        ("a\r\nb\r\nc\n", "A\r\nb\r\nC\n"),
        ("a\nb\nc\n", "c\n"),
        ("c\n", "a\nb\nc\nd\n"),
        ("a\x0cb\u2028c\nd\n", "a\x0cb\u2028C\nd\n"),
    ],
)
def test_fix_gives_the_result(before: str, after: str) -> None:
    file = FileResult("a.py", Status.MIGRATED, (FIX, FIX), None, before, after)
    first, second = run(Report("10", (file,)))["results"]
    ((fix),) = first["fixes"]
    assert apply(before, fix) == after
    assert "fixes" not in second  # one file, one fix
