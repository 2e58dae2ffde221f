"""The networks of a module, and whether their batch dimension is explicit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from trtmigrate.facts import Facts
from trtmigrate.facts.domain.values import Const, Instance
from trtmigrate.syntax.calls import argument
from trtmigrate.syntax.tree import code, dotted

_EXPLICIT = ("EXPLICIT_BATCH", "STRONGLY_TYPED")


@dataclass(frozen=True)
class Network:
    """A network that the module creates."""

    call: cst.Call
    explicit: bool | None  # None: the flags cannot be followed
    from_onnx: bool  # an ONNX parser fills it: the model has the batch dimension


def find_networks(facts: Facts) -> Iterator[Network]:
    """Yield the networks that the module creates, in the order of the source."""
    parsed = [
        _find_parsed_network(node, facts) for node in facts.tree.order if _is_parser(node, facts)
    ]
    for call in facts.method_calls("Builder", "create_network"):
        yield Network(call, _is_explicit(call, facts), call in parsed or None in parsed)


def _is_parser(node: cst.CSTNode, facts: Facts) -> bool:
    return isinstance(node, cst.Call) and (dotted(node.func) or "").endswith("OnnxParser")


def _find_parsed_network(parser: cst.CSTNode, facts: Facts) -> object:
    """Return the call that created the network of an ONNX parser; None if it cannot be followed."""
    assert isinstance(parser, cst.Call)
    given = argument(parser, 0, "network")
    value = facts.value(given.value) if given is not None else None
    origin = value.origin if isinstance(value, Instance) else None
    return origin if isinstance(origin, cst.Call) else None


def _is_explicit(call: cst.Call, facts: Facts) -> bool | None:
    if any(arg.star for arg in call.args):
        return None
    if not call.args:
        return False
    flags = call.args[0].value
    value = facts.value(flags)
    if isinstance(value, Const) and isinstance(value.value, int):
        return bool(value.value & 1)
    texts = [code(flags)]
    if isinstance(flags, (cst.Name, cst.Attribute)):
        name = texts[0].rsplit(".", 1)[-1]
        texts += [name, *_assigned_to(name, facts)]
    return True if any(word in text for text in texts for word in _EXPLICIT) else None


def _assigned_to(name: str, facts: Facts) -> Iterator[str]:
    tree = facts.tree
    targets: list[cst.AssignTarget | cst.AugAssign] = [*tree.of_kind(cst.AssignTarget)]
    for node in [*targets, *tree.of_kind(cst.AugAssign)]:
        statement = tree.parent(node) if isinstance(node, cst.AssignTarget) else node
        if isinstance(statement, (cst.Assign, cst.AugAssign)):
            if code(node.target).rsplit(".", 1)[-1] == name:
                yield code(statement.value)


def is_implicit(network: Network) -> bool:
    """True if the network certainly has an implicit batch dimension."""
    return network.explicit is False and not network.from_onnx
