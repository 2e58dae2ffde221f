"""Ways to call an execution: directly, kept for later, or through other functions."""

from __future__ import annotations

from dataclasses import dataclass

from tests.generator.choices import Choices
from tests.generator.text import Lines, lines_of


@dataclass(frozen=True)
class Launch:
    """How `{b}` is executed, and what has to be there before."""

    call: str
    setup: str = ""
    helper: str = ""


CALL = "def call(function, *given, **named):\n    return function(*given, **named)"
LAUNCH = "def execute(context, bindings, handle):\n    context.execute_async_v2(bindings, handle)"
TIMED = f"""\
def timed(function):
    @functools.wraps(function)
    def wrapper(*given):
        calls.append(function.__name__)
        return function(*given)

    return wrapper


calls = []


@timed
{LAUNCH}"""
POOL = "$pool = ThreadPoolExecutor(max_workers=1)"
LAUNCHES = {
    "execute_async_v2": Launch("$context.execute_async_v2({b}, $handle)"),
    "keywords": Launch("$context.execute_async_v2(bindings={b}, stream_handle=$handle)"),
    "execute_v2": Launch("$wait\n$context.execute_v2({b})"),
    "checked": Launch(
        "if not $context.execute_async_v2({b}, $handle):\n    raise RuntimeError({b})"
    ),
    "method kept": Launch("$run({b}, $handle)", "$run = $context.execute_async_v2"),
    "partial kept": Launch(
        "$run({b})",
        "$run = functools.partial($context.execute_async_v2, stream_handle=$handle)",
    ),
    "partial": Launch("functools.partial($context.execute_async_v2, {b}, $handle)()"),
    "lambda kept": Launch(
        "$run({b})", "$run = lambda given: $context.execute_async_v2(given, $handle)"
    ),
    "submitted": Launch(
        "with ThreadPoolExecutor(max_workers=1) as pool:\n"
        "    pool.submit($context.execute_async_v2, {b}, $handle).result()"
    ),
    "submitted to a kept pool": Launch(
        "$pool.submit($context.execute_async_v2, bindings={b}, stream_handle=$handle).result()",
        POOL,
    ),
    "lambda submitted": Launch(
        "$pool.submit(lambda: $context.execute_async_v2({b}, $handle)).result()", POOL
    ),
    "function submitted": Launch(
        "$pool.submit(execute, $context, {b}, $handle).result()", POOL, LAUNCH
    ),
    "given to a function": Launch("call($context.execute_async_v2, {b}, $handle)", "", CALL),
    "lambda given to a function": Launch(
        "call(lambda: $context.execute_async_v2({b}, $handle))", "", CALL
    ),
    "partial given to a function": Launch(
        "call(functools.partial($context.execute_async_v2, stream_handle=$handle), {b})", "", CALL
    ),
    "function": Launch("execute($context, {b}, $handle)", "", LAUNCH),
    "decorated function": Launch("execute($context, {b}, $handle)\nprint(len(calls))", "", TIMED),
    "jobs": Launch(
        "jobs = [functools.partial($context.execute_async_v2, {b}, $handle)]\n"
        "while jobs:\n    jobs.pop()()"
    ),
    "dictionary of functions": Launch(
        'actions = {"run": lambda: $context.execute_async_v2({b}, $handle), "stop": None}\n'
        'actions["run"]()'
    ),
    "mapped": Launch(
        "done = list(map(lambda given: $context.execute_async_v2(given, $handle), [{b}]))\n"
        "print(done)"
    ),
    "thread": Launch(
        "thread = threading.Thread(target=$context.execute_async_v2, args=({b}, $handle))\n"
        "thread.start()\nthread.join()"
    ),
    "inner function": Launch(
        "def run(given, times=1):\n    for _ in range(times):\n"
        "        $context.execute_async_v2(given, $handle)\n\nrun({b})\nrun({b}, times=2)"
    ),
}


def launched(c: Choices, choice: str, bindings: str) -> Lines:
    """Execute with the addresses that `bindings` is."""
    return lines_of(c.one(choice, LAUNCHES).call.replace("{b}", bindings))


def prepared(c: Choices, *choices: str) -> tuple[Lines, Lines]:
    """The helpers, and what the setup makes, for all launches of a program."""
    used = [LAUNCHES[c.made[choice]] for choice in choices if choice in c.made]
    helpers = dict.fromkeys(launch.helper for launch in used if launch.helper)
    if TIMED in helpers:
        helpers.pop(LAUNCH, None)
    setup = dict.fromkeys(launch.setup for launch in used if launch.setup)
    lines = [line for text in helpers for line in (*lines_of(text), "", "")]
    return lines, [line for text in setup for line in lines_of(text)]
