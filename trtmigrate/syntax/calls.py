"""Find the arguments of a call."""

from __future__ import annotations

import libcst as cst


def argument(call: cst.Call, position: int, *keywords: str) -> cst.Arg | None:
    """Return the argument at a position or under one of the keywords.

    None if it is absent or hidden behind `*args`.
    """
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value in keywords:
            return arg
    if any(arg.star for arg in call.args[: position + 1]):
        return None
    positional = [arg for arg in call.args if arg.keyword is None and not arg.star]
    return positional[position] if position < len(positional) else None


def unpacks(call: cst.Call) -> bool:
    """True if the call hands over `*args` or `**kwargs`."""
    return any(arg.star for arg in call.args)


def calls_function(node: cst.CSTNode | None, *names: str) -> bool:
    """True for a call `name(...)` of a function with one of these names."""
    return (
        isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in names
    )
