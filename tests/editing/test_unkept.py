"""Form feeds and lone backslashes survive, though LibCST does not keep them."""

from __future__ import annotations

import libcst as cst
import pytest

from trtmigrate import migrate_source
from trtmigrate.editing.unkept import hidden, shown

TEXTS = [
    "\fimport a\n",
    "import a\n\fimport b\n",
    "def f():\n    a  # c\n\f    b\n",
    "import a\n\\\nimport b\n",
    "def f():\n\\\n    return 1\n",
    "def f():\r\n\\\r\n    return 1\r\n",
    "def f():\n    a\n    \\\n  \\\n    return 1\n",
    "if a:\n    b\n\\\nelse:\n    c\n",
    "@a\n\fdef f(): pass\n",
]
KEPT = [
    "x = '''\n\\\n\fy'''\n",
    "x = [\n\\\n1]\n",
    "a\\\n\\\n.b\n",
    "\f\nimport a\n\f\nimport b\n",
    "x = '\\\\'\n",
]


@pytest.mark.parametrize("text", TEXTS + KEPT)
def test_text_comes_back(text: str) -> None:
    assert shown(cst.parse_module(hidden(text)).code, text) in (text, text.removeprefix("\f\n"))


@pytest.mark.parametrize("text", KEPT[:3] + KEPT[4:])
def test_strings_and_brackets_are_left_alone(text: str) -> None:
    assert hidden(text) == text


def test_lines_keep_their_numbers() -> None:
    for text in TEXTS:
        assert len(hidden(text).split("\n")) == len(text.split("\n"))


@pytest.mark.parametrize("text", TEXTS)
def test_file_with_them_is_migrated_with_one_line_changed(text: str) -> None:
    end = "\r\n" if "\r\n" in text else "\n"
    head = f"import tensorrt as trt{end}"
    tail = f"def n(engine: trt.ICudaEngine):{end}    return engine.num_bindings{end}"
    whole = text + head + tail if text.startswith("\f") else head + text + tail
    result = migrate_source(whole)
    assert result.error is None
    assert result.after == whole.replace("num_bindings", "num_io_tensors")
