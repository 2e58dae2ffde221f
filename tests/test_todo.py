"""`--todo` writes a comment at what is left, once."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))

from make_fixture_findings import findings_path, inputs, migrated, read

from trtmigrate import FileResult, migrate_source

LEFT = """import tensorrt as trt


def infer(context: trt.IExecutionContext, i):
    if i:
        values = (
            context.get_shape(i)
        )
    return values
"""


def test_comment_stands_above_the_statement_that_is_left() -> None:
    after = migrate_source(LEFT, todo=True).after
    assert after is not None
    lines = after.splitlines()
    assert lines[5].startswith("        # TODO(trtmigrate): TRT207 get_shape is gone")
    assert lines[6] == "        values = ("


def test_second_run_writes_no_second_comment() -> None:
    after = migrate_source(LEFT, todo=True).after
    assert after is not None
    assert migrate_source(after, todo=True).after == after


def test_without_the_option_there_is_no_comment() -> None:
    assert migrate_source(LEFT).after == LEFT


def test_what_is_rewritten_gets_no_comment() -> None:
    source = "import tensorrt as trt\n\n\ndef f(e: trt.ICudaEngine):\n    return e.num_bindings\n"
    after = migrate_source(source, todo=True).after
    assert after is not None
    assert "TODO" not in after and "num_io_tensors" in after


def test_comment_of_before_stays_where_an_annotation_made_its_place_an_edit() -> None:
    left = "import tensorrt as trt\n\ndef f(e: trt.ICudaEngine, i):\n    e.get_binding_shape(i)\n"
    marked = migrate_source(left, todo=True).after
    assert marked is not None and "# TODO(trtmigrate): TRT103" in marked
    after = migrate_source(marked.replace(", i)", ", i: int)", 1), todo=True).after
    assert after is not None
    assert "get_tensor_shape(e.get_tensor_name(i))" in after
    assert after.count("# TODO(trtmigrate)") == 1  # docs/finishing.md says to delete it


def test_newlines_of_the_file_are_kept() -> None:
    after = migrate_source(LEFT.replace("\n", "\r\n"), todo=True).after
    assert after is not None
    assert after.count("\n") == after.count("\r\n") == LEFT.count("\n") + 1


def test_file_with_nothing_left_stays_as_it_is() -> None:
    source = "import tensorrt as trt\nprint(trt.__version__)\n"
    assert migrate_source(source, todo=True).after == source


FLAGS = """import tensorrt as trt


def configure(config: trt.IBuilderConfig, args):
    if args.fp16:
        config.set_flag(trt.BuilderFlag.FP16)
    config.set_flag(trt.BuilderFlag.INT8)
    return config
"""


def test_comment_stays_where_a_flag_went_that_the_model_has_to_make_up_for() -> None:
    after = migrate_source(FLAGS, target="11", todo=True).after
    assert after is not None
    lines = after.splitlines()
    assert lines[4] == "    if args.fp16:"
    assert lines[5].startswith("        # TODO(trtmigrate): TRT602 the engine computes in FP16")
    assert lines[6] == "        pass"
    assert lines[7].startswith("    # TODO(trtmigrate): TRT602 the engine computes in INT8")
    assert migrate_source(after, target="11", todo=True).after == after


DIVIDED = """import tensorrt as trt


def names_of(engine: trt.ICudaEngine):
    each = engine.num_bindings // engine.num_optimization_profiles
    return list(engine)[each : each + each]
"""


def test_comment_is_there_though_an_edit_took_away_what_showed_the_place() -> None:
    result = migrate_source(DIVIDED, todo=True)
    assert [finding.code for finding in result.left] == ["TRT112"]
    assert result.after is not None
    lines = result.after.splitlines()
    assert lines[-2].startswith("    # TODO(trtmigrate): TRT112 a loop over an engine gives")
    assert migrate_source(result.after).left == ()  # the next run cannot see it


IDLE = "TRT010"  # a comment of the user that suppresses nothing: it says itself what is wrong
WITH_LEFT = {  # one of each folder: a use of each rule
    path.parent.name: path
    for path in reversed(inputs())
    if re.search(r" left$", read(findings_path(path)), re.MULTILINE)
}


def codes_left(result: FileResult) -> Counter[str]:
    return Counter(finding.code for finding in result.left if finding.code != IDLE)


@pytest.mark.parametrize("path", WITH_LEFT.values(), ids=WITH_LEFT.keys())
def test_what_is_left_has_the_same_code_in_the_report_the_comment_and_the_next_run(
    path: Path,
) -> None:
    reported = migrated(path, read(path), todo=True)
    assert reported.after is not None
    told = codes_left(reported)
    assert set(re.findall(r"# TODO\(trtmigrate\): (\w+)", reported.after)) == set(told)
    # An edit may have taken away the code that showed the place; then the comment alone is left.
    assert codes_left(migrated(path, reported.after)) <= told
