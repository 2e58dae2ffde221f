"""Calls that a method took and no longer takes although its name is still there."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from trtmigrate.api._data import raw_before_8_5
from trtmigrate.api.release import Release, as_release
from trtmigrate.api.signatures import Overload, Parameter, overloads, parse_signature
from trtmigrate.api.surface import is_subclass, span_of, spans, split

# Vectors that some versions of pybind name by class and others by content: the same argument.
_VECTORS = {"NodeIndices": "list[int]", "SubGraphCollection": "list[tuple[list[int], bool]]"}


@cache
def lost_overloads(path: str, target: Release | str) -> tuple[tuple[Overload, Release], ...]:
    """The overloads that earlier releases took and ``target`` refuses, each with who refused first.

    Empty where the method itself is gone: then the whole member is missing.
    """
    cls, method = split(path)
    release = as_release(target)
    if span_of(cls, method, release) is None:
        return ()
    found: dict[Overload, Release] = {}
    known = raw_before_8_5().get(path, {})
    if "signature" in known:
        old = parse_signature(known["signature"])
        if not _taken(old, overloads(cls, method, release)):
            found[old] = Release.named(known["gone_in"])
    own = [span for span in spans(path) if span.first <= release]
    for earlier, later in pairwise(own):
        then, now = (overloads(cls, method, at) for at in (later.first, release))
        for old in overloads(cls, method, earlier.last):
            if not _taken(old, then) and not _taken(old, now):
                found.setdefault(old, later.first)
    return tuple(found.items())


def _taken(old: Overload, overloads_now: tuple[Overload, ...]) -> bool:
    return any(_takes(new, old) for new in overloads_now)


def _takes(new: Overload, old: Overload) -> bool:
    """True if every call, by position or by name, that fits ``old`` fits ``new``."""
    if len(new.parameters) < len(old.parameters):
        return False
    pairs = zip(new.parameters, old.parameters, strict=False)
    added = new.parameters[len(old.parameters) :]
    return all(_stands_for(mine, theirs) for mine, theirs in pairs) and all(
        parameter.has_default for parameter in added
    )


def _stands_for(new: Parameter, old: Parameter) -> bool:
    unnamed = new.name.startswith("arg") or old.name.startswith("arg")
    return (
        (new.name == old.name or unnamed)
        and (new.has_default or not old.has_default)
        and _accepts(new.type, old.type)
    )


def _accepts(new: str, old: str) -> bool:
    for name, content in _VECTORS.items():
        new, old = new.replace(name, content), old.replace(name, content)
    return new in (old, "object") or old.startswith(f"{new}[") or is_subclass(old, new)
