"""Parameters that a function sets itself where its caller gave nothing.

After `if binding is None: binding = 0` the variable may still hold what a caller gave: an index, or
as well a name. So the value that the function sets does not tell the kind of it.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts.domain.values import UNKNOWN, Const, Items, Value, is_number, is_text
from trtmigrate.facts.interpreter.state import State
from trtmigrate.facts.interpreter.summaries import Env
from trtmigrate.syntax.nones import is_none
from trtmigrate.syntax.openness import is_public_method
from trtmigrate.syntax.tree import parameters


def set_if_not_given(state: State, test: cst.BaseExpression, env: Env) -> str | None:
    """Return the parameter that a test asks whether a caller gave it, if callers outside the module
    may give it an index as well as a name; `env` are the variables at the test.
    """
    name, function = _asked(test), state.frame.node
    if name is None or not isinstance(function, cst.FunctionDef):
        return None
    if env.get(name, UNKNOWN) not in (UNKNOWN, Const(None)):
        return None
    if not (state.is_open(function) or is_public_method(function, state.tree)):
        return None
    named = (param for param in parameters(function) if param.name.value == name)
    return name if any(param.annotation is None for param in named) else None


def without_kind(value: Value) -> Value:
    """Return what is left of a value that may also be what a caller gave: no index, no name."""
    if is_number(value) or is_text(value):
        return UNKNOWN
    return Items(without_kind(value.element)) if isinstance(value, Items) else value


def _asked(test: cst.BaseExpression) -> str | None:
    """Return the variable in `x is None`, `x is not None`, `not x` or `x`."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return _asked(test.expression)
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        return _asked(test.left) if is_none(test.comparisons[0].comparator) else None
    return test.value if isinstance(test, cst.Name) else None
