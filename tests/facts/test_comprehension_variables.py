"""The variable of a comprehension is its own: it names nothing outside of it."""

from __future__ import annotations

from trtmigrate import migrate_source

HEAD = "import tensorrt as trt\n\nengine: trt.ICudaEngine\n"
BODY = """\
pairs = [({0}, {0}.create_execution_context()) for {0} in engines]
for model, context in pairs:
    model.get_binding_dtype(0)
    context.set_binding_shape(0, (1, 3))
"""


def test_variable_of_a_comprehension_is_no_engine_at_hand() -> None:
    after = migrate_source(HEAD + BODY.format("found")).after
    assert after is not None
    assert "set_input_shape(found" not in after
    assert "context.set_input_shape(context.engine.get_tensor_name(0), (1, 3))" in after


def test_variable_of_a_loop_is_an_engine_at_hand() -> None:
    loop = "for found in engines:\n    context = found.create_execution_context()\n"
    loop += "    found.get_binding_dtype(0)\n    context.set_binding_shape(1, (1, 3))\n"
    after = migrate_source(HEAD + loop).after
    assert after is not None
    assert "context.set_input_shape(found.get_tensor_name(1), (1, 3))" in after
