"""Imports and counters that only removed code read go, and no others."""

from __future__ import annotations

import libcst as cst
import pytest

from trtmigrate.editing.apply import Applier
from trtmigrate.editing.tally import Tally
from trtmigrate.editing.unread_names import count_occurrences, unread_names
from trtmigrate.syntax.tree import Tree


def cleaned(before: str, after: str) -> str:
    tree = Tree(cst.parse_module(after))
    occurrences = Tally(count_occurrences)
    was, now = occurrences.of(cst.parse_module(before)), occurrences.of(tree.module)
    return tree.module.visit(Applier(unread_names(was, now, tree), tree)).code


def test_import_goes_with_its_last_reader() -> None:
    assert cleaned("import os\nimport a\nf(os.sep)\n", "import os\nimport a\nf()\n") == (
        "import a\nf()\n"
    )


def test_one_of_several_names_goes() -> None:
    before = "from tensorrt import Logger, PreviewFeature\nf(Logger, PreviewFeature)\n"
    after = "from tensorrt import Logger, PreviewFeature\nf(Logger)\n"
    assert cleaned(before, after) == "from tensorrt import Logger\nf(Logger)\n"


def test_one_of_several_lines_goes() -> None:
    head = "from tensorrt import (\n    Logger,\n    Weights,\n)\n"
    after = head + "f(Logger)\n"
    assert cleaned(head + "f(Logger, Weights)\n", after) == after.replace("    Weights,\n", "")


@pytest.mark.parametrize(
    "line",
    [
        "import tensorrt as trt",  # may be meant to load the library
        "import torch as trt",
        "from .settings import trt",
        "from settings import trt",
        "from os import sep as trt  # noqa: F401",
    ],
)
def test_import_that_may_have_another_purpose_stays(line: str) -> None:
    assert cleaned(f"{line}\nf(trt)\n", f"{line}\nf()\n") == f"{line}\nf()\n"


def test_import_that_nobody_read_before_stays() -> None:
    assert cleaned("import os\nf(1)\n", "import os\nf()\n") == "import os\nf()\n"


def test_import_in_a_branch_goes() -> None:
    before = "if x:\n    import os\n    f(os)\n"
    assert cleaned(before, "if x:\n    import os\n    f()\n") == "if x:\n    f()\n"


def test_name_that_a_string_has_stays() -> None:
    for rest in ("__all__ = ['sep']\n", "def f(x: 'sep'): ...\n"):
        head = f"from os import sep\n{rest}"
        assert cleaned(head + "g(sep)\n", head + "g()\n") == head + "g()\n"


def test_counter_goes_with_its_last_reader() -> None:
    before = "for i, x in enumerate(xs):\n    f(i, x)\n"
    assert cleaned(before, "for i, x in enumerate(xs):\n    f(x)\n") == "for x in xs:\n    f(x)\n"


def test_counter_of_a_comprehension_goes() -> None:
    before = "y = [f(i, x) for i, x in enumerate(xs)]\n"
    assert cleaned(before, "y = [f(x) for i, x in enumerate(xs)]\n") == "y = [f(x) for x in xs]\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "for i, x in enumerate(y):\n    f(i)\ng(i)\n",
            "for i, x in enumerate(y):\n    f()\ng(i)\n",
        ),
        ("for i, x in enumerate(xs, 1):\n    f(i)\n", "for i, x in enumerate(xs, 1):\n    f()\n"),
        ("for i, x in enumerate(xs):\n    f()\n", "for i, x in enumerate(xs):\n    g()\n"),
        ("for i, x in zip(a, b):\n    f(i)\n", "for i, x in zip(a, b):\n    f()\n"),
    ],
)
def test_counter_that_is_read_or_counts_otherwise_stays(before: str, after: str) -> None:
    assert cleaned(before, after) == after
