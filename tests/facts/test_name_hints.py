"""What names hint at, and what they do not."""

from __future__ import annotations

from itertools import combinations

import pytest

from trtmigrate import api
from trtmigrate.facts.models import name_hints
from trtmigrate.facts.models.name_hints import class_with, is_foreign, is_telling


def test_every_entry_has_a_reason() -> None:
    entries = [*name_hints.MEMBERS, *name_hints.VARIABLES, *name_hints.LIBRARIES]
    assert all(entry.reason.endswith(".") for entry in entries)


def test_no_member_is_judged_twice() -> None:
    for a, b in combinations(name_hints.MEMBERS, 2):
        assert not a.names & b.names


def test_every_judged_member_is_a_member_of_tensorrt() -> None:
    judged = {name for hint in name_hints.MEMBERS for name in hint.names}
    assert [name for name in judged if not api.everywhere(name)] == []


@pytest.mark.parametrize(
    ("members", "imports", "called", "expected"),
    [
        (["get_binding_dtype"], False, "x", "ICudaEngine"),
        (["execute_async_v2"], False, "x", "IExecutionContext"),
        (["num_bindings"], True, "engine", "ICudaEngine"),
        (["get_binding_shape"], False, "self.context", "IExecutionContext"),
        (["get_binding_shape"], False, "self.engine", "ICudaEngine"),
        (["num_layers", "get_layer"], False, "network", "INetworkDefinition"),
        (["num_bindings"], False, "engine", None),  # nothing imports TensorRT
        (["num_bindings"], True, "wrapper", None),  # alone, and not called like an engine
        (["get_binding_shape"], False, "x", None),  # fits an engine and a context
        (["shape", "append"], True, "engine", None),
        (["num_layers"], True, "lstm", None),
    ],
)
def test_class_of_an_object_by_its_members_and_its_name(
    members: list[str], imports: bool, called: str, expected: str | None
) -> None:
    assert class_with(members, imports, called) == expected
    assert class_with(reversed(members), imports, called) == expected


@pytest.mark.parametrize(
    ("member", "imports", "called", "parameter", "tells"),
    [
        ("get_binding_dtype", False, "", False, True),
        ("max_workspace_size", False, "args", False, False),  # a setting of the program
        ("num_bindings", True, "x", True, True),  # a parameter, where TensorRT is imported
        ("num_bindings", True, "x", False, False),
        ("max_batch_size", True, "builder", False, True),
        ("max_batch_size", False, "builder", False, False),
        ("hidden_size", True, "layer", False, False),  # torch has it, too
    ],
)
def test_member_of_an_unknown_object_is_reported_if_it_tells(
    member: str, imports: bool, called: str, parameter: bool, tells: bool
) -> None:
    assert is_telling(member, imports, called, parameter) is tells


def test_libraries_that_hand_out_no_tensorrt_object_are_known() -> None:
    assert is_foreign("torch.nn.Linear")
    assert is_foreign("tensorrt_llm.Builder")
    assert not is_foreign("tensorrt.Builder")
    assert not is_foreign("common.load_engine")
