"""Operators on values: arithmetic of numbers, strings and lists, and comparisons of constants."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from trtmigrate.facts.domain.joins import join
from trtmigrate.facts.domain.polynomials import Poly
from trtmigrate.facts.domain.values import (
    UNKNOWN,
    Const,
    Items,
    Number,
    TensorName,
    Text,
    Value,
    carries_suffix,
    is_number,
    is_text,
    poly_of,
)

# Operators go by the names of LibCST's classes.
_FOLDED: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Subtract": operator.sub,
    "Multiply": operator.mul,
    "FloorDivide": operator.floordiv,
    "Modulo": operator.mod,
    "LeftShift": operator.lshift,
    "BitOr": operator.or_,
}
_ORDERED: dict[str, Callable[[Any, Any], Any]] = {
    "LessThan": operator.lt,
    "LessThanEqual": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEqual": operator.ge,
}
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    **_ORDERED,
    "Equal": operator.eq,
    "NotEqual": operator.ne,
    "In": lambda a, b: a in b,
    "NotIn": lambda a, b: a not in b,
}
DIVISIONS = ("FloorDivide", "Divide")


def operate(name: str, left: Value, right: Value) -> Value:
    """Return the value of `left OPERATOR right`."""
    for case in _CASES:
        result = case(name, left, right)
        if result is not None:
            return result
    return UNKNOWN


def negate(value: Value) -> Value:
    """Return the value of `-value`."""
    poly = poly_of(value)
    if poly is None:
        return UNKNOWN
    constant = (-poly).constant
    return Const(constant) if constant is not None else Number(-poly)


def is_over_profiles(value: Value) -> bool:
    """True if a number counts the bindings of all optimization profiles."""
    poly = poly_of(value)
    return poly is not None and any(a.role == "profiles" for a in poly.atoms)


def _percent(name: str, left: Value, right: Value) -> Value | None:
    """`"%d" % number`."""
    if name != "Modulo" or not isinstance(left, Const) or not isinstance(left.value, str):
        return None
    if isinstance(right, Const) and not isinstance(right.value, tuple):
        try:
            return Const(left.value % right.value, left.versioned or right.versioned)
        except Exception:
            return Text()
    return TensorName(suffixed=True, added=True) if " [profile" in left.value else Text()


def _constants(name: str, left: Value, right: Value) -> Value | None:
    if not isinstance(left, Const) or not isinstance(right, Const) or name not in _FOLDED:
        return None
    try:
        return Const(_FOLDED[name](left.value, right.value), left.versioned or right.versioned)
    except Exception:
        return UNKNOWN


def _integers(name: str, left: Value, right: Value) -> Value | None:
    engine = next((v.engine for v in (left, right) if isinstance(v, Number) and v.engine), None)
    a, b = poly_of(left), poly_of(right)
    if a is not None and b is not None:
        of_float = any(isinstance(v, Number) and v.is_float for v in (left, right))
        return Number(_polynomials(name, a, b), engine, of_float or name == "Divide")
    return Number(None, engine) if is_number(left) and is_number(right) else None


def _polynomials(name: str, a: Poly, b: Poly) -> Poly | None:
    if name == "Add":
        return a + b
    if name == "Subtract":
        return a - b
    if name == "Multiply":
        return a * b
    if name in DIVISIONS:
        return a.divided_by(b) or a.without("profiles")
    return None


def _strings(name: str, left: Value, right: Value) -> Value | None:
    if name != "Add":
        return None
    if carries_suffix(left) or carries_suffix(right):
        return TensorName(suffixed=True, added=True)
    if any(isinstance(v, TensorName) and v.suffixed for v in (left, right)):
        return TensorName(suffixed=True)
    return Text() if is_text(left) and is_text(right) else None


def _lists(name: str, left: Value, right: Value) -> Value | None:
    if not isinstance(left, Items):
        return None
    if isinstance(right, Items) and name == "Add":
        both = left.items is not None and right.items is not None
        items = left.items + right.items if both else None  # type: ignore[operator]
        return Items(join(left.element, right.element), items)
    if isinstance(right, Items) and name in ("Subtract", "BitAnd"):
        element = left.element  # of a set: some of its elements, in an order that is not known
        return Items(replace(element, index=None) if isinstance(element, TensorName) else element)
    return Items(left.element) if name == "Multiply" else None


_CASES = (_percent, _constants, _integers, _strings, _lists)


def compare(name: str, left: Value, right: Value) -> tuple[Value, bool]:
    """Return the value of a comparison, and whether it compares releases as texts and so goes
    wrong. '10' < '8' is true, 10 < 8 is not: numbers are meant.
    """
    a, b = _as_constant(left), _as_constant(right)
    if a is None or b is None or name not in _COMPARED:
        return UNKNOWN, False
    versioned = a.versioned or b.versioned
    if not versioned and Items in (type(left), type(right)):
        return UNKNOWN, False  # a list may change
    try:
        truth = _COMPARED[name](*_as_releases(a, b))
        meant = _meant(name, a.value, b.value) if versioned else None
    except Exception:
        return UNKNOWN, False
    wrong = meant is not None and meant != truth
    return Const(meant if wrong else truth, versioned), wrong


def _as_constant(value: Value) -> Const | None:
    """Return a constant, also for a list of constants: the parts of a release."""
    if isinstance(value, Items) and value.items is not None:
        parts = [part for part in value.items if isinstance(part, Const)]
        if len(parts) == len(value.items):
            return Const(tuple(p.value for p in parts), any(p.versioned for p in parts))
    return value if isinstance(value, Const) else None


def _as_releases(left: Const, right: Const) -> tuple[Any, Any]:
    """Return two values to compare: a text as a release where the other one is the release that is
    installed, as classes for versions do.
    """
    values = left.value, right.value
    for at, side in enumerate((left, right)):
        text = values[1 - at]
        if side.versioned and isinstance(side.value, tuple) and isinstance(text, str):
            numbers = tuple(int(n) for n in re.findall(r"\d+", text))
            return (values[0], numbers) if at == 0 else (numbers, values[1])
    return values


def _meant(name: str, left: Any, right: Any) -> bool | None:
    """Return how a comparison of releases ends if it compares numbers; None if the code does not
    compare texts, or lists of texts.
    """
    if name not in _ORDERED:
        return None
    numbers = _numbers(left), _numbers(right)
    return None if None in numbers else bool(_ORDERED[name](*numbers))


def _numbers(value: Any) -> tuple[int, ...] | None:
    """Return the numbers of a text, or of a list of texts, if they begin with a number."""
    texts = value if isinstance(value, tuple) else (value,)
    if not texts or not all(isinstance(t, str) and re.match(r"\d", t) for t in texts):
        return None
    return tuple(int(n) for text in texts for n in re.findall(r"\d+", text))
