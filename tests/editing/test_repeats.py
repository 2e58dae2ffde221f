"""An edit repeats no effect: a call, an await or a walrus is evaluated as often as before."""

from __future__ import annotations

import pytest

from trtmigrate import migrate_source

HEAD = "import tensorrt as trt\n\n\ndef load() -> trt.ICudaEngine: ...\n\n\n"


@pytest.mark.parametrize(
    "line",
    [
        "    return load().binding_is_input(2)\n",
        "    return load().get_binding_index('x')\n",
        "    return (e := load()).get_binding_shape(2)\n",
        "    return (e := engine).get_binding_shape(2)\n",
        "    return (e := engine).get_binding_index('x')\n",
    ],
)
def test_use_whose_object_is_made_there_is_left(line: str) -> None:
    text = HEAD + "def f(engine: trt.ICudaEngine):\n" + line
    result = migrate_source(text)
    assert result.after == text
    assert any("several times" in finding.message for finding in result.left)


def test_use_that_needs_its_object_once_is_rewritten() -> None:
    after = migrate_source(HEAD + "def f():\n    return load().get_binding_name(2)\n").after
    assert after is not None and "return load().get_tensor_name(2)\n" in after


def test_variable_in_its_place_is_rewritten() -> None:
    body = "def f():\n    engine = load()\n    return engine.binding_is_input(2)\n"
    after = migrate_source(HEAD + body).after
    assert after is not None and "binding_is_input" not in after
