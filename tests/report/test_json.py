"""The JSON contract."""

from __future__ import annotations

import json

from tests.report.samples import EMPTY, REPORT
from trtmigrate.report.json import render_json


def test_document_has_the_shape_that_scripts_depend_on() -> None:
    document = json.loads(render_json(REPORT, version="1.2"))
    assert list(document) == ["version", "target", "files", "summary"]
    assert (document["version"], document["target"]) == ("1.2", "10")
    assert document["summary"] == {
        "files": 5,
        "changed": 2,
        "findings": 4,
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
            "applied": True,
            "advice": False,
        }
    ]


def test_diff_is_there_only_if_it_was_asked_for() -> None:
    with_diff = json.loads(render_json(REPORT, version="1", diff=True))
    assert with_diff["files"][0]["diff"].startswith("--- a/a b.py\n")
    assert "diff" not in json.loads(render_json(REPORT, version="1"))["files"][0]


def test_run_over_nothing_is_a_document_too() -> None:
    assert json.loads(render_json(EMPTY, version="1"))["files"] == []
