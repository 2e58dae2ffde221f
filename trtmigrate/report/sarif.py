"""The SARIF 2.1.0 report, which code scanning services and editors read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, Protocol
from urllib.parse import quote

from trtmigrate.findings import FileResult, Finding, Report, Safety, Status
from trtmigrate.report.diff import diff_lines
from trtmigrate.report.pages import HOME, page_of
from trtmigrate.syntax.line_changes import opcodes

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Safety.SAFE: "warning", Safety.REVIEW: "warning", Safety.MANUAL: "error"}


class RuleText(Protocol):
    """The parts of trtmigrate.rules.base.Rule that the report shows."""

    code: str
    title: str
    safety: Safety
    doc: str
    series: str


def render_sarif(report: Report, *, version: str, written: bool, rules: Iterable[RuleText]) -> str:
    """Return one SARIF log with one run. Edits that are written are no fixes any more."""
    known = list(rules)
    indexes = {rule.code: number for number, rule in enumerate(known)}
    run = {
        "tool": {
            "driver": {
                "name": "trtmigrate",
                "version": version,
                "informationUri": HOME,
                "rules": [_rule(rule) for rule in known],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": all(f.status is not Status.FAILED for f in report.files),
                "toolExecutionNotifications": [
                    _notification(file) for file in report.files if file.error is not None
                ],
            }
        ],
        "results": [result for file in report.files for result in _results(file, indexes, written)],
        "properties": {"target": report.target},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: RuleText) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.doc.strip().split("\n\n")[0] or rule.title},
        "help": {"text": rule.doc.strip() or rule.title},
        **({"helpUri": page_of(rule.code, rule.series)} if rule.series else {}),
        "defaultConfiguration": {"level": _LEVELS[rule.safety]},
        "properties": {"safety": rule.safety.value},
    }


def _notification(file: FileResult) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(file.path)}
    if file.error_line is not None:
        place["region"] = {"startLine": file.error_line}
    return {
        "level": "error",
        "message": {"text": file.error},
        "locations": [{"physicalLocation": place}],
    }


def _results(file: FileResult, indexes: dict[str, int], written: bool) -> list[dict[str, Any]]:
    results = [_result(file.path, finding, indexes, written) for finding in file.findings]
    # The edits of one file need each other, so they are one fix, and it is offered once.
    for result, finding in zip(results, file.findings, strict=True):
        if finding.applied and file.changed and not written:
            result["fixes"] = [_fix(file)]
            break
    return results


def _result(path: str, finding: Finding, indexes: dict[str, int], written: bool) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": "note" if finding.advice else "warning" if finding.applied else "error",
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(path),
                    "region": _place(finding),
                }
            }
        ],
        "properties": {
            "member": finding.member,
            "safety": finding.safety.value,
            "applicable": finding.applied,
            "applied": finding.applied and written,
        },
    }
    if finding.cell is not None:
        location = result["locations"][0]
        location["logicalLocations"] = [{"name": f"cell {finding.cell}", "kind": "module"}]
        result["message"]["text"] = f"{finding.place}: {finding.message}"
        result["properties"] |= {"cell": finding.cell, "line": finding.line}
    if finding.code in indexes:
        result["ruleIndex"] = indexes[finding.code]
    return result


def _place(finding: Finding) -> dict[str, int]:
    """Return the region in the file; in a notebook that is a line of its JSON."""
    if finding.file_line is not None:
        return {"startLine": finding.file_line}
    return {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }


def _fix(file: FileResult) -> dict[str, Any]:
    before, after = diff_lines(file.before or ""), diff_lines(file.after or "")
    return {
        "description": {"text": "Everything that can be rewritten in this file"},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(file.path),
                "replacements": [
                    {
                        "deletedRegion": _region(before, first, last),
                        "insertedContent": {"text": "".join(after[start:end])},
                    }
                    for kind, first, last, start, end in opcodes(before, after)
                    if kind != "equal"
                ],
            }
        ],
    }


def _region(lines: list[str], first: int, last: int) -> dict[str, int]:
    """Return the region of lines[first:last], line feeds included; empty where first == last."""
    region = {"startLine": first + 1, "startColumn": 1, "endLine": last + 1, "endColumn": 1}
    if first < last == len(lines) and not lines[-1].endswith("\n"):
        region |= {"endLine": last, "endColumn": len(lines[-1]) + 1}
    return region


def _artifact(path: str) -> dict[str, str]:
    pure = PurePath(path)
    if pure.is_absolute():
        return {"uri": pure.as_uri()}
    return {"uri": quote(pure.as_posix().encode("utf-8", "surrogateescape"))}
