"""What calls a function later: partial functions, threads, processes, executors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from trtmigrate.facts.domain.values import (
    UNKNOWN,
    External,
    Function,
    Imported,
    Items,
    Method,
    Partial,
    Value,
)
from trtmigrate.facts.models.external_call import Call
from trtmigrate.facts.models.machine import Machine


def _partial(call: Call) -> Value | None:
    """`partial(function, *args, **keywords)`."""
    if not call.args or any(arg.star for arg in call.node.args):
        return None
    args, keywords = _given(call)
    call.machine.hand_over(args[0], args[1:], keywords)
    taken = len(args) - 1
    if isinstance(args[0], Partial):
        return Partial(args[0].function, args[0].taken + taken)
    return Partial(args[0], taken) if isinstance(args[0], (Function, Imported, Method)) else None


def _thread(call: Call) -> None:
    """`Thread(target=function, args=(...), kwargs={...})`."""
    keywords = _given(call)[1]
    args = keywords.get("args", UNKNOWN)
    if isinstance(args, Items) and args.items is not None:
        call.machine.hand_over(keywords.get("target", UNKNOWN), args.items)


def _register(call: Call) -> None:
    """`register(function, *args, **keywords)`."""
    args, keywords = _given(call)
    if args:
        call.machine.hand_over(args[0], args[1:], keywords)


def _executor(call: Call) -> Value:
    """`ThreadPoolExecutor()`: its methods call functions."""
    return External(EXECUTOR, call.node)


def _loop(call: Call) -> Value:
    """`asyncio.get_running_loop()`, by any of its names."""
    return External(LOOP, call.node)


def _map(call: Call) -> None:
    """`executor.map(function, *iterables)`."""
    args, _ = _given(call)
    if args and all(isinstance(arg, Items) for arg in args[1:]):
        elements = [arg.element for arg in args[1:] if isinstance(arg, Items)]
        call.machine.hand_over(args[0], [call.machine.take_out(each) for each in elements])


def _run_in_executor(call: Call) -> None:
    """`loop.run_in_executor(executor, function, *args)`."""
    args, _ = _given(call)
    if len(args) > 1:
        call.machine.hand_over(args[1], args[2:])


def _given(call: Call) -> tuple[Sequence[Value], dict[str, Value]]:
    """Return the positional arguments before the first that is unpacked, and the keywords."""
    args: list[Value] = []
    keywords: dict[str, Value] = {}
    unpacked = False
    for arg, value in zip(call.node.args, call.args, strict=True):
        unpacked = unpacked or arg.star == "*"
        if arg.keyword is not None:
            keywords[arg.keyword.value] = value
        elif not unpacked:
            args.append(value)
    return args, keywords


EXECUTOR = "concurrent.futures.ThreadPoolExecutor()"
LOOP = "asyncio.get_running_loop()"

FUNCTIONS: dict[str, Callable[[Call], Value | None]] = {
    "functools.partial": _partial,
    "threading.Thread": _thread,
    "multiprocessing.Process": _thread,
    "atexit.register": _register,
    "asyncio.to_thread": _register,
    "asyncio.get_running_loop": _loop,
    "asyncio.get_event_loop": _loop,
    "asyncio.new_event_loop": _loop,
    "concurrent.futures.ThreadPoolExecutor": _executor,
    "concurrent.futures.thread.ThreadPoolExecutor": _executor,
}

# By the names of what `External` objects have.
METHODS: dict[str, Callable[[Call], object]] = {
    f"{EXECUTOR}.submit": _register,
    f"{EXECUTOR}.map": _map,
    f"{LOOP}.run_in_executor": _run_in_executor,
}


def call_method(machine: Machine, method: External, node: cst.Call, args: list[Value]) -> Value:
    """Return the result of a method of another library, and note what function it calls."""
    model = METHODS.get(method.name)
    if model is not None:
        model(Call(machine, method.name, node, args))
    return External(method.name + "()", node)
