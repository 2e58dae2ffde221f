"""What a round of the interpreter remembers of the rounds before."""

import libcst as cst

from trtmigrate.facts.domain.values import UNKNOWN, Const, Number
from trtmigrate.facts.interpreter.summaries import Known, Summaries

PLACE = (cst.Name("f"), "x")


def test_value_of_this_round_is_seen_where_the_last_round_had_none() -> None:
    known: Known[str] = Known()
    known.add("n", Const(1))
    assert known["n"] == Const(1)


def test_value_of_the_last_round_is_seen_until_the_next_begins() -> None:
    known: Known[str] = Known()
    known.add("n", Number(None))
    known.begin_round(forget=True)
    known.add("n", Const(1))
    assert known["n"] == Number(None)
    known.begin_round(forget=True)
    assert known["n"] == Const(1)


def test_two_values_of_one_round_are_joined() -> None:
    known: Known[str] = Known()
    known.add("n", UNKNOWN)
    known.add("n", Const(1))
    assert known["n"] == Number(None)


def test_value_that_is_not_found_again_is_forgotten() -> None:
    known: Known[str] = Known()
    known.add("n", Const(1))
    known.begin_round(forget=True)
    known.begin_round(forget=True)
    assert "n" not in known


def test_rounds_that_keep_all_join_with_the_round_before() -> None:
    known: Known[str] = Known()
    known.add("n", UNKNOWN)
    known.begin_round(forget=False)
    known.add("n", Const(1))
    known.begin_round(forget=False)
    assert known["n"] == Number(None)


def test_what_is_linked_stays_and_is_joined() -> None:
    known: Known[str] = Known()
    known.link("n", Const(1))
    known.begin_round(forget=True)
    known.begin_round(forget=True)
    assert known["n"] == Const(1)
    known.add("n", Const("a"))
    known.begin_round(forget=True)
    assert known["n"] not in (Const(1), Const("a"))


def test_rounds_stand_still_when_they_find_the_same() -> None:
    found = Summaries()
    found.add_param(*PLACE, Const(1))
    first = found.stand()
    found.begin_round(forget=True)
    assert found.stand() != first
    found.add_param(*PLACE, Const(1))
    assert found.stand() == first
