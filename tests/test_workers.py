"""Tasks in processes: each result with its number, and a process that dies costs its task alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys

import pytest

from trtmigrate.workers import run_in_processes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks functions of this module")


def work(task: str) -> str:
    match task:
        case "exit":
            os._exit(3)
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "no pickle":
            return lambda: None  # type: ignore[return-value]
    return f"{task} done"


def died(task: str) -> str:
    return f"{task} died"


def results(tasks: list[str], workers: int) -> list[str]:
    found = dict(run_in_processes(work, tasks, workers, died))
    assert sorted(found) == list(range(len(tasks)))
    return [found[number] for number in range(len(tasks))]


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_task_has_its_result(workers: int) -> None:
    tasks = [str(number) for number in range(20)]
    assert results(tasks, workers) == [f"{task} done" for task in tasks]


@pytest.mark.parametrize("workers", [1, 3])
def test_process_that_dies_costs_its_task_alone(workers: int) -> None:
    tasks = ["a", "exit", "b", "killed", "killed", "c"]
    expected = ["a done", "exit died", "b done", "killed died", "killed died", "c done"]
    assert results(tasks, workers) == expected


def test_result_that_cannot_be_sent_is_that_of_a_dead_process(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert results(["a", "no pickle", "b"], 2) == ["a done", "no pickle died", "b done"]


def test_large_tasks_and_results_pass() -> None:
    large = "x" * 5_000_000
    assert results([large, "a"], 2) == [f"{large} done", "a done"]


def test_nothing_to_do_starts_nothing() -> None:
    assert results([], 4) == []


def test_no_process_is_left_when_the_results_are_no_longer_wanted() -> None:
    before = set(multiprocessing.active_children())
    found = run_in_processes(work, ["a", "b", "c"], 2, died)
    next(found)
    assert set(multiprocessing.active_children()) - before
    found.close()  # type: ignore[attr-defined]
    assert not set(multiprocessing.active_children()) - before


def _complain(task: int) -> int:
    os.write(2, b"out of memory, and a backtrace\n")
    return task


def test_what_a_process_writes_to_stderr_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    results = list(run_in_processes(_complain, [1, 2], 2, lambda task: -task))
    assert sorted(results) == [(0, 1), (1, 2)]
    assert capfd.readouterr().err == ""
