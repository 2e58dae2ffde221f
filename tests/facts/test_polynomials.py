"""Arithmetic of binding indexes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trtmigrate.facts.domain.polynomials import Atom, Poly, atom, number

# How fast the machine is says nothing about polynomials.

TENSORS = atom("tensors", "engine")
PROFILE = atom("other", "k")
LOOP = atom("counter", "loop")

polynomials = st.recursive(
    st.one_of(st.integers(-3, 3).map(number), st.sampled_from([TENSORS, PROFILE, LOOP])),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: two[0] + two[1]),
        st.tuples(inner, inner).map(lambda two: two[0] * two[1]),
    ),
    max_leaves=5,
)


def test_sum_in_any_order_is_the_same() -> None:
    assert TENSORS * PROFILE + LOOP == LOOP + PROFILE * TENSORS
    assert hash(TENSORS * PROFILE + LOOP) == hash(LOOP + PROFILE * TENSORS)


def test_difference_with_itself_is_the_number_zero() -> None:
    assert (TENSORS + LOOP - LOOP - TENSORS).constant == 0


def test_constant_of_what_is_no_number_is_none() -> None:
    assert (TENSORS + number(1)).constant is None


def test_equal_roles_of_different_engines_are_different_numbers() -> None:
    assert atom("tensors", "another engine") != TENSORS


def test_quotient_by_the_tensors_of_a_profile() -> None:
    assert (TENSORS * PROFILE).divided_by(TENSORS) == PROFILE


def test_quotient_that_is_not_exact_is_none() -> None:
    assert (TENSORS * PROFILE + LOOP).divided_by(TENSORS) is None
    assert number(3).divided_by(number(2)) is None


def test_quotient_by_a_sum_is_none() -> None:
    assert TENSORS.divided_by(TENSORS + LOOP) is None


def test_profile_part_is_what_has_the_number_of_tensors() -> None:
    index = TENSORS * PROFILE + LOOP + number(2)
    assert index.with_role("tensors") == TENSORS * PROFILE


def test_substituting_zero_for_the_profile_drops_the_padding() -> None:
    index = TENSORS * PROFILE + LOOP
    assert index.substitute(Atom("other", "k"), number(0)) == LOOP


@pytest.mark.parametrize("value", [0, 1, -4, 7])
def test_number_is_its_constant(value: int) -> None:
    assert number(value).constant == value


@given(polynomials, polynomials, polynomials)
def test_product_distributes_over_a_sum(a: Poly, b: Poly, c: Poly) -> None:
    assert a * (b + c) == a * b + a * c


@given(polynomials, polynomials)
def test_product_can_be_divided_again(a: Poly, b: Poly) -> None:
    if len(b.terms) == 1:
        assert (a * b).divided_by(b) == a


@given(polynomials)
def test_every_polynomial_minus_itself_is_zero(a: Poly) -> None:
    assert (a - a).terms == {}
