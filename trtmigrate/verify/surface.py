"""What the recorder needs to know of a release where its runtime has no builder."""

from __future__ import annotations

from typing import Any

from trtmigrate import api
from trtmigrate.api.signatures import property_type
from trtmigrate.api.surface import span_of


def surface_of(version: str) -> dict[str, Any]:
    """Classes with their members, enums with their integers and functions of one release.

    ``{"classes": {class: {member: [kind, type of the result]}}, "enums": {enum: {name: integer}},
    "functions": {name: type of the result}}``. Raises ValueError for a release older than 8.5 or
    of a line that the data does not know.
    """
    release = api.Release.parse(version)
    found: dict[str, Any] = {"classes": {}, "enums": {}, "functions": {}}
    for name in sorted(api.members("")):
        if not api.exists("", name, release):
            continue
        if api.is_enum(name):
            names = api.enum_members(name, release)
            values = [api.enum_value(name, one, release) for one in names]
            found["enums"][name] = {
                one: place if value is None else value
                for place, (one, value) in enumerate(zip(names, values, strict=True))
            }
        elif name in api.classes():
            found["classes"][name] = {
                member: _member(name, member, release)
                for member in sorted(api.members(name))
                if api.exists(name, member, release)
            }
        elif api.signatures("", name, release):
            found["functions"][name] = api.result_type("", name) or "object"
    return found


def _member(cls: str, member: str, release: api.Release) -> list[str]:
    span = span_of(cls, member, release)
    assert span is not None
    if span.kind == "method":
        return [span.kind, api.result_type(cls, member) or "object"]
    return [span.kind, property_type(cls, member) or "object"]
