"""What is pure and what changes an object, as far as names tell: the one source of both.

Only names of Python itself and of NumPy stand here. Nothing is assumed of a function that a program
defines.
"""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from trtmigrate.syntax.tree import code, walk

# They compute a value from their arguments, and neither change nor keep them.
_COMPUTING = frozenset(
    """
    abs all any bool bytes enumerate float id int isinstance issubclass len list max min range repr
    round set sorted str sum tuple type zip np.sum numpy.sum
    """.split()
)
# They give a value, but by way of the object that they are given: a property may run, an iterator
# goes on, what they return may be the object's own.
_ASKING = frozenset(["getattr", "hasattr", "next"])
# They do something, but not to their arguments.
_SHOWING = frozenset(["print"])
# Methods of strings, dictionaries, lists and paths that give a value and change nothing.
_READING_METHODS = frozenset(
    """
    lower upper strip lstrip rstrip startswith endswith split keys values items index exists isfile
    """.split()
)
# Methods that change the list, set or dictionary that they are called on.
MUTATING_METHODS = frozenset(
    "append extend insert pop clear remove sort reverse update setdefault".split()
)


def has_effect(node: cst.CSTNode, reading_methods: Collection[str] = ()) -> bool:
    """True if evaluating an expression may do more than give a value.

    `reading_methods` are further methods that only give a value, whatever object has them.
    """
    for inner in walk(node):
        if isinstance(inner, (cst.Await, cst.Yield, cst.NamedExpr)):
            return True
        if isinstance(inner, cst.Call) and not _only_reads(inner.func, reading_methods):
            return True
    return False


def _only_reads(function: cst.BaseExpression, reading_methods: Collection[str]) -> bool:
    if isinstance(function, cst.Attribute):
        method = function.attr.value
        if method in _READING_METHODS or method in reading_methods:
            return True
    name = code(function).strip("()")
    return name in _COMPUTING or name in _ASKING


def leaves_arguments(function: str) -> bool:
    """True if the function of this dotted name neither changes its arguments nor keeps them."""
    name = function.removeprefix("builtins.")
    return name in _COMPUTING or name in _SHOWING
