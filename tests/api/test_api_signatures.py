"""What methods take and give, in one spelling for all releases."""

from __future__ import annotations

import re

import pytest

from trtmigrate import api
from trtmigrate.api._data import raw_members
from trtmigrate.api.signatures import normalized_type, parse_signature
from trtmigrate.api.surface import spans


@pytest.mark.parametrize(
    ("cls", "method", "gives"),
    [
        ("ICudaEngine", "create_execution_context", "IExecutionContext"),
        ("Runtime", "deserialize_cuda_engine", "ICudaEngine"),
        ("Builder", "build_engine", "ICudaEngine"),
        ("Builder", "build_serialized_network", "IHostMemory"),
        ("Builder", "build_cuda_engine", "ICudaEngine"),
        ("ICudaEngine", "create_engine_inspector", "EngineInspector"),
        ("ICudaEngine", "get_tensor_mode", "TensorIOMode"),
        ("ICudaEngine", "get_tensor_profile_shape", "list[Dims]"),
        ("INetworkDefinition", "add_convolution_nd", "IConvolutionLayer"),
        ("INetworkDefinition", "__getitem__", "ILayer"),
        ("IConvolutionLayer", "get_output", "ITensor"),
        ("", "get_plugin_registry", "IPluginRegistry"),
        ("", "Logger", "Logger"),
        ("infer", "create_infer_runtime", "Runtime"),
    ],
)
def test_a_call_gives_a_tensorrt_object(cls: str, method: str, gives: str) -> None:
    assert api.return_type(cls, method) == gives


@pytest.mark.parametrize(
    ("cls", "method"),
    [
        ("ICudaEngine", "get_tensor_name"),  # a str
        ("ICudaEngine", "__getitem__"),  # an int or a str, by the argument
        ("IExecutionContext", "execute_async_v3"),
        ("ICudaEngine", "no_such_method"),
        ("", "volume"),
    ],
)
def test_other_calls_give_no_tensorrt_object(cls: str, method: str) -> None:
    assert api.return_type(cls, method) is None


def test_the_type_of_any_result_is_told_where_all_releases_agree() -> None:
    assert api.result_type("ICudaEngine", "get_tensor_name") == "str"
    assert api.result_type("IExecutionContext", "execute_async_v2") == "bool"
    assert api.result_type("ICudaEngine", "__getitem__") is None


@pytest.mark.parametrize(
    ("cls", "name", "gives"),
    [
        ("IExecutionContext", "engine", "ICudaEngine"),
        ("Builder", "logger", "ILogger"),
        ("IBuilderConfig", "int8_calibrator", "IInt8Calibrator"),
        ("ITensor", "shape", "Dims"),
        ("IConvolutionLayer", "kernel_size", "DimsHW"),
        ("IConvolutionLayer", "name", "str"),
        ("IPluginRegistry", "plugin_creator_list", "list[IPluginCreator]"),
        ("Logger", "min_severity", "ILogger.Severity"),
    ],
)
def test_a_property_gives_a_type(cls: str, name: str, gives: str) -> None:
    assert api.property_type(cls, name) == gives


def test_a_property_without_a_stated_getter_gives_nothing_known() -> None:
    assert api.property_type("IExecutionContext", "device_memory") is None
    assert api.property_type("ITensor", "dynamic_range") is None
    assert api.property_type("ICudaEngine", "get_tensor_name") is None


def test_the_values_of_the_module_have_a_class() -> None:
    assert api.value_type("float32") == "DataType"
    assert api.value_type("Builder") is None


def test_parameters_come_in_order_with_their_defaults() -> None:
    (execute,) = api.parameters("IExecutionContext", "execute_async")
    assert [(p.name, p.type, p.has_default) for p in execute] == [
        ("batch_size", "int", True),
        ("bindings", "list[int]", False),
        ("stream_handle", "int", False),
        ("input_consumed", "capsule", True),
    ]


def test_each_distinct_overload_is_listed_newest_first() -> None:
    names = [[p.name for p in one] for one in api.parameters("INetworkDefinition", "add_quantize")]
    assert names == [["input", "scale", "output_type"], ["input", "scale"]]


def test_parameter_types_join_what_overloads_take() -> None:
    assert api.parameter_types("ICudaEngine", "get_binding_shape") == {
        "index": "int",
        "name": "str",
    }
    assert api.parameter_types("ICudaEngine", "__getitem__") == {"arg0": "int | str"}
    # The bindings themselves have these two names swapped.
    assert api.parameter_types("ICudaEngine", "get_tensor_profile_values") == {
        "name": "int",
        "profile_index": "str",
    }


def test_a_constructor_has_parameters_unless_python_cannot_make_the_object() -> None:
    assert [[p.name for p in one] for one in api.constructors("Refitter")] == [["engine", "logger"]]
    assert api.constructors("ICudaEngine") == []


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("List[tensorrt.tensorrt.Dims]", "list[Dims]"),
        ("collections.abc.Sequence[typing.SupportsInt]", "list[int]"),
        ("typing.SupportsInt | typing.SupportsIndex", "int"),
        ("nvinfer1::TensorIOMode", "TensorIOMode"),
        ("nvinfer1::IEngineInspector", "EngineInspector"),
        ("typing_extensions.Buffer", "buffer"),
        ("ITensor", "ITensor"),
    ],
)
def test_a_type_has_one_spelling(written: str, means: str) -> None:
    assert normalized_type(written) == means


def test_a_default_that_holds_brackets_and_commas_is_no_parameter() -> None:
    parsed = parse_signature("f(self: A, d: B = <E.X: (1, 2)>, *, n: int = 'a, b') -> None")
    assert [(p.name, p.type, p.has_default) for p in parsed.parameters] == [
        ("d", "B", True),
        ("n", "int", True),
    ]


@pytest.mark.parametrize("text", ["", "f", "f(self", "no signature at all"])
def test_a_text_that_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a signature"):
        parse_signature(text)


def test_every_signature_of_every_release_is_understood() -> None:
    for path in raw_members():
        for span in spans(path):
            if span.kind in ("method", "function"):
                for text in map(str, span.details):
                    parsed = parse_signature(text)
                    for kind in (parsed.result, *(p.type for p in parsed.parameters)):
                        assert kind and not re.search(r"::|typing|tensorrt", kind), (path, kind)
