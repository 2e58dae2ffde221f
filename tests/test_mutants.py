"""What the judge of changed copies calls wrong, and what it lets pass."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.generator.bindings_of_names import overwritten_by_loops
from tests.generator.comments_gone import wrongly_lost

SET = "builder.max_batch_size = 1\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"# one batch\n{SET}run()\n", "run()\n"),
        (f"a()\n{SET.rstrip()}  # a batch\nrun()\n", "a()\nrun()\n"),
        (f"{SET.rstrip()}  # noqa\nrun()\n", "run()\n"),
        ("if implicit:\n    # the batch\n    batch = 1\nrun()\n", "run()\n"),
        ("# the batch\nif implicit:\n    # LEFT\n    batch = 1\nrun()\n", "# LEFT\nrun()\n"),
        ("if a:\n    # same\n    run()\nelse:\n    # same\n    run()\n", "# same\nrun()\n"),
    ],
)
def test_comment_may_go_with_code_that_goes(before: str, after: str) -> None:
    assert not list(wrongly_lost(before, after))


@pytest.mark.parametrize(
    ("before", "after", "comment"),
    [
        ("# to run\nrun()\n", "run()\n", "# to run"),
        ("# run it\nrun(1)\n", "run(2)\n", "# run it"),
        (f"# of the camera\n{SET}run()\n", "run()\n", "# of the camera"),
        (f"# TODO a batch\n{SET}run()\n", "run()\n", "# TODO a batch"),
        (f"# ---- batch ----\n{SET}run()\n", "run()\n", "# ---- batch ----"),
        (f"# builder.max_batch_size = 8\n{SET}", "", "# builder.max_batch_size = 8"),
        ("# a batch\n" * 4 + f"{SET}run()\n", "# a batch\n" * 3 + "run()\n", "# a batch"),
        (f"# one batch\n\n{SET}run()\n", "run()\n", "# one batch"),
        ("x = [\n    1,  # the batch\n]\n", "x = [1]\n", "# the batch"),
        (f"# same\nrun()\n# same\n{SET}", "# same\nrun()\n", "# same"),
    ],
)
def test_comment_that_is_about_more_than_code_that_goes_has_to_stay(
    before: str, after: str, comment: str
) -> None:
    assert list(wrongly_lost(before, after)) == [(comment, 1)]


def test_loop_that_binds_a_name_of_its_scope_anew_is_found() -> None:
    before = "def f(engine):\n    i = 5\n    print(i)\n"
    after = "def f(engine):\n    i = 5\n    for i in range(3):\n        g(i)\n    print(i)\n"
    assert overwritten_by_loops(before, after) == ["f.i"]


def test_loop_may_bind_what_its_block_assigned_in_every_round() -> None:
    before = """\
        def f(engine, i):
            for name in engine:
                i = engine.get_binding_index(name)
                print(i)
    """
    after = """\
        def f(engine, i):
            for i, name in enumerate(names):
                print(i)
    """
    assert not overwritten_by_loops(dedent(before), dedent(after))


def test_with_in_a_loop_may_become_an_assignment_there() -> None:
    before = """\
        for engine in engines:
            with trt.Refitter(engine, LOGGER) as refitter:
                refitter.refit_cuda_engine()
    """
    after = """\
        for engine in engines:
            refitter = trt.Refitter(engine, LOGGER)
            refitter.refit_cuda_engine()
    """
    assert not overwritten_by_loops(dedent(before), dedent(after))


def test_new_loop_over_a_name_that_a_with_binds_elsewhere_is_found() -> None:
    before = "with open(path) as i:\n    print(i)\n"
    after = f"{before}for i in range(3):\n    g(i)\n"
    assert overwritten_by_loops(before, after) == ["i"]
