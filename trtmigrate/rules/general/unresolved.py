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
right object.

Safety: manual.
"""

from __future__ import annotations

import libcst as cst

from trtmigrate import api
from trtmigrate.editing.edit import Proposal, manual
from trtmigrate.facts import AnyUse, Facts, Use
from trtmigrate.facts.domain.values import Instance
from trtmigrate.facts.models.name_hints import is_called_like
from trtmigrate.findings import Safety
from trtmigrate.rules.base import Rule
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
    if isinstance(value, Instance) and not value.guessed:
        message = (
            f"no {value.cls} has {use.name}, and {which} is gone: remove this use, or ask the "
            f"right object and see trtmigrate explain {member}"
        )
        return manual(use.node, member, message)
    message = f"looks like {which}, but the class of its object is not known"
    if receiver is not None and owners:
        message = f"{message}: {_advice(receiver, owners[0])}, or see trtmigrate explain {member}"
    return manual(use.node, member, message)


def _advice(receiver: cst.BaseExpression, cls: str) -> str:
    """Return what a person can write to tell the next run what an expression is."""
    if isinstance(receiver, cst.Call):
        return f"annotate what {code(receiver.func)} returns (-> trt.{cls})"
    if dotted(receiver) is None:
        return f"annotate where it comes from (trt.{cls})"
    return f"annotate it ({code(receiver)}: trt.{cls})"
