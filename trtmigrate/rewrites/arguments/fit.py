"""Tell whether a signature of the target takes the arguments of a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import libcst as cst

from trtmigrate import api
from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, Instance, Items, Table, Value, is_number, is_text
from trtmigrate.rewrites.arguments.arrays import library_of_array
from trtmigrate.rewrites.arguments.certain import is_certain
from trtmigrate.syntax.calls import unpacks


def fits(call: cst.Call, cls: str, method: str, facts: Facts) -> bool:
    """True if the target may take a call: one of its overloads refuses no argument for certain."""
    if unpacks(call):
        return True
    known = api.overloads(cls, method, facts.release)
    bound = (bind(call, overload) for overload in known)
    return not known or any(b is not None and not list(refused(b, facts)) for b in bound)


def bind(call: cst.Call, overload: api.Overload) -> Mapping[api.Parameter, cst.Arg] | None:
    """Return the argument of each parameter; None if their number or a keyword does not fit."""
    names = {p.name: p for p in overload.parameters}
    found: dict[api.Parameter, cst.Arg] = {}
    for position, arg in enumerate(call.args):
        if arg.keyword is not None:
            parameter = names.get(arg.keyword.value)
        else:
            in_order = overload.parameters
            parameter = in_order[position] if position < len(in_order) else None
        if parameter is None or parameter in found:
            return None
        found[parameter] = arg
    missing = any(not p.has_default and p not in found for p in overload.parameters)
    return None if missing else found


def refused(bound: Mapping[api.Parameter, cst.Arg], facts: Facts) -> Iterator[api.Parameter]:
    """Yield the parameters whose argument is certainly of another type."""
    for parameter, arg in bound.items():
        if is_certain(arg.value, partial(is_refused, parameter), facts):
            yield parameter


def is_refused(parameter: api.Parameter, value: Value) -> bool:
    """True if a parameter that takes a string or an integer certainly gets something else."""
    if isinstance(value, (Items, Table)) or library_of_array(value) is not None:
        return parameter.type in ("str", "int")
    if parameter.type == "str":
        return is_number(value) or isinstance(value, Instance)
    if parameter.type == "int":
        is_fraction = isinstance(value, Const) and isinstance(value.value, float)
        return is_text(value) or is_fraction
    return False
