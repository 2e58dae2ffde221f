"""What calls a function later: partial functions, threads, processes, executors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trtmigrate.facts.domain.values import UNKNOWN, Function, Imported, Items, Partial, Value
from trtmigrate.facts.models.external_call import Call


def _partial(call: Call) -> Value | None:
    """`partial(function, *args, **keywords)`."""
    if not call.args or any(arg.star for arg in call.node.args):
        return None
    args, keywords = _given(call)
    call.machine.hand_over(args[0], args[1:], keywords)
    taken = len(args) - 1
    if isinstance(args[0], Partial):
        return Partial(args[0].function, args[0].taken + taken)
    return Partial(args[0], taken) if isinstance(args[0], (Function, Imported)) else None


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


FUNCTIONS: dict[str, Callable[[Call], Value | None]] = {
    "functools.partial": _partial,
    "threading.Thread": _thread,
    "multiprocessing.Process": _thread,
    "atexit.register": _register,
}
