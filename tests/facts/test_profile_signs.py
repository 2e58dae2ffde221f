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
    "loop_over_a_parameter": """\
        def build(config, sizes=((1, 2, 8),)):
            for low, best, high in sizes:
                config.add_optimization_profile(make(low, best, high))
        build(make_config(), ((1, 2, 4), (5, 6, 8)))
        """,
    "loop_over_a_list_that_grows": """\
        sizes = [1]
        sizes.append(8)
        for size in sizes:
            config.add_optimization_profile(make(size))
        """,
    "comprehension": "numbers = [config.add_optimization_profile(p) for p in profiles]",
    "function_called_twice": """\
        def add(config, size):
            config.add_optimization_profile(make(size))
        add(config, 1)
        add(config, 8)
        """,
    "method_called_in_a_loop": """\
        class Builder:
            def add(self, size):
                self.config.add_optimization_profile(make(size))
            def add_all(self, sizes):
                for size in sizes:
                    self.add(size)
        """,
    "argument": "numpy.array_split(indices, engine.num_optimization_profiles)",
    "item_of_an_argument": "table = numpy.zeros((engine.num_optimization_profiles, n))",
    "compared": "print(len(groups) == engine.num_optimization_profiles)",
    "asserted": "assert engine.num_optimization_profiles == 2",
    "attribute": """\
        self.profiles = engine.num_optimization_profiles
        self.each = engine.num_bindings // self.profiles
        """,
    "variable": """\
        profiles = engine.num_optimization_profiles
        table = flags.reshape(profiles, -1)
        """,
}
ONE = {
    "one": "config.add_optimization_profile(a)",
    "loop_over_one": """\
        for size in (1,):
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
    "parameter_of_one": """\
        def build(config, sizes=((1, 2, 8),)):
            for low, best, high in sizes:
                config.add_optimization_profile(make(low, best, high))
        build(make_config())
        """,
    "configuration_of_each_round": """\
        for path in paths:
            config = builder.create_builder_config()
            config.add_optimization_profile(profile)
            save(builder, config, path)
        """,
    "function_called_for_two_configurations": """\
        def add(config, size):
            config.add_optimization_profile(make(size))
        add(small, 1)
        add(large, 8)
        """,
    "function_with_its_own_configuration": """\
        def build(size):
            config = builder.create_builder_config()
            config.add_optimization_profile(make(size))
        build(1)
        build(8)
        """,
    "function_called_in_two_methods": """\
        def build(self, inputs=None):
            self.config.add_optimization_profile(make(inputs))
        def start(self):
            self.build()
        def run(self, inputs):
            self.build(inputs)
        def main(backend):
            backend.run(1)
            backend.run(2)
        """,
    "printed": "print('profiles', engine.num_optimization_profiles)",
    "formatted": "logger.info('%d profiles' % engine.num_optimization_profiles)",
    "asserted_one": "assert engine.num_optimization_profiles == 1",
    "asserted_some": "assert engine.num_optimization_profiles > 0",
    "refused": """\
        if engine.num_optimization_profiles > 1:
            raise ValueError("one profile, please")
        """,
}


@pytest.mark.parametrize("text", SEVERAL.values(), ids=SEVERAL)
def test_several_profiles_are_seen(text: str) -> None:
    assert shows_several_profiles(Tree(cst.parse_module(dedent(text))))
    assert may_show_several_profiles(text)


@pytest.mark.parametrize("text", ONE.values(), ids=ONE)
def test_one_profile_is_not_taken_for_several(text: str) -> None:
    assert not shows_several_profiles(Tree(cst.parse_module(dedent(text))))
