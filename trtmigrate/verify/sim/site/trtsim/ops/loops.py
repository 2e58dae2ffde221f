"""What passes the boundary of a loop; trtsim.loops evaluates the loop itself."""

from __future__ import annotations

from typing import Any, List, NoReturn, Sequence

from .registry import Attributes, Info, register


def _like_initial(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return [Info(given[0].shape, given[0].dtype)]


def _one_of_axis(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    shape = list(given[0].shape)
    del shape[attributes["axis"]]
    return [Info(tuple(shape), given[0].dtype)]


def _result(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    shape = list(given[0].shape)
    if attributes["kind"] != "LAST_VALUE":
        length = given[1].value if len(given) > 1 else None
        shape.insert(attributes["axis"], -1 if length is None else int(length))
    return [Info(tuple(shape), given[0].dtype)]


def _nothing(attributes: Attributes, given: Sequence[Info]) -> List[Info]:
    return []


def _in_loops_only(attributes: Attributes, given: List[Any]) -> NoReturn:
    raise AssertionError("a loop computes this")


register("RECURRENCE", _like_initial, _in_loops_only)
register("ITERATOR", _one_of_axis, _in_loops_only)
register("LOOP_OUTPUT", _result, _in_loops_only)
register("TRIP_LIMIT", _nothing, _in_loops_only)
