"""Classes that hand on what they do not have themselves: `__getattr__` asks another object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from trtmigrate.facts.domain.values import UNKNOWN, Function, Instance, UserInstance, Value
from trtmigrate.facts.models import tensorrt
from trtmigrate.syntax.tree import walk

if TYPE_CHECKING:
    from trtmigrate.facts.interpreter.expressions import Evaluator


def delegated(ev: Evaluator, base: UserInstance, name: str, node: cst.CSTNode) -> Value:
    """What `base.name` is where the class says `return getattr(self.held, name)` for all that it
    lacks and holds an object of TensorRT's.
    """
    fallback = ev.known.attrs.get((base.cls.node, "__getattr__"))
    if not isinstance(fallback, Function) or len(fallback.node.params.params) != 2:
        return UNKNOWN
    me, wanted = (p.name.value for p in fallback.node.params.params)
    for call in walk(fallback.node.body):
        if isinstance(call, cst.Call) and len(call.args) >= 2:
            held, which = call.args[0].value, call.args[1].value
            if _is_name(call.func, "getattr") and _is_name(which, wanted):
                if isinstance(held, cst.Attribute) and _is_name(held.value, me):
                    value = ev.attribute(base, held.attr.value)
                    if isinstance(value, Instance):
                        return tensorrt.member(ev, value, name, node)
    return UNKNOWN


def _is_name(node: cst.CSTNode, text: str) -> bool:
    return isinstance(node, cst.Name) and node.value == text
