"""Edits that need each other are made together or not at all, whatever the options say."""

from __future__ import annotations

import pytest

from trtmigrate import FileResult, migrate_source

DIVIDED = """\
import tensorrt as trt


def count(engine: trt.ICudaEngine):
    total = engine.num_bindings{counted}
    per_profile = total // engine.num_optimization_profiles{divided}
    return per_profile
"""
ONE = """\
    total = engine.num_io_tensors
    per_profile = total
"""


def migrated(counted: str = "", divided: str = "", **options: object) -> FileResult:
    text = DIVIDED.format(counted=counted, divided=divided)
    return migrate_source(text, **options)  # type: ignore[arg-type]


def test_a_count_and_its_division_change_together() -> None:
    result = migrated()
    assert result.after is not None and ONE in result.after
    assert not result.left


@pytest.mark.parametrize("place", ["counted", "divided"])
def test_an_ignore_comment_on_one_of_them_keeps_both(place: str) -> None:
    result = migrated(**{place: "  # trtmigrate: ignore"})
    assert result.after == result.before
    assert [f.applied for f in result.findings] == [False]
    assert "which has to change with it" in result.findings[0].message


@pytest.mark.parametrize("code", ["TRT101", "TRT111"])
def test_selecting_one_of_their_rules_keeps_both(code: str) -> None:
    result = migrated(select=(code,))
    assert result.after == result.before
    assert [f.code for f in result.left] == [code]


def test_a_total_that_is_printed_counts_all_profiles_and_is_divided() -> None:
    text = DIVIDED.format(counted="", divided="").replace("return", "print(total)\n    return")
    after = migrate_source(text).after
    assert after is not None
    assert "total = engine.num_io_tensors * engine.num_optimization_profiles\n" in after
    assert "per_profile = total // engine.num_optimization_profiles\n" in after
