"""Names of an engine that a program sorts by their indexes."""

from __future__ import annotations

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Ref


def sorts_by_index(call: cst.Call, facts: Facts) -> bool:
    """True for `sorted(engine, key=engine.get_binding_index)`: the names are in this order."""
    if facts.value(call.func) != Ref("builtins.sorted"):
        return False  # `min` and `max` give one name
    engine = call.args[0].value
    key = call.args[1].value if len(call.args) == 2 else None
    if not isinstance(key, cst.Attribute) or key.attr.value != "get_binding_index":
        return False
    named = call.args[1].keyword
    by_key = named is not None and named.value == "key"
    return by_key and facts.kind(engine) == "ICudaEngine" and engine.deep_equals(key.value)
