"""Run a function over many tasks in several processes, each of which can die for itself alone."""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from trtmigrate import interrupt

Task = TypeVar("Task")
Result = TypeVar("Result")


def run_in_processes(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    workers: int,
    died: Callable[[Task], Result],
    late: Callable[[Task], Result] | None = None,
    seconds: Callable[[Task], float] = lambda task: math.inf,
) -> Iterator[tuple[int, Result]]:
    """Yield the number and the result of each task, in the order in which the tasks are done.

    Where a process dies, `died` gives the result of the task that it worked on; the others go on in
    a new process. A process that works longer on a task than `seconds` says is killed, and `late`
    gives the result (without it, `died`); the time that it waits for a processor does not count. No
    process outlives this one, however it ends.
    """
    waiting = deque(enumerate(tasks))
    pool = _Pool(function, seconds)
    try:
        for _ in range(min(workers, len(tasks))):
            pool.start(*waiting.popleft())
        while pool.busy:
            for worker, is_late in pool.ready():
                number, task, _ = pool.busy[worker]
                try:
                    if is_late:
                        raise EOFError  # it says nothing any more
                    result = worker.recv()
                except (EOFError, OSError):
                    pool.bury(worker)
                    yield number, late(task) if late and is_late else died(task)
                    if waiting:
                        pool.start(*waiting.popleft())
                    continue
                if waiting:
                    pool.hand(worker, *waiting.popleft())
                else:
                    pool.dismiss(worker)
                yield number, result
    finally:
        pool.close()


class _Pool:
    """The processes at work, by the connection to each, and the tasks that they work on."""

    def __init__(self, function: Callable[[Any], Any], seconds: Callable[[Any], float]) -> None:
        # The number of the task, the task, and when to ask for the time that it took.
        self.busy: dict[Connection, tuple[int, Any, float]] = {}
        self._began: dict[Connection, float] = {}  # the time of the process when the task began
        self._seconds = seconds
        self._processes: dict[Connection, BaseProcess] = {}
        self._function = function
        self._forks = sys.platform == "linux"  # the modules that are loaded are there at once
        self._context: Any = multiprocessing.get_context("fork" if self._forks else "spawn")
        # The workers wait for the end of this pipe: nobody writes, and it ends with this process.
        self._life_of_workers, self._life = self._context.Pipe(duplex=False)

    def start(self, number: int, task: Any) -> None:
        """Start a process and give it its first task."""
        ours, theirs = self._context.Pipe()
        inherited = (self._life, ours) if self._forks else ()
        arguments = (self._function, theirs, self._life_of_workers, inherited)
        process = self._context.Process(target=_work, args=arguments, daemon=True)
        with interrupt.signals_held():
            process.start()
            interrupt.add_process(process.pid or 0)
        theirs.close()
        self._processes[ours] = process
        self.hand(ours, number, task)

    def hand(self, worker: Connection, number: int, task: Any) -> None:
        """Give a process its next task; one that is dead shows in `ready`."""
        self._began[worker] = _time_of(self._processes[worker])
        self.busy[worker] = (number, task, time.monotonic() + self._seconds(task))
        with contextlib.suppress(OSError):
            worker.send(task)

    def ready(self) -> list[tuple[Connection, bool]]:
        """Wait until processes have a result or have died, or, then with True, have no time left.

        Nothing is returned where a process has waited for a processor and may go on.
        """
        end = min(end for _, _, end in self.busy.values())
        left = None if end == math.inf else max(0.0, end - time.monotonic())
        done = [worker for worker in wait(list(self.busy), left) if isinstance(worker, Connection)]
        if done:
            return [(worker, False) for worker in done]
        return [(worker, True) for worker in self.busy if self._is_late(worker)]

    def _is_late(self, worker: Connection) -> bool:
        """True if a process has no time left; otherwise note down when to ask again."""
        number, task, end = self.busy[worker]
        left = self._seconds(task) - (_time_of(self._processes[worker]) - self._began[worker])
        self.busy[worker] = (number, task, max(end, time.monotonic() + left))
        return left <= 0

    def dismiss(self, worker: Connection) -> None:
        """Let a process end, as there is nothing left to do."""
        self.bury(worker)

    def bury(self, worker: Connection) -> None:
        """Take a process out of the pool, dead or alive."""
        del self.busy[worker]
        worker.close()
        process = self._processes.pop(worker)
        process.kill()
        process.join()
        interrupt.forget_process(process.pid or 0)

    def close(self) -> None:
        """End every process that is still at work."""
        for worker in list(self.busy):
            self.bury(worker)
        self._life.close()
        self._life_of_workers.close()


def _time_of(process: BaseProcess) -> float:
    """Return the seconds that a process has worked; where the system does not tell, the time."""
    try:
        with open(f"/proc/{process.pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return time.monotonic()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _work(
    function: Callable[[Any], Any],
    tasks: Connection,
    life: Connection,
    inherited: Sequence[Connection],
) -> None:
    """Do tasks until there are none: what a worker does."""
    interrupt.restore_signals_of_worker()
    # A library that runs out of memory writes a page of its own before it ends the process.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for connection in inherited:
        connection.close()
    threading.Thread(target=_die_with_parent, args=(life,), daemon=True).start()
    try:
        while True:
            tasks.send(function(tasks.recv()))
    except (EOFError, OSError):
        return  # the parent has closed the connection


def _die_with_parent(life: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        life.recv()
    os._exit(1)
