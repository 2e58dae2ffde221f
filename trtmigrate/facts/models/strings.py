"""Strings: what their methods and formatting give."""

from __future__ import annotations

from trtmigrate.facts.domain.polynomials import number
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    Items,
    TensorName,
    Text,
    Value,
    carries_suffix,
)


def string_method(base: Const | TensorName, name: str, args: list[Value]) -> Value:
    """Return the result of a method of a string."""
    if isinstance(base, TensorName):
        return _method_of_name(base, name, args)
    known = [arg.value for arg in args if isinstance(arg, Const)]
    if len(known) == len(args) and hasattr(str, name):
        try:
            made = getattr(base.value, name)(*known)
        except Exception:
            return UNKNOWN
        if isinstance(made, list):
            parts = tuple(Const(part, base.versioned) for part in made)
            return Items(UNKNOWN, parts, number(len(parts)))
        return Const(made, base.versioned)
    if name == "format" and carries_suffix(base):
        return TensorName(suffixed=True, added=True)
    return Text()


def _method_of_name(base: TensorName, name: str, args: list[Value]) -> Value:
    if name in ("split", "partition"):
        by = args[0] if args else UNKNOWN
        at_mark = isinstance(by, Const) and str(by.value).strip().startswith("[")
        clean = TensorName(base.engine, base.index if at_mark else None, cut=at_mark)
        return Items(Text(), (clean,))
    return UNKNOWN if name in ("startswith", "endswith") else Text()


def formatted(parts: list[Value], text: str) -> Value:
    """Return an f-string with these values in it and this text around them."""
    added = any(carries_suffix(part) for part in parts)
    if " [profile" not in text and not added:
        return Text()
    named = [part for part in parts if isinstance(part, TensorName)]
    return TensorName(named[-1].engine if named else None, None, True, True)
