"""Remember what was worked out for a file."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from trtmigrate.facts import Facts

Function = TypeVar("Function", bound=Callable[..., Any])
Result = TypeVar("Result")
OfFile = Callable[["Facts"], Result]


def once_per_file(function: Function) -> Function:
    """Decorator of `function(facts, *key)`: work out each key once for each `Facts`.

    The results are forgotten together with the `Facts`, so they must not refer to them. What a
    result rests on is noted again each time it is asked for.
    """
    results: WeakKeyDictionary[Facts, dict[Hashable, Any]] = WeakKeyDictionary()

    @functools.wraps(function)
    def remembered(facts: Facts, *key: Hashable) -> Any:
        known = results.setdefault(facts, {})
        if key not in known:
            before = facts.trail.take()
            result = function(facts, *key)
            known[key] = result, facts.trail.take()
            facts.trail.note(before)
        result, grounds = known[key]
        facts.trail.note(grounds)
        return result

    return remembered  # type: ignore[return-value]


def kept_with_file(function: OfFile[Result]) -> OfFile[Result]:
    """Decorator of `function(facts)`: work the result out once for each `Facts`.

    The result may refer to the `Facts`, and goes together with them.
    """

    @functools.wraps(function)
    def remembered(facts: Facts) -> Result:
        if function not in facts.kept:
            facts.kept[function] = function(facts)
        return facts.kept[function]  # type: ignore[return-value]

    return remembered
