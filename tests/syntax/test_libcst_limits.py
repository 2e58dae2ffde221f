"""What LibCST cannot read or print (docs/limits.md): kept all the same, or one error."""

from __future__ import annotations

import libcst as cst
import pytest

from trtmigrate import Status, migrate_source

USE = "import tensorrt as trt\nengine: trt.ICudaEngine = make()\nn = engine.num_bindings\n"
LOST = {
    "form feed": "x = 1\n\fy = 2\n",
    "backslash alone": "x = 1\n\\\ny = 2\n",
    "last end of line": "x = 1\ry = 2\r",
}
LAMBDAS = (
    "if(lambda: x)():\n    pass\n",
    "x = not(lambda: 1)\n",
    "x = 1 in((lambda: a))()\n",
    "def f():\n    return(lambda: 1)\n",
    "while(lambda: 0)():\n    pass\n",
    "with(lambda: 0)() as x:\n    pass\n",
)


@pytest.mark.parametrize("name", LOST)
def test_what_libcst_loses_is_kept(name: str) -> None:
    assert cst.parse_module(LOST[name]).code != LOST[name], "a limit that is gone"
    end = "\r" if "\r" in LOST[name] else "\n"
    text = USE.replace("\n", end) + LOST[name]
    assert migrate_source(text).after == text.replace("num_bindings", "num_io_tensors")


def test_block_that_begins_with_a_backslash_is_read() -> None:
    block = "if n:\n    \\\n    y = 2\n"
    with pytest.raises(cst.ParserSyntaxError):
        cst.parse_module(block)
    text = USE + block
    assert migrate_source(text).after == text.replace("num_bindings", "num_io_tensors")


@pytest.mark.parametrize("text", LAMBDAS)
def test_lambda_right_after_a_keyword_is_one_error_with_its_line(text: str) -> None:
    with pytest.raises(TypeError):
        cst.parse_module(text)
    result = migrate_source(USE + text, path="a.py")
    line = 4 + text[: text.index("lambda")].count("\n")
    assert result.status is Status.FAILED and not result.changed
    assert result.error is not None
    assert result.error.startswith(f"a.py:{line}: ") and "write a blank after `" in result.error


def test_error_says_nothing_of_lambdas_that_libcst_can_read() -> None:
    text = USE + "x = (lambda: 1)\nif (lambda: x)():\n    pass\n"
    assert migrate_source(text).after == text.replace("num_bindings", "num_io_tensors")


def test_comment_behind_the_last_block_is_one_error_and_the_file_stays() -> None:
    block = "if n:\n    y = 2\n\n  # z\n"
    assert cst.parse_module(block).code != block, "a limit that is gone"
    result = migrate_source(USE + block, path="a.py")
    assert result.status is Status.FAILED and not result.changed
    assert result.error == (
        "a.py:1: the parser does not keep this file as it is; nothing was changed"
    )
