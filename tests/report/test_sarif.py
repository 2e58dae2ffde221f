"""SARIF: what the standard demands of a log, and fixes that give the result."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.report.samples import BROKEN, FIX, REPORT
from trtmigrate.findings import FileResult, Report, Safety, Status
from trtmigrate.report.sarif import render_sarif


@dataclass
class Rule:
    code: str
    title: str
    safety: Safety
    doc: str


RULES = [
    Rule("TRT100", "Other", Safety.MANUAL, ""),
    Rule("TRT101", "Count", Safety.SAFE, "Count tensors.\n\nMore.\n"),
]


def run(report: Report) -> dict[str, Any]:
    log = json.loads(render_sarif(report, version="1.2", rules=RULES))
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
