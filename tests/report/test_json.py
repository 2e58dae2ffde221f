"""The JSON contract."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from tests.report.samples import ADVICE, EMPTY, FIX, HELD, REPORT
from trtmigrate.findings import FileResult, Report, Status
from trtmigrate.report.json import render_json

SCHEMA = json.loads((files("trtmigrate.report") / "report.schema.json").read_text())


def document_of(report: Report, *, written: bool = False, diff: bool = False) -> dict[str, Any]:
    document = json.loads(render_json(report, version="1.2", written=written, diff=diff))
    jsonschema.validate(document, SCHEMA)
    assert isinstance(document, dict)
    return document


def test_document_has_the_shape_that_scripts_depend_on() -> None:
    document = document_of(REPORT, written=True)
    assert list(document) == ["version", "target", "written", "files", "summary"]
    assert (document["version"], document["target"]) == ("1.2", "10")
    assert document["summary"] == {
        "files": 5,
        "changed": 2,
        "findings": 4,
        "applicable": 2,
        "applied": 2,
        "left": 1,
        "errors": 1,
    }
    assert [file["status"] for file in document["files"]] == [
        "migrated",
        "partial",
        "unchanged",
        "failed",
        "unchanged",
    ]
    assert document["files"][3] == {
        "path": "e,f.py",
        "status": "failed",
        "findings": [],
        "error": "e,f.py:7: is broken",
    }
    assert document["files"][0]["error"] is None
    assert document["files"][0]["findings"] == [
        {
            "code": "TRT101",
            "line": 2,
            "column": 5,
            "end_line": 2,
            "end_column": 17,
            "member": "ICudaEngine.num_bindings",
            "message": "num_bindings is gone",
            "safety": "safe",
            "applicable": True,
            "applied": True,
            "advice": False,
        }
    ]


def test_diff_is_there_only_if_it_was_asked_for() -> None:
    with_diff = document_of(REPORT, diff=True)
    assert with_diff["files"][0]["diff"].startswith("--- a/a b.py\n")
    assert "diff" not in document_of(REPORT)["files"][0]


def test_run_over_nothing_is_a_document_too() -> None:
    assert document_of(EMPTY)["files"] == []


def test_dry_run_applies_nothing_and_says_what_is_applicable() -> None:
    file = FileResult("a.py", Status.PARTIAL, (FIX, HELD, ADVICE), None, "x", "y")
    document = document_of(Report("10", (file,)))
    assert document["written"] is False
    found = document["files"][0]["findings"]
    assert [finding["applicable"] for finding in found] == [True, False, False]
    assert not any(finding["applied"] for finding in found)
    assert (document["summary"]["applicable"], document["summary"]["applied"]) == (1, 0)


@pytest.mark.parametrize("key", ["written", "files", "summary"])
def test_schema_refuses_a_document_that_lacks_a_key(key: str) -> None:
    document = document_of(REPORT)
    del document[key]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_schema_names_every_key_of_every_object() -> None:
    document = document_of(REPORT, diff=True)
    (finding, *_), file = document["files"][0]["findings"], document["files"][0]
    of_notebooks = {"cell", "file_line"}
    for name, value in {"file": file, "finding": finding, "summary": document["summary"]}.items():
        assert set(SCHEMA["$defs"][name]["properties"]) - of_notebooks == set(value)


def test_report_of_a_notebook_is_valid_and_names_cells() -> None:
    found = replace(FIX, cell=3, file_line=40)
    file = FileResult("a.ipynb", Status.MIGRATED, (found,), None, "{}", "{} ")
    (finding,) = document_of(Report("10", (file,)))["files"][0]["findings"]
    assert (finding["cell"], finding["file_line"]) == (3, 40)
