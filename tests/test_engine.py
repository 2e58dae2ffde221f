"""One file through the whole way: what survives, what is refused, what options do."""

from __future__ import annotations

from pathlib import Path

import pytest

from trtmigrate import FileResult, Safety, Status, migrate_source
from trtmigrate.sources.encoding import decode, encode

PROGRAM = """\
import tensorrt as trt


def count(engine: trt.ICudaEngine):
    return engine.num_bindings  # all of them
"""
MIGRATED = PROGRAM.replace("num_bindings", "num_io_tensors")


def written(data: bytes) -> bytes:
    """The bytes that the migration of a file gives."""
    result = migrate_source(data)
    assert result.error is None and result.after is not None
    return encode(result.after, decode(data))


def test_line_feeds_stay() -> None:
    assert written(PROGRAM.encode()) == MIGRATED.encode()


def test_carriage_returns_stay() -> None:
    data = PROGRAM.replace("\n", "\r\n").encode()
    assert written(data) == MIGRATED.replace("\n", "\r\n").encode()


def test_inserted_lines_end_as_the_file_does() -> None:
    program = (
        "import tensorrt as trt\n\n\ndef run(context: trt.IExecutionContext, b, s):\n"
        "    context.execute_async_v2(b, s)\n"
    )
    after = written(program.replace("\n", "\r\n").encode())
    assert b"set_tensor_address" in after
    assert after.count(b"\n") == after.count(b"\r\n") > program.count("\n")


def test_byte_order_mark_stays() -> None:
    data = b"\xef\xbb\xbf" + PROGRAM.encode()
    assert written(data) == b"\xef\xbb\xbf" + MIGRATED.encode()


def test_declared_encoding_stays() -> None:
    text = "# coding: latin-1\n# gr\xfc\xdfe\n"
    assert written((text + PROGRAM).encode("latin-1")) == (text + MIGRATED).encode("latin-1")


def test_tabs_stay_and_inserted_lines_use_them() -> None:
    program = (
        "import tensorrt as trt\n\n\ndef run(context: trt.IExecutionContext, b, s):\n"
        "\tif b:\n\t\tcontext.execute_async_v2(b, s)\n"
    )
    after = written(program.encode()).decode()
    assert "\n\t\tfor i in range(" in after and "\n\t\t\tcontext.set_tensor_address(" in after
    assert "    " not in after


def test_two_spaces_of_indentation_stay() -> None:
    program = (
        "import tensorrt as trt\n\ndef run(context: trt.IExecutionContext, b, s):\n"
        "  context.execute_async_v2(b, s)\n"
    )
    after = written(program.encode()).decode()
    assert "\n  for i in range(" in after and "\n    context.set_tensor_address(" in after


def test_file_without_a_last_newline_gets_none() -> None:
    assert written(PROGRAM.rstrip("\n").encode()) == MIGRATED.rstrip("\n").encode()


def test_odd_layout_around_the_change_stays() -> None:
    program = (
        "import tensorrt as trt\nengine : trt.ICudaEngine = load( )\n"
        "x  =  [ engine . num_bindings,   # n\n   1 ] ;  y=2\n"
    )
    after = written(program.encode()).decode()
    assert "# n\n   1 ] ;  y=2\n" in after and "x  =  [ engine" in after


@pytest.mark.parametrize(
    "program",
    [
        "",
        "\n",
        "print('hello')\n",
        "import tensorrt as trt\n",
        "import tensorrt as trt\nprint(  trt.__version__ )   \n\n\n",
        "# num_bindings\n",
    ],
)
def test_file_without_findings_stays_byte_for_byte(program: str) -> None:
    result = migrate_source(program.encode())
    assert result.status is Status.UNCHANGED
    assert not result.changed and not result.findings


BAD = {
    "python 2": "print 'hello'\nengine.num_bindings\n",
    "cut off": "def f(engine:\n    engine.num_bindings\n",
    "bad indentation": "if x:\n    engine.num_bindings\n  y\n",
}


@pytest.mark.parametrize("program", BAD.values(), ids=BAD.keys())
def test_file_that_does_not_parse_is_named_with_its_line(program: str) -> None:
    result = migrate_source(program, path="bad.py")
    assert result.status is Status.FAILED
    assert result.error is not None and "\n" not in result.error
    assert result.error.startswith("bad.py:") and result.error.split(":")[1].isdigit()
    assert not result.changed


def test_very_deep_nesting_fails_in_one_line() -> None:
    program = "import tensorrt as trt\nengine: trt.ICudaEngine\nx = engine.num_bindings\n"
    result = migrate_source(program + "y = " + "(" * 5000 + ")" * 5000 + "\n", path="deep.py")
    assert result.status is Status.FAILED
    assert result.error is not None and "\n" not in result.error


def test_null_byte_fails_in_one_line() -> None:
    result = migrate_source(PROGRAM.encode() + b"x = '\0'\n", path="null.py")
    assert result.status is Status.FAILED and result.error is not None


def test_unknown_target_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="7"):
        migrate_source(PROGRAM, target="7.2")


LEFT = """\
import tensorrt as trt


def shapes(engine: trt.ICudaEngine, *where):
    print(engine.num_bindings)
    return engine.get_binding_shape(*where)
"""


def test_what_is_left_makes_the_status_partial() -> None:
    result = migrate_source(LEFT)
    assert result.status is Status.PARTIAL
    assert [(f.code, f.line, f.applied) for f in result.findings] == [
        ("TRT101", 5, True),
        ("TRT103", 6, False),
    ]
    assert result.left[0].safety is Safety.MANUAL


def test_place_of_a_finding_is_that_of_the_member_access() -> None:
    (finding,) = migrate_source(PROGRAM).findings
    place = (finding.line, finding.column, finding.end_line, finding.end_column)
    assert place == (5, 12, 5, 31)
    assert finding.member == "ICudaEngine.num_bindings"


def test_findings_are_in_the_order_of_the_file() -> None:
    program = PROGRAM + "\n\ndef f(engine: trt.ICudaEngine):\n    return engine[0], len(engine)\n"
    program += "    engine.get_binding_name(0)\n"
    lines = [f.line for f in migrate_source(program).findings]
    assert lines == sorted(lines) and len(lines) >= 2


def both(**options: object) -> FileResult:
    program = (
        "import tensorrt as trt\n\n\ndef f(engine: trt.ICudaEngine):\n"
        "    size = engine.max_batch_size\n    return size, engine.num_bindings\n"
    )
    return migrate_source(program, **options)  # type: ignore[arg-type]


def test_selected_code_alone_is_changed() -> None:
    result = both(select=["TRT101"])
    assert result.after is not None
    assert "num_io_tensors" in result.after and "max_batch_size" in result.after
    assert {f.code for f in result.findings} == {"TRT101"}


def test_ignored_code_is_not_changed() -> None:
    result = both(ignore=["TRT101"])
    assert result.after is not None and "num_bindings" in result.after


def test_longer_prefix_wins() -> None:
    result = both(select=["TRT110"], ignore=["TRT1"])
    assert {f.code for f in result.findings} == {"TRT110"}


def test_only_safe_leaves_what_needs_a_review() -> None:
    result = both(only_safe=True)
    assert result.after is not None
    assert "engine.max_batch_size" in result.after and "num_io_tensors" in result.after
    assert result.status is Status.PARTIAL


def test_suppressed_line_is_left_alone() -> None:
    program = PROGRAM.replace("# all of them", "# trtmigrate: ignore[TRT101]")
    result = migrate_source(program)
    assert result.after == program and not result.left


def test_skipped_file_is_left_alone() -> None:
    program = "# trtmigrate: skip-file\n" + PROGRAM
    result = migrate_source(program)
    assert result.status is Status.SKIPPED and result.after == program


def test_old_target_keeps_the_old_api() -> None:
    assert migrate_source(PROGRAM, target="8.6").after == PROGRAM


@pytest.mark.parametrize("target", ["10", "10.3", "11"])
def test_new_target_loses_it(target: str) -> None:
    assert migrate_source(PROGRAM, target=target).after == MIGRATED


def test_missing_import_goes_after_the_docstring_and_future_imports() -> None:
    program = (
        '"""Says what it is."""\n\nfrom __future__ import annotations\n\n\n'
        "def f(engine):\n    return [n for n in engine if engine.binding_is_input(n)]\n"
    )
    after = migrate_source(program).after
    assert after is not None
    lines = after.splitlines()
    assert lines.index("import tensorrt as trt") == 4


def test_missing_import_alone_goes_to_the_top() -> None:
    after = migrate_source("def f(engine):\n    return engine.binding_is_input(0)\n").after
    assert after is not None and after.startswith("import tensorrt as trt\n")


def test_existing_alias_is_used() -> None:
    program = (
        "import tensorrt\n\n\ndef f(engine: tensorrt.ICudaEngine):\n"
        "    return engine.binding_is_input(0)\n"
    )
    after = migrate_source(program).after
    assert after is not None
    assert "== tensorrt.TensorIOMode.INPUT" in after and "import tensorrt as trt" not in after


def test_examples_are_migrated_whole() -> None:
    examples = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))
    assert len(examples) >= 4
    for path in examples:
        result = migrate_source(path.read_bytes(), path=path.name)
        assert result.status is Status.MIGRATED, path.name
        assert result.after is not None
        compile(result.after, path.name, "exec")
        for gone in ("_binding", "execute_async_v2", "max_workspace_size", "build_engine("):
            assert f".{gone}" not in result.after, path.name


PRECISION = """import tensorrt as trt


def configure(config: trt.IBuilderConfig):
    config.set_flag(trt.BuilderFlag.FP16)
"""


def test_a_precision_flag_that_goes_leaves_the_model_to_a_person() -> None:
    result = migrate_source(PRECISION, target="11")
    assert result.status is Status.PARTIAL
    dropped, left = result.findings
    assert dropped.applied and dropped.safety is Safety.REVIEW
    assert not left.applied and "AutoCast" in left.message


def test_a_precision_flag_that_is_kept_says_so_once() -> None:
    result = migrate_source(PRECISION, target="11", only_safe=True)
    assert result.after == PRECISION
    assert [f.applied for f in result.findings] == [False]


def test_spelling_that_libcst_cannot_read_is_one_line_of_error() -> None:
    text = "import tensorrt as trt\ndef f(e: trt.ICudaEngine):\n"
    text += "    while(lambda x=e.num_bindings: x)():\n        pass\n"
    result = migrate_source(text)
    assert result.status is Status.FAILED
    assert result.after in (None, text)
    assert result.error is not None and "LibCST, which reads the file" in result.error
    assert "\n" not in result.error
