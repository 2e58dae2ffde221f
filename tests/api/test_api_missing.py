"""What a target lacks: the counts and the borders of the list that every report is made from."""

from __future__ import annotations

import pytest

from trtmigrate import api
from trtmigrate.api._data import raw_before_8_5, raw_members
from trtmigrate.api.missing import PACKAGING
from trtmigrate.api.surface import own_span


def lost_between(before: str, after: str) -> set[str]:
    """Paths that one release has and another has not, counted from the data itself."""
    lost = {p for p in raw_members() if own_span(p, before) and not own_span(p, after)}
    return {path for path in lost if path.rpartition(".")[2] not in ("__init__", "__eq__")}


@pytest.mark.parametrize(
    ("before", "after", "count"), [("8.6.1", "10.0.1", 170), ("10.16.1.11", "11.0.0.114", 123)]
)
def test_so_many_members_went_at_a_major_release(before: str, after: str, count: int) -> None:
    assert len(lost_between(before, after)) == count


@pytest.mark.parametrize(
    ("before", "after"), [("8.6.1", "10.0.1"), ("10.16.1.11", "11.0.0.114"), ("8.5", "11.4")]
)
def test_every_lost_member_is_missing_unless_its_class_answers_for_it(
    before: str, after: str
) -> None:
    silent = lost_between(before, after) - api.missing_in(after).keys()
    for path in silent:
        owner, _, name = path.rpartition(".")
        assert path in PACKAGING or (name.startswith("__") and owner in api.missing_in(after)), path


@pytest.mark.parametrize("target", ["8.6", "10", "10.16", "11", "11.4"])
def test_nothing_missing_is_there(target: str) -> None:
    for path, entry in api.missing_in(target).items():
        there = api.exists(entry.owner, entry.name, target)
        assert there == (entry.kind in ("setter", "overload")), path
        assert api.Release.named(entry.gone_in) <= api.Release.parse(target)


def test_target_11_lacks_all_that_target_10_lacks_but_what_came_back() -> None:
    assert api.missing_in("10").keys() - api.missing_in("11").keys() == set()


def test_no_release_of_a_line_lost_more_than_its_first_but_plugin_details() -> None:
    late = api.missing_in("10.16").keys() - api.missing_in("10").keys()
    assert late == {
        "IPluginCreatorV3Quick.create_plugin",
        "IPluginV3OneBuild.get_output_datatypes",
        "IPluginV3QuickBuild.metadata_string",
        "IPluginV3QuickBuild.num_outputs",
        "IPluginV3QuickBuild.timing_cache_id",
    }
    assert api.missing_in("11.4").keys() == api.missing_in("11").keys()


@pytest.mark.parametrize(
    "path",
    [
        "IExecutionContext.execute_v2",
        "IExecutionContext.all_binding_shapes_specified",
        "BuilderFlag.DIRECT_IO",
        "IConvolutionLayer.pre_padding",
        "ICudaEngine.get_tensor_name",
        "ICudaEngine.__enter__",
        "FieldMap.__init__",
        "CURDIR",
        "find_lib",
        "ENABLE_LONG_TERM",
    ],
)
@pytest.mark.parametrize("target", ["10", "11"])
def test_what_is_there_or_concerns_nobody_is_not_missing(path: str, target: str) -> None:
    assert path not in api.missing_in(target)


def test_syntax_that_a_class_lost_is_missing() -> None:
    lost = api.missing_in("10")
    assert lost["ICudaEngine.__len__"].kind == "method"
    assert lost["ICudaEngine.__getitem__"].kind == "overload"
    assert lost["Refitter.__enter__"].kind == "method"


def test_a_lost_setter_is_missing_as_a_setter() -> None:
    path = "IExecutionContext.active_optimization_profile"
    assert api.missing_in("10")[path].kind == "setter"
    assert path not in api.missing_in("8.6")
    assert api.missing_in("11")["ITensor.dtype"].gone_in == "11.0.0.114"
    assert "ITensor.dtype" not in api.missing_in("10")


def test_a_call_that_is_refused_now_is_missing_as_an_overload() -> None:
    lost = api.missing_in("11")
    for name in ("add_quantize", "add_dequantize"):
        assert lost[f"INetworkDefinition.{name}"].kind == "overload"
        assert f"INetworkDefinition.{name}" not in api.missing_in("10")
    calls = {
        tuple(parameter.name for parameter in overload.parameters)
        for overload, _ in api.lost_overloads("Runtime.deserialize_cuda_engine", "11")
    }
    assert calls == {("serialized_engine", "plugin_factory"), ("stream_reader",)}


@pytest.mark.parametrize(
    "path",
    [
        "IPluginRegistry.register_creator",  # takes the base class now
        "INetworkDefinition.add_fill",  # got a default
        "Builder.create_network",
        "IExecutionContext.set_input_shape",
        "NodeIndices.extend",  # the same vector, spelled by content
    ],
)
def test_a_call_that_is_still_taken_is_no_lost_overload(path: str) -> None:
    assert api.lost_overloads(path, "11.4") == ()


def test_owners_of_a_bare_name_are_the_classes_that_lost_it() -> None:
    assert api.owners_of("get_binding_shape", "10") == ("ICudaEngine", "IExecutionContext")
    assert api.owners_of("padding", "10") == (
        "IConvolutionLayer",
        "IDeconvolutionLayer",
        "IPoolingLayer",
    )
    assert api.owners_of("max_workspace_size", "10") == ("Builder", "IBuilderConfig", "ICudaEngine")
    assert api.owners_of("active_optimization_profile", "10") == ()
    assert api.owners_of("get_binding_shape", "8.6") == ()


def test_missing_follows_the_bases_of_a_layer() -> None:
    entry = api.missing("IConvolutionLayer", "precision", "11")
    assert entry is not None
    assert entry.path == "ILayer.precision"
    assert api.missing("IConvolutionLayer", "name", "11") is None
    assert api.missing("ITensor", "padding", "11") is None


def test_missing_names_are_what_a_search_in_a_file_needs() -> None:
    names = api.missing_names("10")
    assert {"num_bindings", "build_cuda_engine", "ResizeMode", "fp16_mode"} <= names
    assert "execute_v2" not in names


def test_what_went_before_8_5_is_missing_in_every_target_with_its_source() -> None:
    for path, known in raw_before_8_5().items():
        assert known["source"], path
        assert path in api.missing_in("10"), path


def test_no_member_is_kept_by_hand_that_the_bindings_show() -> None:
    came_back = {"INetworkDefinition.add_plugin", "Runtime.deserialize_cuda_engine"}
    assert raw_before_8_5().keys() & raw_members().keys() == came_back
