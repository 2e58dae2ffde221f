"""Which modules show several optimization profiles."""

from __future__ import annotations

from textwrap import dedent

import libcst as cst
import pytest

from trtmigrate.facts.profile_signs import may_show_several_profiles, shows_several_profiles
from trtmigrate.syntax.tree import Tree

SEVERAL = {
    "two": """\
        config.add_optimization_profile(a)
        config.add_optimization_profile(b)
        """,
    "loop_over_a_display": """\
        for size in (1, 8):
            config.add_optimization_profile(make(size))
        """,
    "loop_over_a_variable": """\
        SIZES = [1, 8]
        for k, size in enumerate(SIZES):
            config.add_optimization_profile(make(size))
        """,
    "loop_of_a_range": """\
        for k in range(3):
            config.add_optimization_profile(make(k))
        """,
    "suffix": "name = f'{base} [profile {k}]'",
    "padding": "bindings = [0] * start + addresses",
    "choice": "context.set_optimization_profile_async(1, stream)",
    "offset": "start = k * engine.num_io_tensors",
}
ONE = {
    "one": "config.add_optimization_profile(a)",
    "loop_over_one": """\
        for size in (1,):
            config.add_optimization_profile(make(size))
        """,
    "loop_over_the_unknown": """\
        for size in sizes:
            config.add_optimization_profile(make(size))
        """,
    "loop_over_a_variable_that_changes": """\
        SIZES = [1, 8]
        SIZES = load()
        for size in SIZES:
            config.add_optimization_profile(make(size))
        """,
    "loop_of_one_round": """\
        for k in range(1):
            config.add_optimization_profile(make(k))
        """,
    "shapes_in_a_loop": """\
        for name in ("a", "b"):
            profile.set_shape(name, *shapes)
        config.add_optimization_profile(profile)
        """,
    "first": "context.set_optimization_profile_async(0, stream)",
}


@pytest.mark.parametrize("text", SEVERAL.values(), ids=SEVERAL)
def test_several_profiles_are_seen(text: str) -> None:
    assert shows_several_profiles(Tree(cst.parse_module(dedent(text))))
    assert may_show_several_profiles(text)


@pytest.mark.parametrize("text", ONE.values(), ids=ONE)
def test_one_profile_is_not_taken_for_several(text: str) -> None:
    assert not shows_several_profiles(Tree(cst.parse_module(dedent(text))))
