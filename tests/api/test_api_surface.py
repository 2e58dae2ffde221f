"""What exists when: look-ups against facts that were seen on the real bindings."""

from __future__ import annotations

import pytest

from trtmigrate import api


@pytest.mark.parametrize(
    ("path", "gone_in"),
    [
        ("ICudaEngine.num_bindings", "10.0.1"),
        ("ICudaEngine.get_binding_shape", "10.0.1"),
        ("IExecutionContext.execute_async_v2", "10.0.1"),
        ("IExecutionContext.all_shape_inputs_specified", "11.0.0.114"),
        ("IBuilderConfig.max_workspace_size", "10.0.1"),
        ("NetworkDefinitionCreationFlag.EXPLICIT_BATCH", "11.0.0.114"),
        ("BuilderFlag.FP16", "11.0.0.114"),
        ("UffParser", "9.0"),
        ("UffParser.parse", "9.0"),
        ("shutdown_protobuf_library", "9.0"),
        ("Refitter.__enter__", "10.0.1"),
        ("Builder.build_cuda_engine", "8.0"),
    ],
)
def test_a_removed_member_went_in(path: str, gone_in: str) -> None:
    removed = api.removed_in(path)
    assert removed is not None
    assert removed.name == gone_in


@pytest.mark.parametrize(
    "path",
    [
        "IExecutionContext.execute_v2",
        "IExecutionContext.all_binding_shapes_specified",
        "IExecutionContext.debug_sync",
        "IExecutionContext.device_memory",
        "BuilderFlag.DIRECT_IO",
        "BuilderFlag.TF32",
        "IConvolutionLayer.pre_padding",
        "INetworkDefinition.has_implicit_batch_dimension",
        "INetworkDefinition.add_plugin_v2",
        "IOptimizationProfile.set_shape_input",
        "ICudaEngine.__getitem__",
        "volume",
        "nptype",
    ],
)
def test_a_member_often_taken_for_removed_is_still_there(path: str) -> None:
    assert api.removed_in(path) is None
    owner, _, name = path.rpartition(".")
    assert api.exists(owner, name, "11.4")


@pytest.mark.parametrize(
    "cls",
    [
        "ILogger",
        "ICudaEngine",
        "IExecutionContext",
        "Runtime",
        "IHostMemory",
        "Builder",
        "INetworkDefinition",
        "OnnxParser",
        "IBuilderConfig",
    ],
)
def test_with_works_on_nine_classes_in_every_release(cls: str) -> None:
    assert all(api.exists(cls, "__enter__", release) for release in api.releases())


def test_the_tensor_names_are_there_since_the_first_known_release() -> None:
    first = api.releases()[0]
    for name in ("num_io_tensors", "get_tensor_name", "get_tensor_mode", "get_tensor_shape"):
        assert api.exists("ICudaEngine", name, first)
    for name in ("set_input_shape", "set_tensor_address", "execute_async_v3"):
        assert api.exists("IExecutionContext", name, first)


def test_added_in_tells_when_a_replacement_came() -> None:
    assert api.added_in("ICudaEngine.device_memory_size_v2") == api.Release.parse("10.1")
    assert api.added_in("Builder.build_engine_with_config") == api.Release.parse("10.6")
    assert api.added_in("Builder.build_cuda_engine") is None


def test_a_setter_is_lost_while_the_property_can_be_read() -> None:
    path = "IExecutionContext.active_optimization_profile"
    assert api.setter_removed_in(path) == api.Release.parse("10")
    assert api.removed_in(path) is None
    assert api.setter_removed_in("ITensor.dtype") == api.Release.parse("11")


def test_a_property_that_is_gone_or_was_never_writable_lost_no_setter() -> None:
    assert api.setter_removed_in("IBuilderConfig.max_workspace_size") is None
    assert api.setter_removed_in("ICudaEngine.num_io_tensors") is None
    assert api.setter_removed_in("ITensor.name") is None


def test_a_layer_inherits_what_its_base_has_and_loses() -> None:
    assert api.exists("IConvolutionLayer", "precision", "10")
    assert not api.exists("IConvolutionLayer", "precision", "11")
    assert api.removed_in("IConvolutionLayer.precision") == api.Release.parse("11")
    assert api.is_subclass("IConvolutionLayer", "ILayer")
    assert not api.is_subclass("ITensor", "ILayer")
    assert "Dims" in api.bases("DimsHW")


def test_an_alias_is_the_class_it_stands_for() -> None:
    assert api.class_of_alias("ResizeMode") == "InterpolationMode"
    assert api.class_of_alias("SliceMode") == "SampleMode"
    assert api.class_of_alias("Logger.Severity") == "ILogger.Severity"
    assert api.class_of_alias("SampleMode") == "SampleMode"


@pytest.mark.parametrize(
    ("enum", "member", "before", "after", "integers"),
    [
        ("BuilderFlag", "REFIT", "8.6.1", "10", (5, 4)),
        ("BuilderFlag", "TF32", "8.6.1", "10", (7, 6)),
        ("BuilderFlag", "VERSION_COMPATIBLE", "10.16.1", "11", (13, 12)),
        ("LayerType", "CAST", "8.6.1", "10", (47, 1)),
        ("TacticSource", "JIT_CONVOLUTIONS", "10.16.1", "11", (4, 1)),
        ("NetworkDefinitionCreationFlag", "STRONGLY_TYPED", "10.16.1", "11", (1, 0)),
    ],
)
def test_an_enum_was_renumbered(
    enum: str, member: str, before: str, after: str, integers: tuple[int, int]
) -> None:
    assert api.renumbered(enum, member, before, after) == integers


def test_an_enum_value_that_kept_its_integer_or_is_gone_was_not_renumbered() -> None:
    assert api.renumbered("BuilderFlag", "FP16", "8.6.1", "10") is None
    assert api.renumbered("BuilderFlag", "FP16", "10.16.1", "11") is None
    assert api.renumbered("BuilderFlag", "NO_SUCH_FLAG", "8.6.1", "10") is None


def test_the_integer_of_every_enum_value_is_known_in_every_release() -> None:
    for enum in filter(api.is_enum, api.classes()):
        for release in api.releases():
            for member in api.enum_members(enum, release):
                assert api.enum_value(enum, member, release) is not None, (enum, member, release)


def test_an_integer_names_what_it_means_in_a_release() -> None:
    flag = "NetworkDefinitionCreationFlag"
    assert api.enum_names(flag, 1, "8.6.1") == ("EXPLICIT_PRECISION",)
    assert api.enum_names(flag, 1, "10") == ("STRONGLY_TYPED",)
    assert api.enum_names(flag, 0, "11") == ("STRONGLY_TYPED",)
    assert api.enum_names("SampleMode", 0, "8.6.1") == ("DEFAULT", "STRICT_BOUNDS")
    assert api.enum_names("SampleMode", 99, "10") == ()


def test_everywhere_lists_all_classes_that_ever_had_a_member() -> None:
    assert api.everywhere("get_binding_shape") == ("ICudaEngine", "IExecutionContext")
    assert api.everywhere("build_cuda_engine") == ("Builder",)
    assert api.everywhere("no_such_member") == ()


def test_members_of_a_class_include_what_it_inherits_and_what_it_lost() -> None:
    names = api.members("IConvolutionLayer")
    assert {"kernel_size", "kernel_size_nd", "get_output", "precision"} <= names
    assert "window_size" not in names
