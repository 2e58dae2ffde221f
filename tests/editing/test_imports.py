"""An import that the edits add stands where a person would put it, with blank lines around it."""

from __future__ import annotations

import libcst as cst
import pytest

from trtmigrate.editing.imports import add_import

USE = "def f():\n    return trt\n"
IMPORT = "import tensorrt as trt\n"


def added(text: str) -> str:
    return add_import(cst.parse_module(text), "tensorrt", "trt").code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "{import}\n\n{use}"),
        ("@g\n", "{import}\n\n@g\n{use}"),
        ("# Loads.\n", "{import}\n\n# Loads.\n{use}"),
        ('"""Doc."""\n\n\n', '"""Doc."""\n\n{import}\n\n{use}'),
        ('"""Doc."""\n', '"""Doc."""\n\n{import}\n\n{use}'),
        ("#!/usr/bin/python\n# Copyright.\n", "#!/usr/bin/python\n# Copyright.\n{import}\n\n{use}"),
        ("# Copyright.\n\n# Loads.\n", "# Copyright.\n\n{import}\n\n# Loads.\n{use}"),
        ("# coding: utf-8\n", "# coding: utf-8\n{import}\n\n{use}"),
        ("import os\n\n\n", "import os\n{import}\n\n{use}"),
        (
            "from __future__ import annotations\n\n\n",
            "from __future__ import annotations\n\n{import}\n\n{use}",
        ),
    ],
)
def test_import_before_a_function(before: str, after: str) -> None:
    assert added(before + USE) == after.format_map({"import": IMPORT, "use": USE})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = trt\n", "{}\nx = trt\n"),
        ("# Copyright.\n\nx = trt\n", "# Copyright.\n\n{}\nx = trt\n"),
        ("# What this file does.\nx = trt\n", "# What this file does.\n{}\nx = trt\n"),
        ("import os\nx = trt\n", "import os\n{}x = trt\n"),
        ("import os\n# note\nx = trt\n", "import os\n{}# note\nx = trt\n"),
        ('"""Doc."""\n# note\nx = trt\n', '"""Doc."""\n\n{}\n# note\nx = trt\n'),
        ('"""Doc. trt"""\nprint(trt)', '"""Doc. trt"""\n\n{}\nprint(trt)'),
    ],
)
def test_import_before_other_statements(before: str, after: str) -> None:
    assert added(before) == after.format(IMPORT)


def test_import_that_nothing_uses_is_not_added() -> None:
    assert added('"""About trt."""\nx = 1\n') == '"""About trt."""\nx = 1\n'
