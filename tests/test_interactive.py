"""`--interactive` writes the edits that a person wants, and nothing else."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.test_interrupt import as_in_a_terminal
from trtmigrate.cli import cli

HEAD = """import tensorrt as trt


def f(engine: trt.ICudaEngine, config: trt.IBuilderConfig, context: trt.IExecutionContext, i):
"""
COUNT = "    n = engine.num_bindings\n"
SIZE = "    config.max_workspace_size = n\n"
NAMES = "    print(engine.get_binding_name(0))\n"
SOURCE = HEAD + COUNT + SIZE + NAMES
NEW_COUNT = "    n = engine.num_io_tensors\n"
NEW_SIZE = "    config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, n)\n"
NEW_NAMES = "    print(engine.get_tensor_name(0))\n"
MIGRATED = HEAD + NEW_COUNT + NEW_SIZE + NEW_NAMES
# Two edits that are right only together, and a third one.
GROUP = """import tensorrt as trt


def g(engine: trt.ICudaEngine, context: trt.IExecutionContext):
    context.set_optimization_profile_async(1, 0)
    per_profile = engine.num_bindings // engine.num_optimization_profiles
    return per_profile, engine.max_workspace_size
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def ask(*paths: Path | str, answers: str) -> Result:
    """A run whose questions get these letters as answers, and none after them."""
    arguments = ["-i", "--no-config", *map(str, paths)]
    given = "".join(f"{letter}\n" for letter in answers)
    return CliRunner().invoke(cli, arguments, given, standalone_mode=False)


def test_each_edit_is_applied_or_skipped(file: Path) -> None:
    result = ask(file, answers="yny")
    assert file.read_text() == HEAD + NEW_COUNT + SIZE + NEW_NAMES
    assert result.return_value == 1
    assert "2 uses rewritten, 1 left" in result.output


def test_all_applied_is_what_write_does(file: Path) -> None:
    assert ask(file, answers="yyy").return_value == 0
    assert file.read_text() == MIGRATED


def test_nothing_wanted_leaves_the_file_alone(file: Path) -> None:
    before = file.stat()
    ask(file, answers="nnn")
    assert file.read_text() == SOURCE
    assert file.stat().st_mtime_ns == before.st_mtime_ns


def test_question_shows_the_finding_and_the_change_against_what_was_applied(file: Path) -> None:
    output = ask(file, answers="yn").output
    first, second = output.split("2 of 3")[0].split("1 of 3")
    assert "a.py:5:9 TRT101" in first and "-    n = engine.num_bindings" in first
    assert " " + NEW_COUNT in second and "-" + SIZE in second and "+" + NEW_SIZE in second


def test_quit_keeps_what_was_applied_and_leaves_the_rest(file: Path) -> None:
    other = file.with_name("b.py")
    other.write_text(SOURCE)
    assert ask(file, other, answers="yq").return_value == 1
    assert file.read_text() == HEAD + NEW_COUNT + SIZE + NAMES
    assert other.read_text() == SOURCE


def test_end_of_the_answers_is_quit(file: Path) -> None:
    ask(file, answers="y")
    assert file.read_text() == HEAD + NEW_COUNT + SIZE + NAMES


def test_all_of_a_rule_asks_no_more_about_it_in_any_file(file: Path) -> None:
    other = file.with_name("b.py")
    other.write_text(HEAD + COUNT + NAMES + COUNT)
    result = ask(file, other, answers="annn")
    assert file.read_text() == HEAD + NEW_COUNT + SIZE + NAMES
    assert other.read_text() == HEAD + NEW_COUNT + NAMES + NEW_COUNT
    assert result.output.count("apply TRT101?") == 1


def test_edits_of_a_group_are_one_question(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(GROUP)
    output = ask(path, answers="n").output
    assert "apply TRT101, TRT111?" in output
    assert path.read_text() == GROUP
    ask(path, answers="y")
    assert "per_profile = engine.num_io_tensors\n" in path.read_text()


def test_anything_else_is_explained_and_asked_again(file: Path) -> None:
    output = ask(file, answers="x?yq").output
    assert output.count("n  skip it") == 2
    assert file.read_text() == HEAD + NEW_COUNT + SIZE + NAMES


def test_what_has_no_edit_is_told_without_a_question(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(HEAD + "    context.get_shape(i)\n")
    output = ask(path, answers="").output
    assert "a.py:5:5 TRT207" in output and "apply" not in output


def test_file_that_changed_meanwhile_is_not_overwritten(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(*args: object, **kwargs: object) -> str:
        file.write_text("mine\n")
        return "y"

    monkeypatch.setattr("click.prompt", answer)
    assert ask(file, answers="").return_value == 2
    assert file.read_text() == "mine\n"


def test_notebook_is_asked_about_cell_by_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    cells = [HEAD + COUNT, "engine: trt.ICudaEngine = e\nengine.get_binding_name(0)"]
    document = {
        "cells": [
            {"cell_type": "code", "source": [source], "metadata": {}, "outputs": []}
            for source in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    path.write_text(json.dumps(document))
    output = ask(path, answers="ny").output
    assert "cell 2" in output.split("2 of 2")[0]
    sources = ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]
    assert sources == [cells[0], cells[1].replace("get_binding_name", "get_tensor_name")]


def test_requirements_are_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text("tensorrt==8.6.1\nnvidia-pyindex\ntensorrt-libs==8.6.1\n")
    ask(tmp_path, answers="ny")
    assert path.read_text() == "tensorrt==8.6.1\nnvidia-pyindex\ntensorrt-libs>=10,<11\n"


@pytest.mark.parametrize(
    "others",
    [
        ("--write",),
        ("--check",),
        ("--todo",),
        ("--add-ignores",),
        ("--output-format", "json"),
        ("-",),
    ],
)
def test_option_that_makes_no_sense_with_it_is_refused(file: Path, others: tuple[str, ...]) -> None:
    paths = others if others == ("-",) else (*others, str(file))
    result = CliRunner().invoke(cli, ["-i", *paths])
    assert result.exit_code == 2 and "--interactive" in result.output
    assert file.read_text() == SOURCE


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGINT for a process")
def test_interrupt_loses_nothing_that_was_applied(file: Path) -> None:
    command = [sys.executable, "-m", "trtmigrate", "-i", str(file)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(  # type: ignore[call-overload]
        command, text=True, preexec_fn=as_in_a_terminal, **pipes
    ) as process:
        process.stdin.write("y\n")
        process.stdin.flush()
        until = time.monotonic() + 60
        while file.read_text() == SOURCE and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130 and errors.endswith("interrupted\n")
    assert file.read_text() == HEAD + NEW_COUNT + SIZE + NAMES
    assert [path.name for path in file.parent.iterdir()] == ["a.py"]
