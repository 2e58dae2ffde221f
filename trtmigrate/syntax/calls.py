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


def spread(call: cst.Call) -> cst.Call:
    """Return a call as if `*(a, b)` and `*[a, b]` were written as `a, b`; the values are the same
    nodes. The call itself if it has no such argument.
    """
    args: list[cst.Arg] = []
    apart = False
    for arg in call.args:
        elements = _elements(arg.value) if arg.star == "*" else None
        if elements is None:
            args.append(arg)
        else:
            apart = True
            args += [cst.Arg(element.value) for element in elements]
    return call.with_changes(args=args) if apart else call


def _elements(node: cst.BaseExpression) -> list[cst.Element] | None:
    """Return the elements of a literal tuple or list; None for anything else."""
    if not isinstance(node, (cst.Tuple, cst.List)):
        return None
    plain = [element for element in node.elements if isinstance(element, cst.Element)]
    return plain if len(plain) == len(node.elements) else None


def unpacks(call: cst.Call) -> bool:
    """True if the call hands over `*args` or `**kwargs`."""
    return any(arg.star for arg in call.args)


def calls_function(node: cst.CSTNode | None, *names: str) -> bool:
    """True for a call `name(...)` of a function with one of these names."""
    return (
        isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in names
    )
