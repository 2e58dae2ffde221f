"""What is only assumed tells the kind of an object, never which value it has."""

from __future__ import annotations

import pytest

from trtmigrate import migrate_source
from trtmigrate.facts.domain.evidence import blur, blur_constants
from trtmigrate.facts.domain.values import Const, Instance, Items, Number, Text

HELPER = """\
import tensorrt as trt


def {name}(engine: trt.ICudaEngine, binding="images"):
    index = engine.get_binding_index(binding)
    return engine.get_binding_shape(index)
{rest}"""


def after(text: str) -> str:
    result = migrate_source(text)
    assert result.error is None and result.after is not None
    return result.after


@pytest.mark.parametrize("call", ["", "\n\nprint(shape_of(make(), 'images'))\n"])
def test_the_default_of_a_parameter_is_never_written(call: str) -> None:
    text = after(HELPER.format(name="shape_of", rest=call))
    assert "engine.get_tensor_shape(binding)" in text
    assert 'get_tensor_shape("images")' not in text


def test_a_constant_of_a_class_is_never_written() -> None:
    text = after(
        "import tensorrt as trt\n\n\nclass Model:\n    name = 'images'\n\n"
        "    def shape(self, engine: trt.ICudaEngine):\n"
        "        index = engine.get_binding_index(self.name)\n"
        "        return engine.get_binding_shape(index)\n"
    )
    assert "self.name" in text and text.count("'images'") == 1 and '"images"' not in text


def test_a_variable_that_a_function_reassigns_is_not_a_constant() -> None:
    text = after(
        "import tensorrt as trt\n\nNAME = 'images'\n\n\n"
        "def choose(name):\n    global NAME\n    NAME = name\n\n\n"
        "def shape(engine: trt.ICudaEngine):\n"
        "    index = engine.get_binding_index(NAME)\n"
        "    return engine.get_binding_shape(index)\n"
    )
    assert text.count("images") == 1


def test_a_literal_in_the_same_function_is_shown() -> None:
    text = after(
        "import tensorrt as trt\n\n\ndef shape(engine: trt.ICudaEngine):\n"
        "    index = engine.get_binding_index('images')\n"
        "    return engine.get_binding_shape(index)\n"
    )
    assert "get_tensor_shape('images')" in text or 'get_tensor_shape("images")' in text


def test_blur_keeps_the_kind() -> None:
    assert blur(Const("x")) == Text()
    assert blur(Const(3)) == Number(None)
    assert blur(Items(Const("x"), (Const("x"),))) == Items(Text())


def test_blur_keeps_objects_releases_and_none() -> None:
    engine = Instance("ICudaEngine", "made here")
    version = Const("10.0", versioned=True)
    assert [blur(v) for v in (engine, version, Const(None))] == [engine, version, Const(None)]


def test_counts_of_an_engine_stay_in_an_attribute() -> None:
    number = Number(None, "made here")
    assert blur_constants(number) == number
    assert blur_constants(Const("x")) == Text()
