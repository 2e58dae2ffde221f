"""Which member a class has in which release: look-ups over the generated surface.

A member is written ``Class.member`` (``ILogger.Severity.ERROR`` in a nested class); a class, a
function or a value of the module itself by its bare name. Look-ups by class follow the bases, so
``IConvolutionLayer.precision`` is found in ``ILayer``. Where a class is wanted, the empty string
means the module itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from trtmigrate.api._data import raw_before_8_5, raw_members
from trtmigrate.api.release import Release, as_release, releases

Kind = Literal[
    "class", "enum", "alias", "method", "function", "property", "readonly", "enumerator", "value"
]

MODULE = ""


@dataclass(frozen=True)
class Span:
    """One unchanged fact about a member over a run of releases, both ends included.

    ``details`` by kind: the bases of a class or enum; the class that an alias names; the signatures
    of a method or function; the types that a property gives and takes (empty text where it does
    not); the integer of an enumerator; the type of a value.
    """

    first: Release
    last: Release
    kind: Kind
    details: tuple[str | int, ...]

    def covers(self, release: Release) -> bool:
        return self.first <= release <= self.last


@cache
def spans(path: str) -> tuple[Span, ...]:
    """What is known of a member, oldest first; empty when no release since 8.5 has it. Does not
    follow bases.
    """
    newest = releases()[-1]
    return tuple(
        Span(Release.named(first), Release.named(last) if last else newest, kind, tuple(details))
        for first, last, kind, details in raw_members().get(path, ())
    )


def split(path: str) -> tuple[str, str]:
    """``"ICudaEngine.num_bindings"`` -> ``("ICudaEngine", "num_bindings")``; ``"volume"`` -> ``("",
    "volume")``.
    """
    owner, _, name = path.rpartition(".")
    return owner, name


def join(cls: str, member: str) -> str:
    """The reverse of ``split``; without a member the class itself."""
    return f"{cls}.{member}" if cls and member else cls or member


def own_span(path: str, release: Release | str) -> Span | None:
    """What a member is in one release, looked for in the very class it names."""
    wanted = as_release(release)
    return next((span for span in spans(path) if span.covers(wanted)), None)


@cache
def class_of_alias(name: str) -> str:
    """The class that a second name stands for: ``ResizeMode`` -> ``InterpolationMode``; else the
    name itself.
    """
    return next((str(span.details[0]) for span in spans(name) if span.kind == "alias"), name)


@cache
def bases(cls: str, release: Release | str | None = None) -> tuple[str, ...]:
    """All bases of a class, nearest first, in one release or (without one) in any."""
    found: list[str] = []
    for span in spans(class_of_alias(cls)):
        if span.kind in ("class", "enum") and (release is None or span.covers(as_release(release))):
            for base in map(str, span.details):
                found += [name for name in (base, *bases(base, release)) if name not in found]
    if release is None and not found:
        for base in raw_before_8_5().get(cls, {}).get("bases", ()):
            found += [base, *bases(base)]
    return tuple(found)


@cache
def is_subclass(cls: str, base: str) -> bool:
    """True if ``cls`` is ``base`` or, in some release, derived from it."""
    cls, base = class_of_alias(cls), class_of_alias(base)
    return cls == base or base in bases(cls)


@cache
def span_of(cls: str, member: str, release: Release | str) -> Span | None:
    """What ``member`` of ``cls`` is in one release, found in the class or its bases; None where it
    is not.
    """
    if cls and own_span(cls, release) is None:
        return None
    for owner in (cls, *bases(cls, release)):
        span = own_span(join(owner, member), release)
        if span is not None:
            return span
    return None


def exists(cls: str, member: str, release: Release | str) -> bool:
    """True if a release has a member of a class; if ``member`` is empty, the class itself."""
    return span_of(cls, member, release) is not None


@cache
def classes() -> frozenset[str]:
    """Every class and enum of any release; nested ones (``ILogger.Severity``) and aliases too."""
    wanted = ("class", "enum", "alias")
    since_8_5 = (path for path, raw in raw_members().items() if raw[0][2] in wanted)
    before = (path for path, known in raw_before_8_5().items() if known["kind"] in wanted)
    return frozenset((*since_8_5, *before))


@cache
def _by_owner() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for path in (*raw_members(), *(raw_before_8_5().keys() - raw_members().keys())):
        owner, name = split(path)
        found.setdefault(owner, []).append(name)
    return {owner: tuple(names) for owner, names in found.items()}


@cache
def members(cls: str) -> frozenset[str]:
    """The names of all members that a class has, or in any release had, inherited ones included."""
    owners = (cls, *bases(cls)) if cls else (MODULE,)
    return frozenset(name for owner in owners for name in _by_owner().get(owner, ()))


@cache
def everywhere(member: str) -> tuple[str, ...]:
    """All classes that ever had a member of this bare name; heirs of such a class not repeated."""
    return tuple(sorted(owner for owner, names in _by_owner().items() if owner and member in names))


@cache
def added_in(path: str) -> Release | None:
    """The first known release that has a member; None for one that no release since 8.5 has."""
    cls, member = split(path)
    return next((release for release in releases() if span_of(cls, member, release)), None)


@cache
def signatures(cls: str, member: str, release: Release | str) -> tuple[str, ...]:
    """pybind's signature of each overload in one release; empty where it states none or the member
    is not there.
    """
    span = span_of(cls, member, release)
    if span is None or span.kind not in ("method", "function"):
        return ()
    return cast("tuple[str, ...]", span.details)


def is_enum(cls: str) -> bool:
    """True if a class is one of the enums."""
    return any(span.kind == "enum" for span in spans(class_of_alias(cls)))


@cache
def enum_members(enum: str, release: Release | str) -> tuple[str, ...]:
    """The names of an enum's values in one release, in alphabetical order."""
    found = ((name, own_span(join(enum, name), release)) for name in _by_owner().get(enum, ()))
    return tuple(name for name, span in found if span and span.kind == "enumerator")


def enum_value(enum: str, member: str, release: Release | str) -> int | None:
    """The integer of an enum's value in one release; None where it is not there or was not read."""
    span = own_span(join(class_of_alias(enum), member), release)
    if span is None or span.kind != "enumerator" or not span.details:
        return None
    return int(span.details[0])


def enum_names(enum: str, integer: int, release: Release | str) -> tuple[str, ...]:
    """The names of an integer in an enum in one release (several where values are aliases)."""
    enum = class_of_alias(enum)
    names = enum_members(enum, release)
    return tuple(name for name in names if enum_value(enum, name, release) == integer)


def renumbered(
    enum: str, member: str, before: Release | str, after: Release | str
) -> tuple[int, int] | None:
    """The integers of an enum's value in two releases if both are known and differ, else None."""
    old, new = enum_value(enum, member, before), enum_value(enum, member, after)
    return (old, new) if old is not None and new is not None and old != new else None
