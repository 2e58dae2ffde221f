"""Where a project has black or ruff, changed lines are laid out by it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trtmigrate.cli import cli
from trtmigrate.layout import formatter
from trtmigrate.layout.formatter import formatted
from trtmigrate.sources.config import Surroundings

RUFF = Path(sys.executable).with_name("ruff")
needs_ruff = pytest.mark.skipif(not RUFF.exists(), reason="ruff is not installed here")
CLEAN = """import tensorrt as trt


def f(context: trt.IExecutionContext, name, shape):
    context.set_binding_shape(
        context.engine.get_binding_index(name), shape if shape else (1, 3)
    )
"""
# Laid out by hand: what was not changed stays so.
BY_HAND = """import tensorrt as trt
x = [1,2,
     3]


def f(engine: trt.ICudaEngine):
    return {'names':engine.get_binding_name(0), 'a':1}
"""


@pytest.fixture(autouse=True)
def no_cache() -> Iterator[None]:
    formatter._program.cache_clear()
    yield
    formatter._program.cache_clear()


def project(folder: Path, settings: str, source: str) -> Path:
    (folder / ".git").mkdir()
    (folder / "pyproject.toml").write_text(settings)
    path = folder / "a.py"
    path.write_text(source)
    return path


def write(path: Path) -> str:
    assert CliRunner().invoke(cli, ["--write", str(path)], standalone_mode=False).exception is None
    return path.read_text()


def is_clean(path: Path) -> bool:
    done = subprocess.run([RUFF, "format", "--no-cache", "--check", path], capture_output=True)
    return done.returncode == 0


def program(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program `black` in the path, which notes its arguments down."""
    path = folder / "bin" / "black"
    path.parent.mkdir()
    log = folder / "log"
    path.write_text(
        f"#!{sys.executable}\nimport sys\ntext = sys.stdin.read()\n"
        f"open({str(log)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n{code}"
    )
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(path.parent))
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    return log


@needs_ruff
@pytest.mark.parametrize("quotes", ["single", "double"])
def test_file_that_ruff_leaves_alone_is_left_alone_after_the_migration(
    tmp_path: Path, quotes: str
) -> None:
    settings = f'[tool.ruff]\nline-length = 79\n[tool.ruff.format]\nquote-style = "{quotes}"\n'
    path = project(tmp_path, settings, CLEAN)
    assert is_clean(path)
    assert "set_input_shape" in write(path)
    assert is_clean(path)


@needs_ruff
def test_only_changed_lines_of_other_files_are_given_to_it(tmp_path: Path) -> None:
    path = project(tmp_path, "[tool.ruff.format]\n", BY_HAND)
    assert write(path) == BY_HAND.replace(
        "{'names':engine.get_binding_name(0), 'a':1}",
        '{"names": engine.get_tensor_name(0), "a": 1}',
    )


@needs_ruff
def test_setting_turns_it_off(tmp_path: Path) -> None:
    settings = '[tool.ruff.format]\n[tool.trtmigrate]\nformatter = "none"\n'
    path = project(tmp_path, settings, BY_HAND)
    assert write(path) == BY_HAND.replace("get_binding_name", "get_tensor_name")


def test_black_gets_the_changed_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = program(tmp_path, "print(text.replace('  ', ' '), end='')", monkeypatch)
    after = "a =  1\nb =  2\nc =  4\nd = 5\ne = 6\n"
    result = formatted("a =  1\nb =  2\nc =  3\ne = 6\n", after, "/x/a.py", "black")
    assert result == after.replace("  ", " ")
    assert log.read_text().splitlines()[-1] == (
        "--quiet --stdin-filename /x/a.py --line-ranges=3-4 -"
    )


@pytest.mark.parametrize(
    "code",
    [
        "sys.exit(1)",
        "print(text.replace('2', '3'), end='')",
        "print('x = (')",
        "sys.stdout.buffer.write(b'\\xff')",
    ],
)
def test_result_that_is_not_the_same_program_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    program(tmp_path, code, monkeypatch)
    assert formatted("x = 1\n", "x =  2\n", "/x/a.py", "black") == "x =  2\n"


@needs_ruff
def test_ruff_without_a_table_for_its_formatter_gets_files_that_it_leaves_alone(
    tmp_path: Path,
) -> None:
    path = project(tmp_path, "[tool.ruff]\nline-length = 79\n", CLEAN)
    assert "set_input_shape" in write(path)
    assert is_clean(path)


@needs_ruff
def test_ruff_without_a_table_for_its_formatter_does_not_get_other_files(tmp_path: Path) -> None:
    path = project(tmp_path, "[tool.ruff]\nline-length = 79\n", BY_HAND)
    assert write(path) == BY_HAND.replace("get_binding_name", "get_tensor_name")


NOT_INSTALLED = "the project is set up for {}, which is neither installed"


def run(path: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, [*options, str(path)], standalone_mode=False)


@pytest.mark.parametrize("settings", ["[tool.black]\n", "[tool.ruff]\n", "[tool.ruff.format]\n"])
@pytest.mark.parametrize("options", [(), ("--write",), ("--output-format", "json")])
def test_formatter_that_is_not_installed_is_named_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, options: tuple[str, ...]
) -> None:
    monkeypatch.setattr(formatter, "_program", lambda name: None)
    path = project(tmp_path, settings, CLEAN)
    (tmp_path / "b.py").write_text(CLEAN)
    done = run(path.parent, *options)
    name = "black" if "black" in settings else "ruff"
    assert done.stderr.count(NOT_INSTALLED.format(name)) == 1
    assert NOT_INSTALLED.format(name) not in done.stdout


@pytest.mark.parametrize(
    ("settings", "source", "options"),
    [
        ("[tool.black]\n", "x = 1\n", ()),
        ("[tool.black]\n", CLEAN, ("-q",)),
        ("[tool.black]\n", CLEAN, ("--no-config",)),
        ('[tool.black]\n[tool.trtmigrate]\nformatter = "none"\n', CLEAN, ()),
        ("", CLEAN, ()),
    ],
)
def test_formatter_is_not_named_where_nothing_is_laid_out_or_wanted(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: str,
    source: str,
    options: tuple[str, ...],
) -> None:
    monkeypatch.setattr(formatter, "_program", lambda name: None)
    assert "set up for" not in run(project(tmp_path, settings, source), *options).stderr


@needs_ruff
def test_formatter_that_is_installed_is_not_named(tmp_path: Path) -> None:
    assert run(project(tmp_path, "[tool.ruff.format]\n", CLEAN)).stderr == ""


def test_formatter_that_is_not_installed_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert formatted("x = 1\n", "x =  2\n", "/x/a.py", "ruff") == "x =  2\n"


def test_program_of_the_current_folder_is_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = program(tmp_path, "", monkeypatch)
    monkeypatch.chdir(tmp_path / "bin")
    monkeypatch.setenv("PATH", ".")
    assert shutil.which("black") is not None
    assert formatted("x = 1\n", "x =  2\n", "/x/a.py", "black") == "x =  2\n"
    assert not log.exists()


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ("[tool.black]\n", "black"),
        ("[tool.black]\n[tool.ruff.format]\n", "black"),
        ("[tool.ruff.format]\n", "ruff"),
        ("[tool.ruff]\nline-length = 90\n", "ruff-clean"),
        ("", ""),
    ],
)
def test_formatter_is_that_of_the_project(tmp_path: Path, settings: str, found: str) -> None:
    project(tmp_path, settings, "")
    (tmp_path / "inner").mkdir()
    assert Surroundings().formatter(tmp_path / "inner") == found


@pytest.mark.parametrize(
    ("hooks", "found"),
    [
        ("repos:\n- repo: x\n  hooks:\n  - id: black\n", "black"),
        ("repos: [{repo: x, hooks: [{id: 'black-jupyter'}]}]\n", "black"),
        ("repos:\n- hooks:\n  - id: ruff-check\n  - id: ruff-format\n", "ruff"),
        ("repos:\n- hooks:\n  - id: ruff\n", ""),
        ("repos:\n- hooks:\n  # - id: black\n  - id: blacken-docs\n", ""),
    ],
)
def test_formatter_can_be_a_hook_of_pre_commit(tmp_path: Path, hooks: str, found: str) -> None:
    project(tmp_path, "", "")
    (tmp_path / ".pre-commit-config.yaml").write_text(hooks)
    assert Surroundings().formatter(tmp_path) == found
    assert Surroundings().line_length(tmp_path) == (88 if found else None)
