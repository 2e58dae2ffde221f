"""Report uses of what looks like a removed API, on an object of unknown class.

What changed: the member is gone, if the object is one of TensorRT's. That is not known, because the
object comes from another module, or because the code uses it in contradictory ways.

Before:

    def input_shape(thing):
        return thing.get_binding_shape(0)

After: (not rewritten)

Not rewritten when: always. An annotation tells the next run: `thing: trt.ICudaEngine` for
a parameter, `self.thing: trt.ICudaEngine = ...` for an attribute, `-> trt.ICudaEngine` for a
result. A member of an object of another class, which never had it, has to go or to be asked of the
right object. A text that names a member (`attrgetter("num_bindings")`,
`getattr(engine, "get_binding_" + what)`) is reported, too.

Safety: manual.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, Facts, Use
from trtmigrate.facts.domain.values import Instance, Ref
from trtmigrate.facts.models.name_hints import is_called_like, is_rare
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
from trtmigrate.syntax.calls import calls_function
from trtmigrate.syntax.tree import code, dotted

RULE = Rule("TRT003", "Possibly removed API on an unknown object", Safety.MANUAL)


@RULE.checks_imports_too
def unresolved(use: AnyUse, facts: Facts) -> Proposal:
    receiver = use.receiver if isinstance(use, Use) else None
    called = code(receiver) if receiver is not None else ""
    owners = api.owners_of(use.name, facts.target)
    owners = tuple(sorted(owners, key=lambda owner: not is_called_like(called, owner)))
    member = f"{owners[0]}.{use.name}" if owners else use.name
    which = " or ".join(f"{owner}.{use.name}" for owner in owners) or use.name
    value = facts.value(receiver) if receiver is not None else None
    if isinstance(value, Instance) and not value.guessed and not value.kinds:
        message = (
            f"no {value.cls} has {use.name}, and {which} is gone: remove this use, or ask the "
            f"right object and see trtmigrate explain {member}"
        )
        return manual(use.node, member, message)
    message = f"looks like {which}, but the class of its object is not known"
    if receiver is not None and owners:
        message = f"{message}: {_advice(receiver, owners[0])}, or see trtmigrate explain {member}"
    return manual(use.node, member, message)


@RULE.scans
def named_by_text(facts: Facts) -> Iterator[Proposal]:
    """Report members that a text names: `attrgetter("num_bindings")`, `"{0.num_layers}".format(x)`
    and, with a beginning that only removed members have, `getattr(engine, "get_" + x)`.
    """
    for call in facts.tree.of_kind(cst.Call):
        if not call.args:
            continue
        for name in _names_in_text(call, facts):
            owners = api.owners_of(name, facts.target) if is_rare(name) else ()
            if owners:
                member = f"{owners[0]}.{name}"
                yield manual(call, member, f"{member} is gone, and a text names it: {_ASKED}")
        if calls_function(call, "getattr") and len(call.args) == 2:
            beginning = f"{facts.kind(call.args[0].value)}.{_beginning_of(call.args[1].value)}"
            member = next((name for name in facts.missing if name.startswith(beginning)), "")
            if member and not beginning.endswith("."):
                message = f"the name may be that of {member}, which is gone: {_ONE_BY_ONE}"
                yield manual(call, member, message)


_BY_NAME = (Ref("operator.attrgetter"), Ref("operator.methodcaller"))
_FIELD = re.compile(r"\{\w*\.(\w+)")
_ASKED = "ask the object in code (a lambda, an argument), and run trtmigrate again"
_ONE_BY_ONE = "write the members one by one, and run trtmigrate again"


def _names_in_text(call: cst.Call, facts: Facts) -> list[str]:
    """Return the members that `attrgetter`, `methodcaller` or `format` ask for."""
    func = call.func
    if isinstance(func, cst.Attribute) and func.attr.value == "format":
        return _FIELD.findall(_text_of(func.value))
    asks = facts.value(func) in _BY_NAME
    return _text_of(call.args[0].value).split(".") if asks else []


def _text_of(node: cst.BaseExpression) -> str:
    return str(node.evaluated_value) if isinstance(node, cst.SimpleString) else ""


def _beginning_of(node: cst.BaseExpression) -> str:
    """Return the literal that a computed text begins with."""
    if isinstance(node, cst.BinaryOperation):
        return _text_of(node.left) if isinstance(node.operator, cst.Add) else ""
    if isinstance(node, cst.FormattedString) and node.parts:
        first = node.parts[0]
        return first.value if isinstance(first, cst.FormattedStringText) else ""
    return ""


def _advice(receiver: cst.BaseExpression, cls: str) -> str:
    """Return what a person can write to tell the next run what an expression is."""
    if isinstance(receiver, cst.Call):
        return f"annotate what {code(receiver.func)} returns (-> trt.{cls})"
    if dotted(receiver) is None:
        return f"annotate where it comes from (trt.{cls})"
    return f"annotate it ({code(receiver)}: trt.{cls})"
