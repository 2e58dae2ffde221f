"""`[tool.trtmigrate.renames]`: names of the project's own, with everything that uses them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.test_rule_docs import example
from trtmigrate.batch import collect, migrate_alone, migrate_files
from trtmigrate.engine import migrate_bytes
from trtmigrate.options import Options
from trtmigrate.outside import Outside
from trtmigrate.rules import rule_by_code
from trtmigrate.sources.config import ConfigError, load

RENAMES = (("helpers.old", "new"), ("a.b.Loader.old", "new"))


def renamed(text: str, outside: Outside | None = None) -> str:
    options = Options(renames=RENAMES, outside=outside or Outside())
    result = migrate_bytes(dedent(text).encode(), "a.py", options)
    assert result.error is None and result.after is not None
    assert migrate_bytes(result.after.encode(), "a.py", options).after == result.after
    return result.after


def stays(text: str) -> bool:
    return renamed(text) == dedent(text)


def test_import_and_all_uses_are_renamed() -> None:
    before = (
        "from helpers import old, other\n\nx = old(1)\n\ndef f():\n    return [old, other.old]\n"
    )
    assert renamed(before) == (
        "from helpers import new, other\n\nx = new(1)\n\ndef f():\n    return [new, other.old]\n"
    )


def test_attributes_of_the_module_are_renamed() -> None:
    before = "import helpers\nimport helpers as h\n\nx = helpers.old(h.old, h.other)\n"
    assert renamed(before) == before.replace(".old", ".new")


def test_attribute_of_a_class_is_renamed() -> None:
    before = "from a.b import Loader\n\nx = Loader.old()\n"
    assert renamed(before) == before.replace("Loader.old", "Loader.new")


def test_import_under_another_name_keeps_that_name() -> None:
    before = "from helpers import old as load\n\nx = load()\n"
    assert renamed(before) == "from helpers import new as load\n\nx = load()\n"


@pytest.mark.parametrize(
    "rest",
    [
        "def f(old):\n    return old\n\ny = old()\n",
        "try:\n    old()\nexcept TypeError:\n    old = None\n",
        "class A:\n    def old(self):\n        return old\n",
        "",
    ],
)
def test_name_that_means_something_else_too_or_is_exported_is_kept(rest: str) -> None:
    before = f"from helpers import old\n\n{rest}"
    assert renamed(before) == f"from helpers import new as old\n\n{rest}"


def test_name_that_other_files_use_is_kept() -> None:
    after = renamed("from helpers import old\n\nx = old()\n", Outside(frozenset({"old"})))
    assert after == "from helpers import new as old\n\nx = old()\n"


@pytest.mark.parametrize(
    "text",
    [
        "from other import old\n\nx = old()\n",
        "from .helpers import old\n\nx = old()\n",
        "from helpers.sub import old\n\nx = old()\n",
        "import other\n\nx = other.old()\n",
        "def f(helpers):\n    return helpers.old\n",
        "import helpers\n\nhelpers = other()\nx = helpers.old\n",
        "x = 'helpers.old'\n",
    ],
)
def test_other_names_stay(text: str) -> None:
    assert stays(text)


def test_example_in_the_documentation_is_what_happens() -> None:
    rule = rule_by_code("TRT011")
    before, after = example(rule, "Before:"), example(rule, "After:")
    assert before is not None
    options = Options(renames=(("helpers.allocate_bindings", "allocate_tensors"),))
    assert migrate_bytes(before.encode(), "a.py", options).after == after


def test_file_without_tensorrt_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("from helpers import old\n\nold()\n")
    options = Options(renames=RENAMES)
    jobs, _ = collect([path], lambda folder: options)
    (outcome,) = migrate_files(jobs)
    alone = migrate_alone(path.read_bytes(), path, options)
    assert outcome.result.after == alone.after == "from helpers import new\n\nnew()\n"


def test_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.trtmigrate.renames]\n"helpers.old" = "new"\n')
    assert load(path).renames == (("helpers.old", "new"),)


@pytest.mark.parametrize(
    "line",
    [
        '"old" = "new"',
        '"helpers.old" = "other.new"',
        '"helpers.old" = 1',
        '"helpers.1" = "new"',
        '"helpers.old" = "class"',
    ],
)
def test_anything_else_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(f"[tool.trtmigrate.renames]\n{line}\n")
    with pytest.raises(ConfigError, match="renames: expected"):
        load(path)
