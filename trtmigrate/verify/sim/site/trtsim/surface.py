"""The classes and members of the release that is played."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Tuple

from .release import DATA, RELEASE, numbers


class Member(NamedTuple):
    """A member in this release; ``details`` as in the data: signatures, types, bases or an
    integer.
    """

    kind: str
    details: Tuple[Any, ...]


def _load() -> Dict[str, Member]:
    wanted = numbers(RELEASE)
    found = {}
    for path, spans in DATA["members"].items():
        for first, last, kind, details in spans:
            if numbers(first) <= wanted and (last is None or wanted <= numbers(last)):
                found[path] = Member(kind, tuple(details))
    return found


_MEMBERS = _load()
_BY_OWNER: Dict[str, Dict[str, Member]] = {}
for _path, _member in _MEMBERS.items():
    _owner, _, _name = _path.rpartition(".")
    _BY_OWNER.setdefault(_owner, {})[_name] = _member


def module_members() -> Dict[str, Member]:
    """What the module ``tensorrt`` itself holds."""
    return _BY_OWNER[""]


def classes() -> List[str]:
    """Every class and enum of this release by its path, nested ones included."""
    return [path for path, member in _MEMBERS.items() if member.kind in ("class", "enum")]


def describe(path: str) -> Member:
    """A class, an enum or a member by its path. Raises KeyError where the release lacks it."""
    return _MEMBERS[path]


def has(path: str) -> bool:
    return path in _MEMBERS


def own_members(cls: str) -> Dict[str, Member]:
    """What a class declares itself in this release, without its bases."""
    return _BY_OWNER.get(cls, {})
