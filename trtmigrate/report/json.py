"""The JSON report. Its shape is a contract: scripts read it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from trtmigrate.findings import FileResult, Finding, Report
from trtmigrate.report.diff import unified_diff
from trtmigrate.report.summary import summarize


def render_json(report: Report, *, version: str, written: bool, diff: bool = False) -> str:
    """Return one JSON document as report.schema.json says.

    With `diff`, each changed file carries its unified diff. Nothing is applied where nothing is
    `written`.
    """
    counts = asdict(summarize(report))
    applicable = counts.pop("applied")
    document = {
        "version": version,
        "target": report.target,
        "written": written,
        "files": [_file(file, written, diff) for file in report.files],
        "summary": counts | {"applicable": applicable, "applied": applicable if written else 0},
    }
    return json.dumps(document, indent=2) + "\n"


def _file(file: FileResult, written: bool, diff: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "path": file.path,
        "status": file.status.value,
        "findings": [_finding(finding, written) for finding in file.findings],
        "error": file.error,
    }
    if diff:
        entry["diff"] = unified_diff(file)
    return entry


def _finding(finding: Finding, written: bool) -> dict[str, Any]:
    entry = {
        "code": finding.code,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "member": finding.member,
        "message": finding.message,
        "safety": finding.safety.value,
        "applicable": finding.applied,
        "applied": finding.applied and written,
        "advice": finding.advice,
    }
    if finding.cell is not None:
        entry |= {"cell": finding.cell, "file_line": finding.file_line}
    return entry
