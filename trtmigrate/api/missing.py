"""What a target release no longer has: the one list that every report of a removed use rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from trtmigrate.api._data import raw_before_8_5, raw_between, raw_members
from trtmigrate.api.overload_loss import lost_overloads
from trtmigrate.api.release import Release, as_release, releases
from trtmigrate.api.surface import bases, join, own_span, span_of, spans, split

MissingKind = Literal[
    "class",
    "enum",
    "alias",
    "method",
    "function",
    "property",
    "readonly",
    "enumerator",
    "value",
    "setter",
    "overload",
    "module",
]

# Names of the module that its own packaging left behind for some releases; nobody's program is
# meant to use them.
PACKAGING = frozenset({"CURDIR", "ENABLE_LONG_TERM", "find_lib", "lib", "try_load"})

# Dunder methods that a program uses by syntax and that a class which still exists has lost. Of
# other dunders nothing is to be said: pybind adds them, or they went together with their class.
SYNTAX = frozenset({"__len__", "__getitem__", "__enter__", "__exit__", "__iter__", "__contains__"})


@dataclass(frozen=True)
class Missing:
    """A member that existed in an earlier release and is not in the target.

    ``gone_in`` is the first release without it; ``kind`` ``setter`` means that it can still be
    read, ``overload`` that the name is there but no longer takes every argument it took. ``source``
    says how this is known.
    """

    path: str
    kind: MissingKind
    gone_in: str
    source: str

    @property
    def owner(self) -> str:
        """The class, or the empty string for what belongs to the module."""
        return split(self.path)[0]

    @property
    def name(self) -> str:
        return split(self.path)[1]

    @property
    def since(self) -> str:
        """``gone_in`` as people say it: ``10.0``."""
        return ".".join(self.gone_in.split(".")[:2])


def removed_in(path: str) -> Release | None:
    """The release in which ``Class.member``, a class or a function went.

    None if the newest release has it or none ever had. Follows bases: what a layer inherits goes
    when the base loses it.
    """
    cls, member = split(path)
    last = None
    for release in releases():
        if span_of(cls, member, release):
            last = release
    if last is None:
        known = raw_before_8_5().get(path)
        return Release.named(known["gone_in"]) if known else None
    gone_in = next((release for release in releases() if release > last), None)
    return None if gone_in is None else _first_without(path, gone_in)[0]


def _first_without(path: str, known: Release) -> tuple[Release, str]:
    """The release in which a member went, if `known` is the first known one without it, and how
    that is known.
    """
    owner = split(path)[0]
    between = raw_between().get(owner or path)
    if between is not None and known > (earlier := Release.named(between["gone_in"])):
        return earlier, between["source"]
    return known, "bindings"


def setter_removed_in(path: str) -> Release | None:
    """The first release in which a property that could be assigned is still there but can only be
    read.
    """
    cls, member = split(path)
    writable = False
    for release in releases():
        span = span_of(cls, member, release)
        if span and span.kind == "readonly" and writable:
            return release
        writable = span is not None and span.kind == "property"
    return None


def is_reported(path: str) -> bool:
    """True if the loss of a member concerns a program: not a packaging internal, not a dunder of
    every class.
    """
    owner, name = split(path)
    if not owner:
        return name not in PACKAGING
    return not name.startswith("__") or name in SYNTAX


@cache
def missing_in(target: Release | str) -> Mapping[str, Missing]:
    """All that some release before ``target`` had and it has not, by path.

    Members, classes, functions, enum values; setters of properties that can still be read; calls
    that a method no longer takes. Dunder methods of a class that is gone are left out: the class
    answers for them.
    """
    release = as_release(target)
    found: dict[str, Missing] = {}
    for path, known in raw_before_8_5().items():
        kind: MissingKind = known["kind"]
        if kind != "overload" and span_of(*split(path), release) is None:
            found[path] = Missing(path, kind, known["gone_in"], known["source"])
    for path in raw_members():
        entry = _missing(path, release) if is_reported(path) and path not in found else None
        if entry is not None:
            found[path] = entry
    return MappingProxyType(dict(sorted(found.items())))


def _missing(path: str, release: Release) -> Missing | None:
    cls, member = split(path)
    if span_of(cls, member, release) is None:
        earlier = [span for span in spans(path) if span.first < release]
        if not earlier or (member.startswith("__") and own_span(cls, release) is None):
            return None
        known = next(known for known in releases() if known > earlier[-1].last)
        gone_in, source = _first_without(path, known)
        return Missing(path, earlier[-1].kind, gone_in.name, source)
    can_lose = any(span.kind == "readonly" for span in spans(path)[1:])
    without_setter = setter_removed_in(path) if can_lose else None
    if without_setter is not None and without_setter <= release:
        return Missing(path, "setter", without_setter.name, "bindings")
    for _, refused in lost_overloads(path, release)[:1]:
        source = "bindings" if refused >= releases()[0] else raw_before_8_5()[path]["source"]
        return Missing(path, "overload", refused.name, source)
    return None


@cache
def owners_of(member: str, target: Release | str) -> tuple[str, ...]:
    """The classes that lost a member of this bare name by ``target`` (setters and overloads not
    counted).
    """
    lost = missing_in(target).values()
    whole = (entry for entry in lost if entry.kind not in ("setter", "overload"))
    return tuple(entry.owner for entry in whole if entry.name == member and entry.owner)


@cache
def missing_names(target: Release | str) -> frozenset[str]:
    """The bare names of all that ``missing_in`` lists: what a search in a file's bytes has to look
    for.
    """
    return frozenset(entry.name for entry in missing_in(target).values())


def missing(cls: str, member: str, target: Release | str) -> Missing | None:
    """What ``missing_in`` says of a member of a class, also where the class inherited it."""
    lost = missing_in(target)
    paths = (join(owner, member) for owner in (cls, *bases(cls)))
    return next((lost[path] for path in paths if path in lost), None)
