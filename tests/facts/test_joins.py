"""What holds of a place that may have either of two values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trtmigrate.facts.domain.evidence import blur
from trtmigrate.facts.domain.joins import join, rebrand
from trtmigrate.facts.domain.polynomials import atom, number
from trtmigrate.facts.domain.values import (
    CONFLICT,
    UNKNOWN,
    Const,
    External,
    Instance,
    Items,
    Number,
    Ref,
    Table,
    TensorName,
    Text,
    Value,
)

ENGINE = Instance("ICudaEngine", "made here")
CONTEXT = Instance("IExecutionContext", "made there", "made here")
VALUES: dict[str, Value] = {
    "unknown": UNKNOWN,
    "conflict": CONFLICT,
    "none": Const(None),
    "constant": Const(3),
    "string": Const("x"),
    "text": Text(),
    "number": Number(number(3)),
    "name": TensorName("made here", atom("counter", "loop")),
    "engine": ENGINE,
    "context": CONTEXT,
    "guess": Instance("ICudaEngine", "place", guessed=True),
    "stream": External("pycuda.driver.Stream()"),
    "module": Ref("torch"),
    "list": Items(ENGINE, (ENGINE,), number(1)),
    "dictionary": Table(Const("a"), ENGINE, (("a", ENGINE),)),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_join_with_itself_changes_nothing(value: Value) -> None:
    assert join(value, value) == value


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_none_gives_way_to_everything(value: Value) -> None:
    assert join(Const(None), value) == value


@pytest.mark.parametrize("value", [v for v in VALUES.values() if v != Const(None)])
def test_unknown_gives_way_to_the_kind_of_everything(value: Value) -> None:
    kind = blur(value)
    if isinstance(kind, Instance):
        kind = replace(kind, origin=None, owner=None)  # it need not be this object
    assert join(UNKNOWN, value) == join(value, UNKNOWN) == kind


@pytest.mark.parametrize("a", VALUES.values(), ids=VALUES.keys())
@pytest.mark.parametrize("b", VALUES.values(), ids=VALUES.keys())
def test_order_of_a_join_does_not_decide(a: Value, b: Value) -> None:
    if UNKNOWN in (a, b) or Const(None) in (a, b):
        return
    assert join(a, b) == join(b, a)


def test_what_the_release_says_on_one_way_is_not_known_on_all() -> None:
    assert join(UNKNOWN, Const(True, versioned=True)) == UNKNOWN
    assert join(Const(None), Const(True, versioned=True)) == Const(True, versioned=True)


def test_objects_of_different_classes_contradict_each_other() -> None:
    assert join(ENGINE, CONTEXT) == CONFLICT


def test_layers_of_two_kinds_are_layers() -> None:
    joined = join(Instance("IShuffleLayer", 1, "network"), Instance("ISoftMaxLayer", 2, "network"))
    kinds = ("IShuffleLayer", "ISoftMaxLayer")
    assert joined == Instance("ILayer", None, "network", kinds=kinds)
    third = join(joined, Instance("IScaleLayer", 3, "network"))
    assert third == Instance("ILayer", None, "network", kinds=("IScaleLayer", *kinds))
    assert join(joined, Instance("ILayer", None, "network")).kinds == ()


def test_two_engines_are_an_engine_of_unknown_origin() -> None:
    assert join(ENGINE, Instance("ICudaEngine", "elsewhere")) == Instance("ICudaEngine")


def test_place_where_two_engines_meet_is_the_origin_of_what_they_are_then() -> None:
    met = rebrand(join(ENGINE, Instance("ICudaEngine", "elsewhere")), "merge")
    assert met == Instance("ICudaEngine", "merge")
    assert rebrand(ENGINE, "merge") == ENGINE


def test_guess_gives_way_to_an_object_that_was_made() -> None:
    guess = Instance("IExecutionContext", "place", guessed=True)
    assert join(guess, ENGINE) == ENGINE
    assert join(ENGINE, guess) == ENGINE


def test_object_that_may_be_of_another_library_is_a_guess() -> None:
    joined = join(ENGINE, External("onnxruntime.InferenceSession()"))
    assert isinstance(joined, Instance) and joined.guessed


def test_engine_or_its_path_is_an_engine() -> None:
    assert join(Const("model.plan"), ENGINE) == ENGINE


def test_lists_of_different_length_keep_only_what_elements_have_in_common() -> None:
    one, two = Items(ENGINE, (ENGINE,), number(1)), Items(ENGINE, (ENGINE, ENGINE), number(2))
    assert join(one, two) == Items(ENGINE)


def test_lists_that_one_loop_made_have_an_element_for_each_round() -> None:
    assert join(Items(ENGINE, counter="loop"), Items(CONTEXT, counter="loop")) == Items(
        CONFLICT, counter="loop"
    )


def test_lists_of_two_loops_have_no_common_rounds() -> None:
    assert join(Items(ENGINE, counter="one"), Items(ENGINE, counter="other")) == Items(ENGINE)


def test_dictionaries_keep_the_entries_of_both() -> None:
    joined = join(
        Table(Const("a"), ENGINE, (("a", ENGINE),)), Table(Const("b"), CONTEXT, (("b", CONTEXT),))
    )
    assert isinstance(joined, Table)
    assert dict(joined.entries) == {"a": ENGINE, "b": CONTEXT}


def test_names_at_different_indexes_are_a_name_at_an_unknown_index() -> None:
    first, second = TensorName("e", number(0)), TensorName("e", number(1))
    assert join(first, second) == TensorName("e", None)


def test_suffix_of_one_name_may_be_on_the_joined_name() -> None:
    joined = join(TensorName("e", suffixed=True, added=True), Const("input"))
    assert isinstance(joined, TensorName) and joined.suffixed and joined.added


def test_different_numbers_are_some_number() -> None:
    assert join(Const(1), Const(2)) == Number(None)
    assert join(Number(number(1)), Const(1)) == Number(None)


def test_string_and_number_contradict_each_other() -> None:
    assert join(Const("x"), Const(1)) == CONFLICT
