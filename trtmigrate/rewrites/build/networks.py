"""The networks of a module, and whether their batch dimension is explicit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Instance
from trtmigrate.rewrites.build.creation_flags import Ways, explicit_ways
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.tree import dotted


@dataclass(frozen=True)
class Network:
    """A network that the module creates."""

    call: cst.Call
    ways: Ways  # whether its batch dimension is explicit
    from_onnx: bool  # an ONNX parser fills it: the model has the batch dimension


def find_networks(facts: Facts) -> Iterator[Network]:
    """Yield the networks that the module creates, in the order of the source."""
    parsed = [
        _find_parsed_network(call, facts)
        for call in facts.tree.of_kind(cst.Call)
        if _is_parser(call)
    ]
    for call in facts.method_calls("Builder", "create_network"):
        yield Network(call, explicit_ways(call, facts), call in parsed or None in parsed)


def _is_parser(call: cst.Call) -> bool:
    return (dotted(call.func) or "").endswith("OnnxParser")


def _find_parsed_network(parser: cst.Call, facts: Facts) -> object:
    """Return the call that created the network of an ONNX parser; None if it cannot be followed."""
    given = argument(parser, 0, "network")
    value = facts.value(given.value) if given is not None else None
    origin = value.origin if isinstance(value, Instance) else None
    return origin if isinstance(origin, cst.Call) else None


def is_implicit(network: Network) -> bool:
    """True if the network has an implicit batch dimension, on every way to it."""
    return network.ways == {False} and not network.from_onnx


def may_be_implicit(network: Network) -> bool:
    """True if the network has an implicit batch dimension on some way to it."""
    return False in network.ways and not network.from_onnx
