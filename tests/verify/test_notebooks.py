"""A notebook is verified as the script of its cells."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.test_notebook import NOTEBOOKS, notebook
from trtmigrate.verify.backend import simulated
from trtmigrate.verify.compare import Verdict
from trtmigrate.verify.migrated import imported_files
from trtmigrate.verify.notebooks import as_script, left_out
from trtmigrate.verify.options import Options
from trtmigrate.verify.run import VerifyError
from trtmigrate.verify.verification import verify


def written(folder: Path, *sources: str) -> Path:
    path = folder / "a.ipynb"
    path.write_text(notebook(*sources), encoding="utf-8")
    return path


def test_notebook_and_its_migration_are_identical_on_the_simulator(tmp_path: Path) -> None:
    book = tmp_path / "sums.ipynb"
    shutil.copy(NOTEBOOKS / "sums.before.ipynb", book)
    before = book.read_bytes()
    places = simulated("8.6", "test"), simulated("10.0", "test")
    result = verify(book, None, [], Options(timeout=60), places)
    assert (result.verdict, result.reason) == (Verdict.IDENTICAL, "")
    assert [e.after_api for e in result.comparison.executions] == ["execute_async_v3"]
    assert any("lines for IPython were not run" in note for note in result.notes)
    assert book.read_bytes() == before and list(tmp_path.iterdir()) == [book]


def test_script_has_the_cells_in_order_and_runs_what_time_runs(tmp_path: Path) -> None:
    book = written(
        tmp_path,
        "%%time\nx = 1",
        "for i in 1, 2:\n    %timeit -n 1 -r 1 f(i)\n    !ls \\\n        a",
        "%%bash\nls",
        "%time y = x",
    )
    script = as_script(book)
    assert script == tmp_path / "a.ipynb.py"
    assert script.read_text(encoding="utf-8").split("\n") == [
        *("# cell 1", "x = 1"),
        *("# cell 2", "for i in 1, 2:", "    f(i)", "    pass  # !ls \\ a", ""),
        *("# cell 4", "y = x", ""),
    ]
    assert left_out(book) == ["a.ipynb: lines for IPython were not run: `!ls \\`"]


def test_script_is_run_as_it_is(tmp_path: Path) -> None:
    script = tmp_path / "a.py"
    script.write_text("x")
    assert as_script(script) == script
    assert left_out(script) == []


def test_value_that_comes_from_ipython_is_refused_with_its_cell(tmp_path: Path) -> None:
    with pytest.raises(VerifyError, match="cell 2: the value of `!ls` comes from IPython"):
        as_script(written(tmp_path, "x = 1", "files = !ls"))


def test_notebook_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("{")
    with pytest.raises(VerifyError, match=r"^a\.ipynb:1: is not JSON"):
        as_script(tmp_path / "a.ipynb")


def test_modules_that_a_notebook_imports_are_migrated_with_it(tmp_path: Path) -> None:
    (tmp_path / "common.py").write_text("")
    book = written(tmp_path, "%load_ext x\nimport common")
    assert imported_files(book) == {book, tmp_path / "common.py"}
