"""Operators on counts and indexes of bindings, on strings and on releases."""

from __future__ import annotations

import pytest

from trtmigrate import migrate_source
from trtmigrate.facts.domain.arithmetic import compare, is_over_profiles, negate, operate
from trtmigrate.facts.domain.polynomials import atom, number
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    Items,
    Number,
    TensorName,
    Text,
    Value,
)

TENSORS, PROFILES = atom("tensors", "engine"), atom("profiles", "engine")
ALL = Number(TENSORS * PROFILES, "engine")


def test_total_divided_by_the_number_of_profiles_is_the_count_of_a_profile() -> None:
    assert operate("FloorDivide", ALL, Number(PROFILES, "engine")) == Number(TENSORS, "engine")


def test_total_divided_by_an_unknown_count_is_the_count_of_a_profile() -> None:
    quotient = operate("FloorDivide", ALL, Number(atom("other", "n")))
    assert quotient == Number(TENSORS, "engine")
    assert is_over_profiles(ALL) and not is_over_profiles(quotient)


def test_remainder_of_a_count_is_some_number() -> None:
    assert operate("Modulo", ALL, Const(2)) == Number(None, "engine")


def test_count_of_which_nothing_is_known_stays_some_number() -> None:
    assert operate("Add", Number(None, "engine"), Const(1)) == Number(None, "engine")
    assert operate("Add", Const(1), Number(None, "engine")) == Number(None, "engine")


def test_constants_are_folded() -> None:
    assert operate("LeftShift", Const(1), Const(30)) == Const(1 << 30)
    assert operate("FloorDivide", Const(1), Const(0)) == UNKNOWN


def test_result_depends_on_the_release_if_an_operand_does() -> None:
    assert operate("Add", Const(8, versioned=True), Const(2)) == Const(10, versioned=True)


def test_count_and_constant_give_a_polynomial() -> None:
    assert operate("Subtract", Number(TENSORS), Const(1)) == Number(TENSORS - number(1))


def test_minus_of_a_count_is_a_count() -> None:
    assert negate(Number(TENSORS)) == Number(-TENSORS)
    assert negate(Const(3)) == Const(-3)
    assert negate(Text()) == UNKNOWN


@pytest.mark.parametrize(
    ("operator", "left", "right"),
    [
        ("Add", TensorName("e"), Const(" [profile 1]")),
        ("Modulo", Const("%s [profile %d]"), Items()),
    ],
)
def test_suffix_that_the_program_adds_is_known(operator: str, left: Value, right: Value) -> None:
    result = operate(operator, left, right)
    assert isinstance(result, TensorName) and result.added


def test_string_without_the_suffix_is_just_a_string() -> None:
    assert operate("Add", Const("a"), Text()) == Text()


def test_concatenated_lists_know_their_items() -> None:
    joined = operate("Add", Items(Const(1), (Const(1),)), Items(Const(1), (Const(1),)))
    assert joined == Items(Const(1), (Const(1), Const(1)))


@pytest.mark.parametrize(
    ("text", "other", "truth", "wrong"),
    [
        ("10.3.0", "8.0", False, True),  # as texts: '10.3.0' < '8.0'
        ("9.1.0", "8.0", False, False),
        ("10", "8", False, True),
    ],
)
def test_releases_compared_as_texts_mean_numbers(
    text: str, other: str, truth: bool, wrong: bool
) -> None:
    value, is_wrong = compare("LessThan", Const(text, versioned=True), Const(other))
    assert value == Const(truth, versioned=True)
    assert is_wrong is wrong


def test_texts_that_have_nothing_to_do_with_a_release_are_compared_as_texts() -> None:
    assert compare("LessThan", Const("10"), Const("8")) == (Const(True), False)


def test_comparison_with_something_unknown_is_unknown() -> None:
    assert compare("Equal", Const(1), UNKNOWN) == (UNKNOWN, False)


def test_true_division_of_counts_is_no_integer_until_int_makes_it_so() -> None:
    total = Number(atom("tensors", "e") * atom("profiles", "e"), "e")
    profiles = Number(atom("profiles", "e"), "e")
    divided = operate("Divide", total, profiles)
    assert divided == Number(atom("tensors", "e"), "e", is_float=True)
    assert operate("Add", divided, Const(1)) == Number(
        atom("tensors", "e") + number(1), "e", is_float=True
    )
    assert operate("FloorDivide", total, profiles) == Number(atom("tensors", "e"), "e")


def test_variable_of_a_true_division_is_no_number_of_tensors_to_count_with() -> None:
    after = migrate_source(
        "import tensorrt as trt\n\n\ndef f(engine: trt.ICudaEngine, slot: int):\n"
        "    quotient = engine.num_bindings / engine.num_optimization_profiles\n"
        "    print(quotient)\n    return engine.get_binding_name(slot)\n"
    ).after
    assert after is not None
    assert "engine.get_tensor_name(slot % engine.num_io_tensors)" in after
