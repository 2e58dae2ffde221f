"""Reading again finds a number that counts something else, whatever rule or decision was wrong.

Each test makes a decision about counts wrong on purpose and looks at what is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from unittest.mock import patch

import libcst as cst
import pytest

from trtmigrate import FileResult, Safety, migrate_source, rounds
from trtmigrate.editing.edit import Edit, Proposal
from trtmigrate.facts import Facts
from trtmigrate.rewrites.profiles import same_counts
from trtmigrate.rewrites.profiles.count_flow import CountFlow
from trtmigrate.rules.engine import engine_iteration, num_bindings, profile_division

HEAD = """\
import numpy as np
import tensorrt as trt

engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(open("a.plan", "rb").read())
P = engine.num_optimization_profiles
"""
TOTAL = "total = engine.num_bindings\nn = total // P\n"


def every_reader_is_understood() -> AbstractContextManager[object]:
    """Count one profile, although not every reader divides."""
    return patch.object(CountFlow, "_refuse", lambda self, key: None)


def counts_stay() -> AbstractContextManager[object]:
    """Drop the divisions, but go on counting all profiles."""
    return patch.object(num_bindings, "counts_one", lambda node, facts: False)


def loops_stay() -> AbstractContextManager[object]:
    """Drop the divisions, but go on counting what an engine of all profiles gave."""
    return patch.object(engine_iteration, "counts_one", lambda node, facts: False)


def divisions_stay() -> AbstractContextManager[object]:
    """Count one profile, but go on dividing."""
    return patch.object(profile_division.RULE, "scan", lambda facts: iter(()))


def every_division_goes() -> AbstractContextManager[object]:
    """Drop all divisions by the number of profiles, whatever is divided."""

    def drop(facts: Facts) -> Iterator[Proposal]:
        for node in facts.tree.of_kind(cst.BinaryOperation):
            if isinstance(node.operator, cst.FloorDivide):
                edit = Edit({node: node.left})
                yield Proposal(node, "", "dropped", Safety.SAFE, edit)
        for statement in facts.tree.of_kind(cst.AugAssign):
            if isinstance(statement.operator, cst.FloorDivideAssign):
                edit = Edit(remove=(statement,))
                yield Proposal(statement, "", "dropped", Safety.SAFE, edit)

    return patch.object(profile_division.RULE, "scan", drop)


WRONG = {
    "printed": (every_reader_is_understood, TOTAL + "print(total)\n"),
    "in_a_text": (every_reader_is_understood, TOTAL + "text = f'{total} bindings'\n"),
    "given_to_a_function": (every_reader_is_understood, TOTAL + "np.zeros(total)\n"),
    "compared": (every_reader_is_understood, TOTAL + "if total > 8:\n    print('many')\n"),
    "returned": (
        every_reader_is_understood,
        "def counts():\n    total = engine.num_bindings\n    n = total // P\n    return n, total\n",
    ),
    "divided_by_divmod": (
        every_reader_is_understood,
        "total = engine.num_bindings\nn, rest = divmod(total, P)\n"
        "n_in = sum(engine.binding_is_input(i) for i in range(total)) // P\n",
    ),
    "end_of_a_range": (every_reader_is_understood, TOTAL + "first = range(0, total, n)[1]\n"),
    "counter_of_a_comprehension": (
        every_reader_is_understood,
        TOTAL + "first = [b for b in range(total) if b // n == 1][0]\n",
    ),
    "counter_of_a_loop": (
        every_reader_is_understood,
        TOTAL + "listed = []\nfor b in range(total):\n    listed.append(1 if b // n else 0)\n",
    ),
    "flags": (
        counts_stay,
        "flags = [engine.binding_is_input(i) for i in range(engine.num_bindings)]\n"
        "n = engine.num_bindings // P\nn_in = sum(flags) // P\n",
    ),
    "plain_count": (counts_stay, TOTAL),
    "length_of_a_list": (loops_stay, "total = len(list(engine))\nn = total // P\n"),
    "sum_of_ones": (loops_stay, "total = sum(1 for _ in engine)\nn = total // P\n"),
    "names_of_inputs": (
        divisions_stay,
        "n_in = len([name for name in engine if engine.binding_is_input(name)]) // P\n",
    ),
    "attribute": (
        every_division_goes,
        "class Counts:\n    def __init__(self):\n        self.total = engine.num_bindings\n"
        "        self.n = self.total // P\n",
    ),
    "entry_of_a_dictionary": (
        every_division_goes,
        "info = {'total': engine.num_bindings}\ninfo['n'] = info['total'] // P\nprint(info['n'])\n",
    ),
    "result_of_a_function": (
        every_division_goes,
        "def total_of():\n    return engine.num_bindings\n\n\nn = total_of() // P\n",
    ),
    "counted_nonzero": (
        divisions_stay,
        "n_in = np.count_nonzero([engine.binding_is_input(i) for i in range(engine.num_bindings)])"
        "\nn_in //= P\n",
    ),
}


def without_the_check() -> AbstractContextManager[object]:
    return patch.object(rounds, "changed_counts", lambda before, after: ())


def reasons(result: FileResult) -> list[str]:
    """Return why reading again took edits back."""
    messages = [f.message for f in result.findings if f.safety is Safety.MANUAL]
    return [m.split("in the result ")[1] for m in messages if "in the result " in m]


@pytest.mark.parametrize("kind", WRONG)
def test_number_that_counts_something_else_is_not_written(kind: str) -> None:
    sabotage, body = WRONG[kind]
    text = HEAD + body
    right = migrate_source(text).after
    with sabotage():
        with without_the_check():
            wrong = migrate_source(text).after
        result = migrate_source(text)
    assert wrong != right, "the decision does not matter here"
    assert result.error is None
    assert result.after != wrong
    assert reasons(result)


RIGHT = {
    "one_profile": TOTAL,
    "all_profiles": TOTAL + "print(total)\n",
    "in_place": "n = engine.num_bindings\nn //= P\nprint(n)\n",
    "inputs": "n = engine.num_bindings // P\n"
    "n_in = sum(engine.binding_is_input(i) for i in range(n))\nprint(n_in, n - n_in)\n",
    "flags": "flags = [engine.binding_is_input(i) for i in range(engine.num_bindings)]\n"
    "print(sum(flags) // P)\n",
    "names": "names = [engine.get_binding_name(i) for i in range(engine.num_bindings)]\n"
    "n = len(names) // P\nprint(n)\n",
    "offsets": "n = engine.num_bindings // P\nfor k in range(P):\n    for i in range(n):\n"
    "        print(engine.get_binding_dtype(k * n + i))\n",
}


@pytest.mark.parametrize("kind", RIGHT)
def test_right_counts_are_accepted(kind: str) -> None:
    result = migrate_source(HEAD + RIGHT[kind])
    assert result.changed
    assert not reasons(result)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("n = engine.num_bindings\nprint(n)", "n = engine.num_io_tensors\nprint(n)", True),
        ("print(engine.num_bindings)", "print(engine.num_io_tensors)", True),
        (
            "print(engine.num_bindings)",
            "print(engine.num_io_tensors * engine.num_optimization_profiles)",
            False,
        ),
        ("n = engine.num_bindings // P", "n = engine.num_io_tensors", False),
        ("n = engine.num_bindings // P", "n = engine.num_io_tensors // P", True),
        ("n = engine.num_bindings // P", "n = engine.num_io_tensors * P", True),
        ("n = engine.num_bindings - P", "n = 7", False),  # nothing of a count is left in it
        ("n = len(x)\nprint(n)", "n = len(y)\nprint(n)", False),
        (  # variables that are unpacked are no results
            "for i, _ in enumerate(engine):\n    pass\nn, rest = divmod(engine.num_bindings, P)",
            "n, rest = divmod(engine.num_io_tensors * P, P)\nfor _, a in zip(engine, x):\n    pass",
            False,
        ),
    ],
)
def test_claims_about_two_texts(before: str, after: str, said: bool) -> None:
    facts = [
        Facts(cst.parse_module(HEAD + text), "10", several_profiles=True)
        for text in (before, after)
    ]
    assert bool(list(same_counts.changed_counts(*facts))) is said


def test_numbers_of_one_profile_are_not_compared() -> None:
    text = "import tensorrt as trt\n\ndef f(e: trt.ICudaEngine):\n    print(e.num_bindings)\n"
    asked: list[object] = []
    with patch.object(rounds, "changed_counts", lambda *facts: asked.append(facts) or ()):
        result = migrate_source(text)
    assert result.changed and not asked


def test_division_by_a_constant_one_is_no_change() -> None:
    text = (
        "import tensorrt as trt\n\nP = 1\nbuilder = trt.Builder(trt.Logger())\n"
        "config = builder.create_builder_config()\nfor k in range(P):\n"
        "    config.add_optimization_profile(builder.create_optimization_profile())\n"
        'engine = trt.Runtime(trt.Logger()).deserialize_cuda_engine(open("a.plan", "rb").read())\n'
        "context = engine.create_execution_context()\n"
        "n = engine.num_bindings // P\n"
        "n_in = sum(engine.binding_is_input(i) for i in range(engine.num_bindings)) // P\n"
        "for k in range(P):\n    context.set_optimization_profile_async(k, 0)\n"
        "    print(list(range(n_in, n)))\n"
    )
    result = migrate_source(text)
    assert "// P" not in result.after
    assert not reasons(result)
