"""What the reading of a result refuses costs a rewrite, never a program."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from trtmigrate.editing.accept import Made, accepted
from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.findings import Safety

BEFORE = "def f(engine):\n    n = engine.old\n    return n\n"


def proposal(name: str, group: str | None = None) -> Proposal:
    return Proposal(cst.Name(name), "A.old", name, Safety.SAFE, Edit(), group=group)


def texts(table: dict[tuple[str, ...], str]) -> Callable[[Sequence[Proposal]], Made]:
    """Return what a set of proposals, by their messages, makes of the text."""

    def make(some: Sequence[Proposal]) -> Made:
        return Made(table[tuple(p.message for p in some)])

    return make


GOOD = BEFORE.replace("engine.old", "engine.new")
UNBOUND = BEFORE.replace("return n", "return m")
BROKEN = BEFORE.replace("return n", "return (")


def test_a_good_result_is_accepted() -> None:
    a = proposal("a")
    result = accepted(BEFORE, [a], texts({("a",): GOOD}))
    assert result.text == GOOD
    assert result.applied == (a,) and not result.refused


def test_only_the_edit_that_unbinds_a_name_is_held_back() -> None:
    a, b = proposal("a"), proposal("b")
    made = {("a", "b"): UNBOUND, ("b",): UNBOUND, ("a",): GOOD}
    result = accepted(BEFORE, [a, b], texts(made))
    assert result.text == GOOD
    assert result.applied == (a,)
    assert "m" in result.refused[id(b)]


def test_a_group_is_held_back_as_a_whole() -> None:
    a, b, c = proposal("a", "g"), proposal("b", "g"), proposal("c")
    made = {("a", "b", "c"): BROKEN, ("c",): GOOD, ("a", "b"): BROKEN}
    result = accepted(BEFORE, [a, b, c], texts(made))
    assert result.text == GOOD
    assert result.applied == (c,)
    assert set(result.refused) == {id(a), id(b)}


def test_nothing_is_written_if_no_single_edit_is_to_blame() -> None:
    a, b = proposal("a"), proposal("b")
    made = {("a", "b"): UNBOUND, ("a",): UNBOUND, ("b",): UNBOUND}
    result = accepted(BEFORE, [a, b], texts(made))
    assert result.text == BEFORE
    assert not result.applied and set(result.refused) == {id(a), id(b)}


def test_an_exception_while_editing_is_a_problem_like_any_other() -> None:
    a, b = proposal("a"), proposal("b")

    def make(some: Sequence[Proposal]) -> Made:
        if b in some:
            raise ValueError("no such node")
        return Made(GOOD)

    result = accepted(BEFORE, [a, b], make)
    assert result.text == GOOD
    assert result.refused == {id(b): "ValueError: no such node"}
