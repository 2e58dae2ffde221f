"""`--add-ignores` accepts what is left, and a comment that suppresses nothing is found (TRT010)."""

from __future__ import annotations

import textwrap

import pytest

from trtmigrate import migrate_source
from trtmigrate.findings import Finding
from trtmigrate.sources.gate import Interest, interest

HEAD = "import tensorrt as trt\n\n\ndef f(context: trt.IExecutionContext, i):\n"
IGNORE = "  # trtmigrate: ignore[TRT207]"


def with_ignores(body: str) -> str:
    """The body of a function after `--add-ignores`, which leaves nothing to be found."""
    after = migrate_source(HEAD + textwrap.indent(body, "    "), add_ignores=True).after
    assert after is not None
    again = migrate_source(after, add_ignores=True)
    assert again.left == () and again.after == after
    return textwrap.dedent(after.removeprefix(HEAD))


def found(text: str, *, target: str = "10", select: tuple[str, ...] = ()) -> list[Finding]:
    result = migrate_source(text, target=target, select=select)
    return [finding for finding in result.findings if finding.code == "TRT010"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("context.get_shape(i)\n", f"context.get_shape(i){IGNORE}\n"),
        ("context.get_shape(\n    i\n)\n", f"context.get_shape(\n    i\n){IGNORE}\n"),
        ("context.get_shape(i)  # why\n", f"context.get_shape(i)  # why{IGNORE}\n"),
        ("x = context.get_shape(i), \\\n    1\n", f"x = context.get_shape(i), \\\n    1{IGNORE}\n"),
        (
            "while context.get_shape(\n    i\n):\n\n    # note\n    pass\n",
            f"while context.get_shape(\n    i\n):{IGNORE}\n\n    # note\n    pass\n",
        ),
        (
            "try:\n    pass\nexcept context.get_shape(i):\n    pass\n",
            f"try:\n    pass\nexcept context.get_shape(i):{IGNORE}\n    pass\n",
        ),
        (
            "try:\n    pass\nexcept (\n    context.get_shape(i),\n    OSError,\n):\n    pass\n",
            f"try:\n    pass\nexcept (\n    context.get_shape(i),{IGNORE}\n    OSError,\n):\n"
            "    pass\n",
        ),
    ],
)
def test_comment_stands_behind_what_is_left(before: str, after: str) -> None:
    assert with_ignores(before) == after


def test_place_for_no_comment_does_not_cost_the_others_theirs() -> None:
    clause = "    except context.get_shape(i) or \\\n        OSError:\n        pass\n"
    source = f"{HEAD}    try:\n        context.get_shape(i)\n{clause}"
    after = migrate_source(source, add_ignores=True).after
    assert after == f"{HEAD}    try:\n        context.get_shape(i){IGNORE}\n{clause}"


def test_two_codes_of_a_statement_share_a_comment() -> None:
    body = "x = context.get_shape(i), trt.UffParser()\n"
    assert with_ignores(body).endswith("  # trtmigrate: ignore[TRT207, TRT501]\n")


def test_what_is_rewritten_gets_no_comment() -> None:
    assert with_ignores("n = context.engine.num_bindings\n") == (
        "n = context.engine.num_io_tensors\n"
    )


def test_line_ends_stay() -> None:
    source = (HEAD + "    context.get_shape(i)\n    return i\n").replace("\n", "\r\n")
    after = migrate_source(source, add_ignores=True).after
    assert after == source.replace("shape(i)\r\n", f"shape(i){IGNORE}\r\n")


def test_comment_of_ours_that_suppresses_nothing_is_not_ignored_in_its_turn() -> None:
    source = "x = 1  # trtmigrate: ignore[TRT101]\n"
    assert migrate_source(source, add_ignores=True).after == source
    assert migrate_source(source, todo=True).after == source


def test_comment_in_a_file_without_tensorrt_is_found() -> None:
    for comment in (b"# trtmigrate: ignore[TRT101]", b"#trtmigrate:ignore"):
        assert interest(b"x = 1  " + comment, "10") is Interest.SURE
    assert interest(b"import trtmigrate  # ignore", "10") is Interest.NONE


def test_finding_shows_the_comment() -> None:
    (finding,) = found("x = 1  # noqa  # trtmigrate: ignore[TRT101]  # why\n")
    assert (finding.line, finding.column, finding.end_column) == (1, 16, 44)
    assert finding.message == "remove TRT101, which finds nothing here"


@pytest.mark.parametrize("code", ["TRT101", "trt101", "Trt1", "TRT", ""])
def test_comment_that_suppresses_an_edit_is_of_use(code: str) -> None:
    brackets = f"[{code}]" if code else ""
    source = f"{HEAD}    context.engine.num_bindings  # trtmigrate: ignore{brackets}\n"
    assert found(source) == []
    assert migrate_source(source).after == source


@pytest.mark.parametrize("target", ["8.6", "10.3", "11"])
def test_comment_for_another_target_is_of_use(target: str) -> None:
    line = "    trt.BuilderFlag.FP16, context.get_shape(i)  # trtmigrate: ignore[TRT6, TRT2]\n"
    assert found(HEAD + line, target=target) == []


def test_comment_about_a_rule_that_is_not_selected_is_of_use() -> None:
    line = "    context.get_shape(i)  # trtmigrate: ignore[TRT207]\n"
    assert found(HEAD + line, select=("TRT0", "TRT1")) == []


def test_rule_that_is_not_selected_finds_nothing() -> None:
    assert found("x = 1  # trtmigrate: ignore\n", select=("TRT1",)) == []


def test_only_its_own_code_suppresses_the_finding_about_a_comment() -> None:
    assert found("x = 1  # trtmigrate: ignore[TRT101, TRT010]\n") == []
    assert len(found("x = 1  # trtmigrate: ignore\n")) == 1
    assert len(found("x = 1  # trtmigrate: ignore[TRT0]\n")) == 1
